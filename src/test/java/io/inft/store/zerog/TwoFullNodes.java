package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.Misbehaviour;
import io.inft.evm.MemoryJournal;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A network of two full nodes that misbehave when told to, both needed or one. */
abstract class TwoFullNodes {
  static final int SEGMENT = ObjectLayout.SEGMENT_BYTES;
  private static final AtomicInteger NEXT = new AtomicInteger();

  static DevnetFixture network;
  static Misbehaviour first;
  static Misbehaviour second;

  ZeroGStore store;
  long paidBefore;

  @BeforeAll
  static void start() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 1), new ShardConfig(0, 1));
    first = network.devnet().nodes().get(0).misbehaviour();
    second = network.devnet().nodes().get(1).misbehaviour();
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @BeforeEach
  void openStore() throws Exception {
    store = network.store();
    paidBefore = payments();
  }

  @AfterEach
  void closeStore() {
    network.behave();
    store.close();
  }

  private static long payments() throws Exception {
    return new FlowContract(network.chain(), network.devnet().contracts().flow()).submissions();
  }

  long paid() throws Exception {
    return payments() - paidBefore;
  }

  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(NEXT.incrementAndGet()).nextBytes(bytes);
    return bytes;
  }

  static ObjectRef put(ZeroGStore to, byte[] object) throws Exception {
    return to.put(ByteSource.of(object), TransferListener.NONE);
  }

  /** Both nodes keep the object, so that each can stand in for the other. */
  ObjectRef putOnBoth(byte[] object) throws Exception {
    try (ZeroGStore both =
        network.store(network.settings().withReplicas(2), network.account(), new MemoryJournal())) {
      return put(both, object);
    }
  }
}

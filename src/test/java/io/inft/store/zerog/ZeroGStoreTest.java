package io.inft.store.zerog;

import io.inft.bytes.Digest;
import io.inft.devnet.DevNode;
import io.inft.devnet.DevnetFixture;
import io.inft.store.Store;
import io.inft.store.StoreContract;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract of stores, kept by the real protocol: two sharded nodes and a real Flow contract.
 */
class ZeroGStoreTest extends StoreContract {
  private static final AtomicInteger SALT = new AtomicInteger();

  private static DevnetFixture network;

  private final int salt = SALT.incrementAndGet();

  @BeforeAll
  static void start() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2));
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @Override
  protected int salt() {
    return salt;
  }

  @Override
  protected Store newStore() throws Exception {
    return network.store();
  }

  /** Puts together what lies on the nodes, has it changed, and lays it out again. */
  @Override
  protected void tamper(Store store, ObjectRef object, UnaryOperator<byte[]> change)
      throws Exception {
    Map<Integer, byte[]> segments = new TreeMap<>();
    Digest root = object.root();
    for (DevNode node : network.devnet().nodes()) {
      node.tamper(
          root,
          object.sizeBytes(),
          (index, bytes) -> {
            segments.put(index, bytes);
            return bytes;
          });
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    segments.values().forEach(whole::writeBytes);
    byte[] changed = change.apply(Arrays.copyOf(whole.toByteArray(), (int) object.sizeBytes()));
    int chunked = (changed.length + 255) / 256 * 256;
    byte[] padded = Arrays.copyOf(changed, chunked);
    for (DevNode node : network.devnet().nodes()) {
      node.tamper(
          root,
          object.sizeBytes(),
          (index, bytes) -> {
            int from = Math.min(padded.length, index * ObjectLayout.SEGMENT_BYTES);
            int to = Math.min(padded.length, from + ObjectLayout.SEGMENT_BYTES);
            return Arrays.copyOfRange(padded, from, to);
          });
    }
  }
}

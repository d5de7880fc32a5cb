package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.MemoryJournal;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.WrongChainException;
import io.inft.store.merkle.ObjectRef;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Storing while nodes, indexer and proxies fail or are in the way. */
class UploadFaultsTest extends TwoFullNodes {
  @Test
  void anIndexerWithoutNodesOrOutOfReachIsUnavailableAndNothingIsPaid() throws Exception {
    for (Kind kind : List.of(Kind.NO_NODES, Kind.DROP, Kind.GARBAGE)) {
      network.devnet().indexer().misbehaviour().start(kind);
      assertThatThrownBy(() -> put(store, bytes(300)))
          .as("%s", kind)
          .isInstanceOf(StoreUnavailableException.class);
      network.behave();
    }
    assertThat(paid()).isZero();
  }

  @Test
  void anOldIndexerWillDo() throws Exception {
    network.devnet().indexer().misbehaviour().start(Kind.OLD);

    ObjectRef ref = put(store, bytes(300));

    assertThat(store.contains(ref)).isTrue();
  }

  @Test
  void aNodeOnAnotherChainIsNotUsed() throws Exception {
    first.start(Kind.WRONG_CHAIN);
    ObjectRef ref = put(store, bytes(300));
    assertThat(store.contains(ref)).isTrue();

    second.start(Kind.WRONG_CHAIN);
    try (ZeroGStore other = network.store()) {
      assertThatThrownBy(() -> put(other, bytes(301)))
          .isInstanceOf(WrongChainException.class)
          .hasMessageContaining("16603");
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void waitsForABusyNode() throws Exception {
    first.next(3, Kind.BUSY, "zgs_upload");

    ObjectRef ref = put(store, bytes(SEGMENT + 1));

    assertThat(store.contains(ref)).isTrue();
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void sendsFewerSegmentsAtOnceWhereAProxyRefuses() throws Exception {
    first.start(Kind.SMALL_BODIES);
    second.start(Kind.SMALL_BODIES);
    byte[] object = bytes(9 * SEGMENT + 5);

    try (ZeroGStore large =
        network.store(
            network.settings().withCalls(10, 2), network.account(), new MemoryJournal())) {
      assertThat(large.contains(put(large, object))).isTrue();
    }
    assertThat(paid()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"DROP", "TOO_MANY_REQUESTS", "GARBAGE", "CUT"})
  void aNodeThatFailsDuringTheUploadIsReplacedWithoutPayingAgain(Kind kind) throws Exception {
    byte[] object = bytes(3 * SEGMENT);
    first.next(1000, kind, "zgs_upload");

    ObjectRef ref = put(store, object);

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void sendsAgainWhatANodeLost() throws Exception {
    first.next(1, Kind.LOSE, "zgs_upload");
    second.next(1, Kind.LOSE, "zgs_upload");
    byte[] object = bytes(2 * SEGMENT);

    try (ZeroGStore impatient =
        network.store(
            network.settings().withTimes(Duration.ofSeconds(4), Duration.ofMillis(20)),
            network.account(),
            new MemoryJournal())) {
      ObjectRef ref = put(impatient, object);
      assertThat(impatient.open(ref).readAll(object.length)).isEqualTo(object);
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void worksWithAFixedListOfNodes() throws Exception {
    List<URI> nodes = network.devnet().nodes().stream().map(node -> node.address()).toList();
    byte[] object = bytes(SEGMENT + 400);

    try (ZeroGStore fixed =
        network.store(
            ZeroGSettings.withNodes(nodes).withRpc(network.settings().rpc()),
            network.account(),
            new MemoryJournal())) {
      ObjectRef ref = put(fixed, object);
      assertThat(fixed.contains(ref)).isTrue();
      assertThat(fixed.open(ref).readAll(object.length)).isEqualTo(object);
    }
  }

  @Test
  void aReaderReadsAndDoesNotWrite() throws Exception {
    byte[] object = bytes(400);
    ObjectRef ref = put(store, object);

    try (ZeroGStore reader = ZeroGStore.readOnly(network.settings(), network.chain())) {
      assertThat(reader.open(ref).readAll(400)).isEqualTo(object);
      assertThat(put(reader, object)).as("stored already").isEqualTo(ref);
      assertThatThrownBy(() -> put(reader, bytes(401))).isInstanceOf(ReadOnlyException.class);
    }
  }

  @Test
  void refusesAnObjectAboveTheLimitBeforeReadingIt() {
    ByteSource giant =
        new ByteSource() {
          @Override
          public long sizeBytes() {
            return ZeroGStore.MAX_OBJECT_BYTES + 1;
          }

          @Override
          public byte[] read(long offset, int length) {
            throw new AssertionError("was read");
          }
        };

    assertThatThrownBy(() -> store.put(giant, TransferListener.NONE))
        .isInstanceOf(StoreRefusedException.class);
  }
}

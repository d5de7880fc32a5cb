package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.devnet.DevNode;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.MemoryJournal;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.rpc.RpcSettings;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that have finalized a file and cannot prove what they serve, or do not get that far. */
class UnprovableSegmentsTest extends TwoFullNodes {
  private static final int SEGMENTS = 4;
  private static final int SIZE = 3 * SEGMENT + 999;
  private static final Integer[] ALL = {0, 1, 2, 3};

  private static long calls(String method) {
    return network.devnet().nodes().stream().mapToLong(node -> node.calls().of(method)).sum();
  }

  private static long unproved() {
    return calls("zgs_downloadSegmentByTxSeq");
  }

  private static long readBack() {
    return network.devnet().nodes().get(0).calls().of("zgs_downloadSegmentWithProofByTxSeq");
  }

  /** The same, once no question of a store that is closed comes late. */
  private static long settled() throws InterruptedException {
    long before;
    long now = unproved();
    do {
      before = now;
      Thread.sleep(30);
      now = unproved();
    } while (now != before);
    return now;
  }

  private static StorageNode node(int index) {
    DevNode node = network.devnet().nodes().get(index);
    return new StorageNode(
        new KnownNode(node.address(), new ShardConfig(0, 1)), RpcSettings.STANDARD);
  }

  private void bothDo(Kind kind, Integer... segments) {
    first.startForSegments(kind, segments);
    second.startForSegments(kind, segments);
  }

  @Test
  void segmentsThatNobodyProvesAreReadByTheProofsOfTheOthers() throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    bothDo(Kind.NO_PROOF, 2, 3);
    long before = unproved();

    assertThat(store.open(ref).readAll(SIZE)).isEqualTo(object);

    assertThat(unproved() - before).as("only these two, and the second once more").isEqualTo(3);
  }

  @Test
  void anObjectOfWhichNobodyProvesAnythingIsReadWhole() throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    bothDo(Kind.NO_PROOF, ALL);
    long before = unproved();

    assertThat(store.open(ref).read(2 * SEGMENT + 5, 70))
        .isEqualTo(Arrays.copyOfRange(object, 2 * SEGMENT + 5, 2 * SEGMENT + 75));
    assertThat(store.open(ref).readAll(SIZE)).isEqualTo(object);

    assertThat(unproved() - before).isLessThanOrEqualTo(3 * SEGMENTS);
  }

  @ParameterizedTest
  @EnumSource(names = {"CORRUPT", "TRUNCATE", "BAD_BASE64", "MISPLACE", "SUBSTITUTE"})
  void aWrongByteAnywhereIsNeverTheObject(Kind kind) throws Exception {
    ObjectRef ref = putOnBoth(bytes(SIZE));
    for (int wrong = 0; wrong < SEGMENTS; wrong++) {
      for (Integer[] unprovable : new Integer[][] {{wrong}, {wrong, wrong ^ 1}, ALL}) {
        bothDo(Kind.NO_PROOF, unprovable);
        bothDo(kind, wrong);
        long before = settled();
        int asked = wrong;
        try (ZeroGStore fresh = network.store()) {
          ByteSource source = fresh.open(ref);
          for (int again = 0; again < 3; again++) {
            assertThatThrownBy(() -> source.read((long) asked * SEGMENT, 7))
                .as("segment %s, no proof of %s", wrong, List.of(unprovable))
                .isInstanceOf(SubstitutedObjectException.class);
          }
        }
        assertThat(unproved() - before).as("in proportion").isLessThanOrEqualTo(2 * SEGMENTS);
        network.behave();
      }
    }
  }

  @Test
  void wrongBytesOfOneNodeAreMadeUpForByAnother() throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    for (int wrong = 0; wrong < SEGMENTS; wrong++) {
      bothDo(Kind.NO_PROOF, ALL);
      first.startForSegments(Kind.CORRUPT, wrong);
      try (ZeroGStore fresh = network.store()) {
        assertThat(fresh.open(ref).readAll(SIZE)).isEqualTo(object);
      }
      network.behave();
    }
  }

  @Test
  void aNodeThatCannotProveWhatItTookIsNotCountedAsAHolder() throws Exception {
    byte[] object = bytes(SIZE);
    first.startForSegments(Kind.NO_PROOF, SEGMENTS - 1);
    long before = readBack();

    ObjectRef ref = put(store, object);

    assertThat(readBack() - before).as("asked for a proof").isPositive();
    assertThat(node(1).fileInfo(ref.root()).orElseThrow().finalized()).isTrue();
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void whereNobodyProvesItIsNotStoredAndNotPaidForAgain() throws Exception {
    byte[] object = bytes(SIZE);
    bothDo(Kind.NO_PROOF, SEGMENTS - 1);
    assertThatThrownBy(() -> put(store, object)).isInstanceOf(StoreUnavailableException.class);

    network.behave();

    assertThat(store.open(put(store, object)).readAll(SIZE)).isEqualTo(object);
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void nothingIsSentBeforeANodeKnowsTheSubmission() throws Exception {
    byte[] object = bytes(SIZE);
    first.start(Kind.STALE);
    second.start(Kind.STALE);
    long before = calls("zgs_upload");
    CompletableFuture<ObjectRef> stored =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return put(store, object);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (paid() == 0 && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    Thread.sleep(200);

    assertThat(calls("zgs_upload")).isEqualTo(before);
    network.behave();
    assertThat(store.open(stored.get(30, TimeUnit.SECONDS)).readAll(SIZE)).isEqualTo(object);
  }

  /** Before, what was sent again kept the node from forgetting, until the patience was over. */
  @Test
  void whatANodeKeepsInMemoryOnlyIsSentAgainOnceItHasForgotten() throws Exception {
    byte[] object = bytes(SIZE);
    ObjectTree tree = ObjectTree.of(ByteSource.of(object));
    Digest root = tree.root();
    for (int i = 0; i < 2; i++) {
      network.devnet().nodes().get(i).keepEarlyFor(Duration.ofSeconds(4));
      byte[] segment = Arrays.copyOf(object, SEGMENT);
      node(i)
          .upload(
              1_000_000, root, SIZE, List.of(new StorageNode.Segment(0, segment, tree.proof(0))));
    }
    try (ZeroGStore patient =
        network.store(
            network.settings().withTimes(Duration.ofSeconds(3), Duration.ofMillis(50)),
            network.account(),
            new MemoryJournal())) {
      ObjectRef ref = put(patient, object);

      assertThat(patient.open(ref).readAll(SIZE)).isEqualTo(object);
    }
    assertThat(paid()).isEqualTo(1);
  }
}

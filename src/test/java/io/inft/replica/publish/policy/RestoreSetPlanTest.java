package io.inft.replica.publish.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.pack.PackType;
import io.inft.pack.state.StateRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreSetPlanTest {
  @Test
  void fiveThousandVersionsNeverNeedMoreThanSixteenPacks() {
    List<PackEntry> deltas = new ArrayList<>();
    long rewritten = 0;
    for (long version = 2; version <= 5000; version++) {
      RestoreSetPlan.Merge merge = RestoreSetPlan.merge(deltas, 0);
      long from = version - 1;
      for (int i = 0; i < merge.count(); i++) {
        PackEntry gone = deltas.remove(deltas.size() - 1);
        from = gone.fromVersion();
        rewritten += gone.toVersion() - gone.fromVersion();
      }
      deltas.add(delta(from, version, merge.rank()));
      assertThat(deltas.size() + 1).as("packs at version %s", version).isLessThanOrEqualTo(16);
      assertContiguous(deltas, version);
    }
    assertThat(rewritten / 5000.0).as("times a version's pages are written again").isLessThan(4);
  }

  /** Whatever index another author gave a delta, the next version can be made. */
  @Test
  void aDeltaOfTheHighestRankIsMergedLikeAnyOther() {
    List<PackEntry> deltas = new ArrayList<>();
    for (long version = 2; version <= RestoreSetPlan.MAX_DELTAS + 1; version++) {
      deltas.add(delta(version - 1, version, PackEntry.MAX_INDEX));
    }
    RestoreSetPlan.Merge merge = RestoreSetPlan.merge(deltas, 0);

    assertThat(merge.count()).isEqualTo(RestoreSetPlan.MAX_DELTAS);
    assertThat(delta(1, RestoreSetPlan.MAX_DELTAS + 2, merge.rank()).index())
        .isEqualTo(PackEntry.MAX_INDEX);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void deltasBehindABackgroundSnapshotStayApartFromThoseBeforeIt(long seed) {
    Random random = new Random(seed);
    List<PackEntry> deltas = new ArrayList<>();
    deltas.add(delta(1, 2, 0));
    long barrier = 0;
    for (long version = 3; version <= 400; version++) {
      if (barrier == 0 && random.nextInt(40) == 0) {
        barrier = version - 1;
      } else if (barrier != 0 && random.nextInt(8) == 0) {
        barrier = 0;
      }
      RestoreSetPlan.Merge merge = RestoreSetPlan.merge(deltas, barrier);
      boolean room = deltas.get(Math.max(0, deltas.size() - 1)).fromVersion() >= barrier;
      long from = version - 1;
      for (int i = 0; i < merge.count(); i++) {
        from = deltas.remove(deltas.size() - 1).fromVersion();
      }
      if (room) {
        assertThat(from).as("begin of the merged delta").isGreaterThanOrEqualTo(barrier);
      }
      deltas.add(delta(from, version, merge.rank()));
      assertContiguous(deltas, version);
    }
  }

  @Test
  void aDeltaOfMostPagesIsWorthHavingIfItIsHalfASnapshotAtMost() {
    assertThat(RestoreSetPlan.wholesale(20, 21)).isTrue();
    assertThat(RestoreSetPlan.wholesale(10, 21)).isFalse();
    assertThat(RestoreSetPlan.smallBeside(10_000, sized(PackType.SNAPSHOT, 20_000))).isTrue();
    assertThat(RestoreSetPlan.smallBeside(10_001, sized(PackType.SNAPSHOT, 20_000))).isFalse();
  }

  @ParameterizedTest(name = "snapshot {0}, delta {1}, database {2}")
  @CsvSource({
    "1000, 2000, 4194304, true",
    "1000, 2000, 4194305, false",
    "1000000, 48576, 100000, true",
    "1000000, 48577, 100000, false",
  })
  void aVersionIsPutTogetherAgainIfAllOfItIsLittle(
      long snapshot, long delta, long databaseBytes, boolean rebuilt) {
    List<PackEntry> packs =
        List.of(sized(PackType.SNAPSHOT, snapshot), sized(PackType.DELTA, delta));
    assertThat(RestoreSetPlan.isRebuilt(packs, databaseBytes, StateRoot.CHUNKS)).isEqualTo(rebuilt);
    assertThat(RestoreSetPlan.isRebuilt(packs, databaseBytes, StateRoot.PAGES)).isFalse();
  }

  private static PackEntry sized(PackType type, long bytes) {
    long from = type == PackType.SNAPSHOT ? 0 : 1;
    return new PackEntry(
        type, 1, 2, 0, from, 2, new Location.Own(Digest.sha256(new byte[] {1})), bytes, 0);
  }

  private static void assertContiguous(List<PackEntry> deltas, long version) {
    long reached = 1;
    for (PackEntry entry : deltas) {
      assertThat(entry.fromVersion()).isEqualTo(reached);
      reached = entry.toVersion();
    }
    assertThat(reached).isEqualTo(version);
  }

  private static PackEntry delta(long from, long to, int rank) {
    return new PackEntry(
        PackType.DELTA,
        1,
        to,
        rank,
        from,
        to,
        new Location.Own(Digest.sha256(new byte[] {1})),
        1000,
        0);
  }
}

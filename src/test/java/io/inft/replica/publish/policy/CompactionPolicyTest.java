package io.inft.replica.publish.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.pack.PackType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactionPolicyTest {
  private static final long NOW = 1_000_000_000;
  private static final long DAY = 86_400;
  private static final CompactionPolicy POLICY = new CompactionPolicy(Duration.ofDays(180), false);

  private static PackEntry pack(PackType type, long bytes, long ageDays) {
    long from = type == PackType.SNAPSHOT ? 0 : 1;
    return new PackEntry(
        type,
        1,
        2,
        0,
        from,
        2,
        new Location.Own(Digest.sha256(new byte[] {1})),
        bytes,
        NOW - ageDays * DAY);
  }

  @ParameterizedTest(
      name = "snapshot {0} KB, deltas {1} KB, {2} days old, database {3} MB, running {4}: {5}")
  @CsvSource({
    "20, 256, 1, 1, false, NOTHING", // a segment of storage weighs nothing
    "20, 257, 1, 4, false, WITH_THE_NEXT_VERSION",
    "20, 257, 1, 5, false, IN_THE_BACKGROUND",
    "20, 257, 1, 5, true, NOTHING", // one at a time
    "2000, 2000, 1, 5, false, NOTHING",
    "2000, 2001, 1, 5, false, IN_THE_BACKGROUND",
    "2000, 0, 180, 5, false, NOTHING",
    "2000, 0, 181, 5, false, IN_THE_BACKGROUND", // storage does not keep it for ever
    "2000, 0, 181, 1, false, WITH_THE_NEXT_VERSION",
    "2000, 0, 181, 1, true, NOTHING"
  })
  void decidesByTheWeightOfTheDeltasAndTheAgeOfThePacks(
      long snapshot,
      long deltas,
      long age,
      long database,
      boolean running,
      CompactionPolicy.Decision decision) {
    List<PackEntry> restoreSet = new ArrayList<>();
    restoreSet.add(pack(PackType.SNAPSHOT, snapshot << 10, age));
    if (deltas > 0) {
      restoreSet.add(pack(PackType.DELTA, deltas << 9, 0));
      restoreSet.add(pack(PackType.DELTA, deltas << 9, 0));
    }
    assertThat(POLICY.decide(new CompactionPolicy.Known(restoreSet, database << 20, running), NOW))
        .isEqualTo(decision);
    assertThat(POLICY.renewal(restoreSet, NOW))
        .isEqualTo(
            age > 180 ? CompactionPolicy.Renewal.BY_A_SNAPSHOT : CompactionPolicy.Renewal.NOTHING);
  }

  /** An author may say what he likes; the payment is asked for then. */
  @ParameterizedTest(name = "stored {0} days ago: {1}")
  @CsvSource({"0, false", "181, false", "-1, false", "-2, true", "-40000, true"})
  void aTimeThatHasNotComeTellsNoAge(long ago, boolean untold) {
    CompactionPolicy paying = new CompactionPolicy(Duration.ofDays(180), true);
    List<PackEntry> restoreSet = List.of(pack(PackType.SNAPSHOT, 2 << 20, ago));
    assertThat(paying.isAgeUntold(restoreSet, NOW)).isEqualTo(untold);
    assertThat(POLICY.isAgeUntold(restoreSet, NOW)).as("where nothing is paid").isFalse();
  }

  @ParameterizedTest(name = "snapshot {0} KB and {1} deltas in objects of their own, {2} days old")
  @CsvSource({
    "2000, 0, 180, NOTHING",
    "2000, 0, 181, BY_PAYING_AGAIN",
    "2000, 2, 181, BY_PAYING_AGAIN",
    "2000, 3, 181, BY_A_SNAPSHOT", // a small one costs less than gas for four objects
    "5000, 12, 181, BY_PAYING_AGAIN" // and a large one more
  })
  void paysAgainWhereThatIsCheaper(
      long snapshot, int deltas, long age, CompactionPolicy.Renewal renewal) {
    CompactionPolicy paying = new CompactionPolicy(Duration.ofDays(180), true);
    List<PackEntry> restoreSet = new ArrayList<>();
    restoreSet.add(pack(PackType.SNAPSHOT, snapshot << 10, age));
    for (int i = 0; i < deltas; i++) {
      PackEntry delta = pack(PackType.DELTA, 10, 0);
      restoreSet.add(
          new PackEntry(
              delta.type(),
              delta.epoch(),
              delta.producedBy(),
              delta.index(),
              delta.fromVersion(),
              delta.toVersion(),
              new Location.Within(Digest.sha256(new byte[] {2, (byte) i}), 100, 5),
              delta.sizeBytes(),
              delta.storedAtSeconds()));
    }
    assertThat(paying.renewal(restoreSet, NOW)).isEqualTo(renewal);
    boolean snapshots = renewal == CompactionPolicy.Renewal.BY_A_SNAPSHOT;
    assertThat(
            paying.decide(new CompactionPolicy.Known(restoreSet, snapshot << 10, false), NOW)
                != CompactionPolicy.Decision.NOTHING)
        .isEqualTo(snapshots);
  }
}

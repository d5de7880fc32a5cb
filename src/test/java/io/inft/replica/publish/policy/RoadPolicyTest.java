package io.inft.replica.publish.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.publish.policy.Inlining.Choice;
import io.inft.replica.publish.policy.RoadPolicy.Carrier;
import io.inft.replica.publish.policy.RoadPolicy.Next;
import io.inft.replica.publish.policy.RoadPolicy.Tail;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row is a version, and how long its commit object may be to go along with the anchor. */
class RoadPolicyTest {
  private static final long NOW = 1_800_000_000L;

  private static RoadPolicy policy(Choice choice, int maxBytes, boolean paid) {
    return new RoadPolicy(
        new Inlining(choice, Duration.ofMinutes(30)), new Carrier(maxBytes, paid));
  }

  private static Tail tail(int length, long ageSeconds) {
    return length == 0 ? Tail.NONE : new Tail(length, NOW - ageSeconds, true);
  }

  @ParameterizedTest(name = "{0}, registry takes {1}, costs {2}: {3}")
  @CsvSource({
    "AUTO, 8192, true, 7000",
    "AUTO, 3000, true, 3000",
    "AUTO, 8192, false, 0",
    "AUTO, 0, true, 0",
    "ALWAYS, 8192, true, 8192",
    "ALWAYS, 8192, false, 8192",
    "ALWAYS, 0, false, 0",
    "NEVER, 8192, true, 0",
    "NEVER, 8192, false, 0",
  })
  void asTheUserWantsAndTheRegistryTakes(Choice choice, int maxBytes, boolean paid, int most) {
    Next ordinary = new Next(5, false, false, true);
    assertThat(policy(choice, maxBytes, paid).mostBytes(ordinary, Tail.NONE, NOW)).isEqualTo(most);
  }

  @ParameterizedTest(name = "version {0}, stores {1}, last {2}, store answers {3}, tail {4}: {6}")
  @CsvSource({
    // Ordinary ones.
    "2, false, false, true, 0, 0, 8192",
    "63, false, false, true, 61, 1799, 8192",
    "65, false, false, true, 0, 0, 8192",
    "66, false, false, true, 1, 100, 8192",
    // What is always stored.
    "1, false, false, true, 0, 0, 0",
    "64, false, false, true, 0, 0, 0",
    "128, false, false, true, 63, 10, 0",
    "6400, false, false, false, 63, 10, 0",
    "7, true, false, true, 3, 10, 0",
    "7, true, false, false, 3, 10, 0",
    "70, false, false, true, 63, 10, 0",
    // A fold that is due.
    "9, false, false, true, 3, 1800, 0",
    "9, false, false, true, 3, 999999, 0",
    "9, false, false, true, 3, -5, 8192",
    "9, false, false, false, 3, 1800, 8192",
    "64, false, false, false, 63, 1800, 0",
    // The last one.
    "9, false, true, true, 3, 10, 0",
    "9, false, true, true, 0, 0, 0",
    "9, false, true, false, 3, 10, 8192",
  })
  void aVersionIsStoredWhenItMustBe(
      long version,
      boolean stores,
      boolean last,
      boolean answers,
      int length,
      long ageSeconds,
      int most) {
    Next next = new Next(version, stores, last, answers);
    assertThat(policy(Choice.ALWAYS, 8192, false).mostBytes(next, tail(length, ageSeconds), NOW))
        .isEqualTo(most);
  }

  @ParameterizedTest(name = "published here {0}, {1} s old: {2}")
  @CsvSource({
    "true, 1799, false",
    "true, 1800, true",
    "false, 1800, false",
    "false, 3599, false",
    "false, 3600, true",
  })
  void whoPublishedTheNewestCarriesThemFirst(boolean own, long ageSeconds, boolean wants) {
    RoadPolicy policy = policy(Choice.AUTO, 8192, true);
    assertThat(policy.wantsFold(new Tail(3, NOW - ageSeconds, own), NOW)).isEqualTo(wants);
  }

  @Test
  void aFoldIsDueByTheOldestBlock() {
    RoadPolicy policy = policy(Choice.AUTO, 8192, true);
    assertThat(policy.isFoldDue(Tail.NONE, NOW)).isFalse();
    assertThat(policy.isFoldDue(new Tail(3, 0, true), NOW)).as("none is in a block yet").isFalse();
    assertThat(policy.isFoldDue(tail(3, 1799), NOW)).isFalse();
    assertThat(policy.isFoldDue(tail(1, 1800), NOW)).isTrue();
    assertThat(policy.foldDueSeconds(tail(1, 1700))).isEqualTo(NOW + 100);
    assertThat(policy(Choice.NEVER, 8192, true).isFoldDue(tail(1, 1800), NOW))
        .as("another one's tail is carried too")
        .isTrue();
  }
}

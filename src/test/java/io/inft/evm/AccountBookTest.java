package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountBookTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final long MIDNIGHT = NOON.minus(Duration.ofHours(12)).toEpochMilli();

  @TempDir Path folder;
  private Instant now = NOON;

  /** As a process has it that has just started. */
  private AccountBook book() throws Exception {
    return AccountBook.of(
        folder, FileJournal.open(folder.resolve("transactions")), Clock.fixed(now, ZoneOffset.UTC));
  }

  private static BigInteger wei(long wei) {
    return BigInteger.valueOf(wei);
  }

  @Test
  void togetherNobodyClaimsMoreThanThereIs() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Boolean>> claims = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      AccountBook own = book();
      String who = "db" + i;
      claims.add(threads.submit(() -> own.claim(who, wei(10), wei(55), MIDNIGHT)));
    }
    int granted = 0;
    for (Future<Boolean> claim : claims) {
      granted += claim.get(60, TimeUnit.SECONDS) ? 1 : 0;
    }
    threads.shutdownNow();

    assertThat(granted).isEqualTo(5);
    assertThat(book().since(MIDNIGHT, null).claimedWei()).isEqualTo(wei(50));
  }

  @Test
  void aClaimOutlivesItsProcessUntilTheSameOneClaimsAnew() throws Exception {
    assertThat(book().claim("a", wei(40), wei(50), MIDNIGHT)).isTrue();

    assertThat(book().claim("b", wei(20), wei(50), MIDNIGHT)).isFalse();
    assertThat(book().claim("a", wei(50), wei(50), MIDNIGHT)).as("its own is replaced").isTrue();
    assertThat(book().since(MIDNIGHT, "a").claimedWei()).isEqualTo(wei(0));
    book().settle("a", wei(0), "done");
    assertThat(book().claim("b", wei(50), wei(50), MIDNIGHT)).isTrue();
    assertThat(book().note("a")).contains("done");
  }

  @Test
  void whatAnotherProcessWroteIsSeenAtOnce() throws Exception {
    AccountBook one = book();
    assertThat(one.since(MIDNIGHT, null).goneWei()).isEqualTo(wei(0));
    for (int i = 1; i <= 20; i++) {
      book().settle("other", wei(i), "n" + i);
      assertThat(one.since(MIDNIGHT, null).claimedWei()).isEqualTo(wei(i));
      assertThat(one.note("other")).contains("n" + i);
    }
  }

  @Test
  void whatIsSpentIsNotThereToBeClaimed() throws Exception {
    SpendCap cap = SpendCap.of(wei(1_000), folder, Clock.fixed(now, ZoneOffset.UTC));
    cap.reserve(1, wei(5), wei(60));

    assertThat(book().since(MIDNIGHT, null).spentWei()).isEqualTo(wei(65));
    assertThat(book().lastHour()).isEqualTo(wei(65));
    assertThat(book().claim("a", wei(40), wei(100), MIDNIGHT)).isFalse();
    assertThat(book().claim("a", wei(35), wei(100), MIDNIGHT)).isTrue();

    now = NOON.plus(Duration.ofHours(12));
    assertThat(book().since(now.toEpochMilli(), null).goneWei()).as("a new day").isEqualTo(wei(0));
  }

  @Test
  void whatIsReplacedMayCostMoreAndIsPaidOnce() throws Exception {
    SpendCap cap = SpendCap.of(wei(100), folder, Clock.fixed(now, ZoneOffset.UTC));
    cap.reserve(1, wei(0), wei(60));
    cap.raise(1, wei(10), wei(13));
    assertThat(book().since(MIDNIGHT, null).spentWei()).isEqualTo(wei(78));
    cap.raise(1, wei(10), wei(9));
    assertThat(book().since(MIDNIGHT, null).spentWei()).as("never less").isEqualTo(wei(78));
  }

  @Test
  void namesAndNotesAreWords() throws Exception {
    assertThatThrownBy(() -> book().claim("a b", wei(1), wei(2), MIDNIGHT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> book().settle("a", wei(1), "x\nclaim 1 b 3"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package io.inft.replica.publish.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.failure.LocalStorageException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterFailureTest {
  private final Exception outage = new StoreUnavailableException("the store", "put", null);
  private final Exception refusal = new StoreRefusedException("the store", "put", "never");
  private final Exception disk =
      new LocalStorageException(Path.of("here"), "write", new IOException("no space"));

  private static Retry failed(int times, Exception failure, double chance) {
    Retry retry = Retry.NONE;
    for (int i = 0; i < times; i++) {
      retry = retry.failed(failure, chance, 0);
    }
    return retry;
  }

  @ParameterizedTest(name = "failure {0}: after {1} to {2} ms")
  @CsvSource({
    "1, 125, 250",
    "2, 250, 500",
    "3, 500, 1000",
    "7, 8000, 16000",
    "8, 15000, 30000",
    "900, 15000, 30000"
  })
  void waitsLongerAfterEachFailure(int failures, long least, long most) {
    assertThat(failed(failures, outage, 0).left(0) / 1_000_000).isEqualTo(least);
    assertThat(failed(failures, outage, 0.999_999_999).left(0) / 1_000_000).isEqualTo(most);
  }

  @Test
  void mayTryAtOnceWhileAllIsWellOrWhenACallerAsks() {
    Retry retry = failed(3, outage, 0);
    assertThat(Retry.NONE.mayTry(0)).isTrue();
    assertThat(retry.mayTry(499_000_000)).isFalse();
    assertThat(retry.mayTry(retry.atNanos())).isTrue();
    assertThat(retry.hurried(7).mayTry(7)).isTrue();
    assertThat(retry.hurried(7).isPending()).as("it is not made good by that").isTrue();
  }

  @Test
  void whatWaitingCannotMendIsHopelessAtOnceADiskAfterThreeTries() {
    assertThat(failed(900, outage, 0).isHopeless()).isFalse();
    assertThat(failed(1, refusal, 0).isHopeless()).isTrue();
    assertThat(failed(2, disk, 0).isHopeless()).isFalse();
    assertThat(failed(3, disk, 0).isHopeless()).isTrue();
    assertThat(failed(2, disk, 0).toBeMended()).contains(disk);
    assertThat(failed(1, outage, 0).toBeMended()).isEmpty();
  }

  @Test
  void whatIsOnlyNotedIsShownAndKeepsNobodyWaiting() {
    Retry noting = Retry.NONE.noting(refusal);
    assertThat(noting.lastFailure()).isEqualTo(refusal);
    assertThat(noting.isPending()).isFalse();
    assertThat(noting.isHopeless()).isFalse();
    assertThat(noting.toBeMended()).isEmpty();
    assertThat(noting.mayTry(0)).isTrue();
    assertThat(noting.failed(outage, 0, 0).isFirst()).isTrue();
  }
}

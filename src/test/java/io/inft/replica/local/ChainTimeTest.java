package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.registry.TestClock;
import io.inft.store.merkle.ObjectRef;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Ages of blocks are told though somebody sets the clock. */
class ChainTimeTest {
  private final TestClock clock = new TestClock();
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
  private final ChainTime time = new ChainTime(clock, nanos::get);
  private final long begun = clock.instant().getEpochSecond();

  private static WriterState inBlockOf(long seconds) {
    return WriterState.empty().withAnchored(7, new ObjectRef(Digest.ZERO, 1), 3, seconds);
  }

  private void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  @Test
  void theClockIsBelievedOnceAndGoesOnByItself() {
    WriterState state = inBlockOf(begun - 60);
    assertThat(time.seconds(state)).isEqualTo(begun);
    clock.advance(Duration.ofHours(5));
    pass(Duration.ofMinutes(10));
    assertThat(time.seconds(state)).isEqualTo(begun + 600);
    clock.advance(Duration.ofHours(-12));
    pass(Duration.ofMinutes(10));
    assertThat(time.seconds(state)).isEqualTo(begun + 1200);
  }

  @Test
  void aClockThatIsBehindIsNotBelieved() {
    WriterState state = inBlockOf(begun + 18_000);
    assertThat(time.seconds(state)).isEqualTo(begun + 18_000);
    pass(Duration.ofMinutes(31));
    assertThat(time.seconds(state)).isEqualTo(begun + 18_000 + 31 * 60);
  }

  @Test
  void theNextBlockSetsAClockThatIsAheadRight() {
    assertThat(time.seconds(inBlockOf(begun - 18_000))).isEqualTo(begun);
    pass(Duration.ofSeconds(2));
    WriterState next = inBlockOf(begun - 17_998);
    assertThat(time.seconds(next)).isEqualTo(begun - 17_998);
    pass(Duration.ofSeconds(30));
    assertThat(time.seconds(next)).isEqualTo(begun - 17_968);
  }
}

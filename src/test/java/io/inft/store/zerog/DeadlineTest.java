package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.StoreUnavailableException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static Deadline of(Duration patience) {
    return new Deadline(
        ZeroGSettings.withIndexer(URI.create("http://localhost:1"))
            .withTimes(patience, Duration.ofMillis(1)));
  }

  @Test
  void isOverAfterThePatienceAndHalfOverBefore() {
    assertThat(of(Duration.ofHours(1)).isHalfOver()).isFalse();
    assertThat(of(Duration.ofHours(1)).isOver()).isFalse();
    assertThat(of(Duration.ofNanos(1)).isHalfOver()).isTrue();
    assertThat(of(Duration.ofNanos(1)).isOver()).isTrue();
  }

  @Test
  void anInterruptEndsThePauseAndIsKept() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> of(Duration.ofHours(1)).pause("the store"))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}

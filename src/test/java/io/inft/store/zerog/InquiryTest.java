package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InquiryTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Workers workers = new Workers("inquiry-test", 2);

  @AfterEach
  void end() {
    workers.close();
  }

  @Test
  void answersComeAsTheyCome() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    try (Inquiry<String> inquiry = new Inquiry<>("the store", workers)) {
      inquiry.ask(
          () -> {
            try {
              assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return "slow";
          });
      inquiry.ask(() -> "quick");
      assertThat(inquiry.open()).isEqualTo(2);

      assertThat(inquiry.next(LONG).orElseThrow().answer()).contains("quick");
      assertThat(inquiry.next(Duration.ZERO)).isEmpty();
      second.countDown();
      assertThat(inquiry.next(LONG).orElseThrow().answer()).contains("slow");
      assertThat(inquiry.open()).isZero();
    }
  }

  @Test
  void aFailureIsAnOutcomeAlsoOneThatNobodyExpects() throws Exception {
    try (Inquiry<String> inquiry = new Inquiry<>("the store", workers)) {
      StoreUnavailableException known = new StoreUnavailableException("a node", "speak", null);
      inquiry.ask(
          () -> {
            throw known;
          });
      assertThat(inquiry.next(LONG).orElseThrow().failure()).containsSame(known);

      inquiry.ask(
          () -> {
            throw new IllegalStateException("a bug");
          });
      assertThat(inquiry.next(LONG).orElseThrow().failure().orElseThrow())
          .hasMessageContaining("the store")
          .hasRootCauseMessage("a bug");
    }
  }

  @Test
  void aStoreThatIsClosedLetsNobodyWait() throws Exception {
    try (Inquiry<String> inquiry = new Inquiry<>("the store", workers)) {
      workers.close();
      assertThatThrownBy(() -> inquiry.next(LONG))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("closed");
      assertThatThrownBy(() -> inquiry.ask(() -> "late"))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("closed");
    }
  }
}

package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StepsTest {
  private static final String LONG =
      "a step that has so much to say that it does not fit".repeat(2);

  private final StringWriter shown = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  private void steps(Steps steps) {
    try (steps) {
      steps.next("fetching");
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));
      steps.tick();
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      steps.next(LONG);
      steps.next("ready");
    }
  }

  private String shown() {
    return shown.toString().replace(System.lineSeparator(), "\n");
  }

  @Test
  void countsSecondsInItsLineOnATerminal() {
    ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    steps(new Steps(new PrintWriter(shown), nanos::get, ticks));

    assertThat(shown()).isEqualTo("fetching\rfetching  3 s\rfetching  4 s\n" + LONG + "\nready\n");
    assertThat(ticks.isShutdown()).isTrue();
  }

  @Test
  void printsOnlyLinesWhereNobodyWatches() {
    steps(new Steps(new PrintWriter(shown), nanos::get, null));

    assertThat(shown()).isEqualTo("fetching\n" + LONG + "\nready\n");
  }
}

package io.inft.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is going on while something starts: on a terminal one line that shows how long it
 * takes, elsewhere a line for each step.
 */
final class Steps implements AutoCloseable {
  private final PrintWriter err;
  private final boolean isTerminal;
  private @Nullable ProgressBar bar;

  private Steps(PrintWriter err, boolean isTerminal) {
    this.err = err;
    this.isTerminal = isTerminal;
  }

  static Steps on(PrintWriter err, boolean quiet) {
    return new Steps(err, Progress.isOnTerminal() && !quiet);
  }

  void next(String step) {
    close();
    if (isTerminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(step)
              .setInitialMax(-1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(500)
              .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(System.err))
              .build();
    } else {
      err.println(step);
      err.flush();
    }
  }

  @Override
  public void close() {
    ProgressBar running = bar;
    if (running != null) {
      running.close();
    }
    bar = null;
  }
}

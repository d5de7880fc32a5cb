package io.inft.cli.console;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/** What is only for somebody who watches. */
public final class Terminal {
  private static final int SOON_MILLIS = 200;
  private static final int NEVER_MILLIS = 3_600_000;

  private Terminal() {}

  /** On a terminal a bar, elsewhere and beside JSON nothing. */
  public static ProgressBar progress(String task, Output output) {
    boolean watched = Ansi.AUTO.enabled() && !output.asJson();
    return new ProgressBarBuilder()
        .setTaskName("  " + task)
        .setInitialMax(-1)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(watched ? SOON_MILLIS : NEVER_MILLIS)
        .setConsumer(
            watched
                ? new ConsoleProgressBarConsumer(System.err)
                : new DelegatingProgressBarConsumer(text -> {}))
        .build();
  }
}

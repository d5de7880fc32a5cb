package io.inft.cli.console;

import io.inft.bytes.TransferListener;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Help.Ansi;

/** Bars that show how far a transfer is: on a terminal, on the error stream, else not at all. */
public final class TransferBar {
  private static final long MEGABYTE = 1_000_000;
  private static final long KILOBYTE = 1_000;

  private TransferBar() {}

  public static boolean isOnTerminal() {
    return Ansi.AUTO.enabled();
  }

  /** Work on a transfer that is shown. */
  @FunctionalInterface
  public interface Work<T> {
    T with(TransferListener listener) throws Exception;
  }

  /** Does the work with a bar of bytes if there is a terminal. */
  public static <T> T during(String task, long totalBytes, boolean quiet, Work<T> work)
      throws Exception {
    if (quiet || !isOnTerminal()) {
      return work.with(TransferListener.NONE);
    }
    try (ProgressBar bar = bar(task, totalBytes)) {
      return work.with((done, total) -> bar.stepTo(done));
    }
  }

  private static ProgressBar bar(String task, long total) {
    boolean isLarge = total >= 10 * MEGABYTE;
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setUnit(isLarge ? " MB" : " kB", isLarge ? MEGABYTE : KILOBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .setConsumer(new ConsoleProgressBarConsumer(System.err))
        .showSpeed()
        .build();
  }
}

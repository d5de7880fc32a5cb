package io.inft.cli.watch;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of the user's own, run by the shell for each warning. What it is about comes as JSON on
 * its standard input and in variables, never in the command's text. What it prints is not shown.
 */
final class CommandHook {
  private static final long MOST_SECONDS = 60;

  private final String command;
  private final PrintWriter err;

  CommandHook(String command, PrintWriter err) {
    this.command = command;
    this.err = err;
  }

  /** Waits for it, a minute at most. That it failed is said and keeps nobody from watching. */
  void run(Notice notice) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(List.of("/bin/sh", "-c", command));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("INFT_ID", notice.id());
    builder.environment().put("INFT_LEVEL", notice.level().name());
    builder.environment().put("INFT_KIND", notice.kind().word());
    builder.environment().put("INFT_MESSAGE", notice.message().replace('\0', ' '));
    try {
      Process process = builder.start();
      give(process, notice);
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        complain("took more than " + MOST_SECONDS + " s and was ended");
      } else if (process.exitValue() != 0) {
        complain("ended with " + process.exitValue());
      }
    } catch (IOException e) {
      complain("could not be run: " + e.getMessage());
    }
  }

  /** A command that does not read what it is given has ended already, or will. */
  private static void give(Process process, Notice notice) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((notice.json() + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException unread) {
      process.isAlive();
    }
  }

  private void complain(String what) {
    err.println("--exec: the command " + what);
    err.flush();
  }
}

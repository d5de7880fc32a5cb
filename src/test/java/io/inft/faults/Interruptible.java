package io.inft.faults;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs that Ctrl-C ends. A build that a script started in the background has SIGINT
 * ignored, its children inherit that, and a JVM, like a shell, leaves it so.
 */
public final class Interruptible {
  /** Becomes the command that stands behind it, so the process id is the same. */
  private static final List<String> DEFAULT = List.of("env", "--default-signal=INT");

  private static final List<String> PREFIX = isPossible() ? DEFAULT : List.of();

  private Interruptible() {}

  private static boolean isPossible() {
    try {
      Process env = new ProcessBuilder(DEFAULT).start();
      env.getInputStream().readAllBytes();
      return env.waitFor(10, TimeUnit.SECONDS) && env.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What stands before a command; nothing where {@code env} cannot do it. */
  public static List<String> prefix() {
    return PREFIX;
  }
}

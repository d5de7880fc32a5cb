package io.inft.cli.console;

import java.io.Console;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Whether to do what costs something: asked for, or given in advance. A mixin. */
public final class Consent {
  @Option(names = "--yes", description = "Do it without asking.")
  private boolean yes;

  // From Java 22 there is a console also without a terminal; then no answer comes, which is a no.
  @SuppressWarnings("SystemConsoleNull")
  public boolean given() {
    if (yes) {
      return true;
    }
    Console console = System.console();
    if (console == null) {
      return false;
    }
    String answer = console.readLine("Do it? [y/N] ");
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }
}

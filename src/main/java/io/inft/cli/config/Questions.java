package io.inft.cli.config;

import io.inft.jdbc.config.InftProperty;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Properties;

/** Asks for settings, one line each. Not thread-safe. */
final class Questions {
  private final BufferedReader answers;
  private final PrintWriter out;
  private boolean ended;

  Questions(BufferedReader answers, PrintWriter out) {
    this.answers = answers;
    this.out = out;
  }

  /** Asks for a setting that has no value yet; an empty answer leaves it without one. */
  void ask(Properties settings, InftProperty property, String question) throws IOException {
    if (ended || settings.containsKey(property.propertyName())) {
      return;
    }
    out.print(question + ": ");
    out.flush();
    String answer = answers.readLine();
    if (answer == null) {
      ended = true;
      out.println();
    } else if (!answer.isBlank()) {
      settings.setProperty(property.propertyName(), answer.strip());
    }
  }

  /** Whether nobody answers any more. */
  boolean ended() {
    return ended;
  }
}

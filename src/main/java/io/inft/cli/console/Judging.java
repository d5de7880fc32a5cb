package io.inft.cli.console;

import java.util.Optional;

/** A command that gives a verdict. That there can be none is an answer too. */
public interface Judging {
  /** The exit code for it; a wrong usage has its own. */
  int impossible();

  /**
   * The answer as JSON, in the form of all others.
   *
   * @param message why there is no verdict
   * @param state SQLSTATE of the failure
   */
  String impossible(String message, Optional<String> state);
}

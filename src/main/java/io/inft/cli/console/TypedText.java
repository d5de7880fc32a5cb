package io.inft.cli.console;

import io.inft.bytes.Address;
import io.inft.jdbc.config.DurationText;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Reads what people type after an option; what it cannot read is wrong usage of the command. */
public final class TypedText {
  private TypedText() {}

  /**
   * Reads a duration.
   *
   * @param option as it is typed, for the message
   */
  public static Duration duration(CommandSpec command, String option, String text) {
    return DurationText.parse(text)
        .orElseThrow(
            () ->
                new ParameterException(
                    command.commandLine(),
                    option + ": '" + text + "' is no time; expected " + DurationText.FORMS));
  }

  /**
   * Reads an account, as {@link Accounts#parse} does.
   *
   * @param option as it is typed, for the message
   */
  public static Address account(CommandSpec command, String option, String text) {
    try {
      return Accounts.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), option + ": " + e.getMessage());
    }
  }
}

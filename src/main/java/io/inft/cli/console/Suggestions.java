package io.inft.cli.console;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Commands that a message names. They get the options that say which network and which machine is
 * meant, as this call was given them, so that they mean the same database and can be run as they
 * stand.
 */
public final class Suggestions {
  private static final Pattern QUOTED = Pattern.compile("'(inft [a-z][^']*)'");
  private static final String HELP = "--help";

  private Suggestions() {}

  /**
   * Completes the commands in a text; each stands in single quotes.
   *
   * @param line the command that says it, after it has read its arguments
   */
  public static String complete(String text, CommandLine line) {
    Set<OptionSpec> given = given(line);
    return QUOTED
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement("'" + complete(found.group(1), given) + "'"));
  }

  private static String complete(String command, Set<OptionSpec> given) {
    if (command.contains(HELP)) {
      return command;
    }
    StringBuilder complete = new StringBuilder(command);
    for (OptionSpec option : given) {
      String name = option.longestName();
      if (!command.contains(name + " ")) {
        String written = option.names()[0].length() == 2 ? option.names()[0] : name;
        option
            .originalStringValues()
            .forEach(value -> complete.append(' ').append(written).append(' ').append(word(value)));
      }
    }
    return complete.toString();
  }

  /** What every command about a database takes. */
  private static Set<OptionSpec> given(CommandLine line) {
    CommandSpec shared = CommandSpec.forAnnotatedObject(new NetworkOptions());
    Set<OptionSpec> given = new LinkedHashSet<>(); // one that is given often is matched often
    if (line.getParseResult() != null) {
      for (OptionSpec option : line.getParseResult().matchedOptions()) {
        if (Stream.of(option.names()).anyMatch(name -> shared.findOption(name) != null)) {
          given.add(option);
        }
      }
    }
    return given;
  }

  /** As a shell takes it for one word; the command stands in single quotes already. */
  private static String word(String value) {
    return value.matches("[A-Za-z0-9_./:=,@%+~-]+")
        ? value
        : '"' + value.replaceAll("([\"\\\\$`])", "\\\\$1") + '"';
  }
}

package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.cli.console.Suggestions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Commands that messages name are there and can be run as they stand. */
class SuggestionsTest {
  private static final Pattern COMMENT =
      Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//.*$", Pattern.DOTALL);
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final Pattern COMMAND = Pattern.compile("('?)\\binft ([a-z]+)(?: ([a-z]+))?");

  private static CommandLine parsed(String... arguments) {
    CommandLine root = Inft.commandLine();
    CommandLine line = root;
    for (CommandLine.ParseResult result = root.parseArgs(arguments);
        result.hasSubcommand();
        result = result.subcommand()) {
      line = result.subcommand().commandSpec().commandLine();
    }
    return line;
  }

  @Test
  void carryTheOptionsThatWereGiven() {
    CommandLine line =
        parsed(
            "forks",
            "show",
            "a",
            "gen-000001",
            "--json",
            "--network",
            "embedded",
            "--home",
            "/my data/$x",
            "-P",
            "contract=0x12",
            "--private-key-file",
            "key",
            "-Prpc=http://h:1");
    assertThat(Suggestions.complete("run 'inft sync a' or 'inft doctor --help' soon", line))
        .isEqualTo(
            "run 'inft sync a --network embedded --home \"/my data/\\$x\" -P contract=0x12"
                + " -P rpc=http://h:1 --private-key-file key' or 'inft doctor --help' soon");
    assertThat(Suggestions.complete("'inft push b f --network galileo'", line))
        .contains("--network galileo --home");
    assertThat(Suggestions.complete("it's not a command, isn't it", line))
        .isEqualTo("it's not a command, isn't it");
    assertThat(Suggestions.complete("'inft sync a'", parsed("status", "a")))
        .isEqualTo("'inft sync a'");
  }

  @Test
  void everyCommandInAMessageIsThereAndQuoted() throws IOException {
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (Path source : sources()) {
      String text = COMMENT.matcher(Files.readString(source)).replaceAll("");
      Matcher command = COMMAND.matcher(JOINED.matcher(text).replaceAll(""));
      while (command.find()) {
        found++;
        CommandLine first = Inft.commandLine().getSubcommands().get(command.group(2));
        boolean isThere =
            first != null
                && (first.getSubcommands().isEmpty()
                    || command.group(3) == null
                    || first.getSubcommands().containsKey(command.group(3)));
        if (!isThere || command.group(1).isEmpty()) {
          wrong.add(source.getFileName() + ": " + command.group());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(found).isGreaterThan(20);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String room :
        List.of("failure", "doctor", "replica", "jdbc", "registry/onchain", "seal")) {
      try (Stream<Path> tree = Files.walk(Path.of("src/main/java/io/inft").resolve(room))) {
        tree.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }
}

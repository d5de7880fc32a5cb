package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.FormatDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the security pages tell people to type is there. */
class SecurityDocumentTest {
  @Test
  void everyPracticeOfTheGuideHasARow() {
    List<List<String>> rows =
        new FormatDocument("security.md")
            .table("the guide says", "the driver does by itself", "what is left to you", "command");

    for (int i = 0; i < 10; i++) {
      assertThat(rows.get(i).get(0)).startsWith((i + 1) + ". ");
      assertThat(rows.get(i)).allSatisfy(cell -> assertThat(cell).isNotEmpty());
    }
    assertThat(rows).hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"security.md", "key-services.md", "custody.md"})
  void everyCommandAndOptionIsThere(String page) throws Exception {
    String text = Files.readString(Path.of("src/site/markdown", page));
    Matcher commands = Pattern.compile("`(?:inft )((?:[a-z]+ ?)+[^`]*)`").matcher(text);
    List<String> wrong = new ArrayList<>();
    while (commands.find()) {
      CommandLine at = Inft.commandLine();
      for (String word : commands.group(1).split("\\s+", -1)) {
        if (at.getSubcommands().containsKey(word)) {
          at = at.getSubcommands().get(word);
        } else if (word.startsWith("--") && at.getCommandSpec().findOption(word) == null) {
          wrong.add(commands.group());
        }
      }
      if (at.getParent() == null) {
        wrong.add(commands.group());
      }
    }
    assertThat(wrong).isEmpty();
  }
}

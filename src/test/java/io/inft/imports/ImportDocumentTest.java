package io.inft.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of the page: each row names tests, and each of these is there. */
class ImportDocumentTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final int DEFECTS = 26;
  private static final int FEATURES = 27;

  @Test
  void everyRowNamesTestsThatThereAre() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("src/site/markdown/import.md"));
    List<String> rows =
        lines
            .subList(lines.indexOf("## What went wrong there, and what is done here"), lines.size())
            .stream()
            .filter(line -> line.startsWith("| ") && !line.endsWith("| test |"))
            .toList();
    assertThat(rows).hasSize(DEFECTS + FEATURES);
    Map<String, Path> classes;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      classes =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("package-info.java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""),
                      Function.identity(),
                      (one, other) -> one));
    }
    List<String> missing = new ArrayList<>();
    for (String row : rows) {
      Matcher named = TEST.matcher(row);
      int found = 0;
      for (; named.find(); found++) {
        Path file = classes.get(named.group(1));
        if (file == null || !Files.readString(file).contains(" void " + named.group(2) + "(")) {
          missing.add(named.group());
        }
      }
      if (found == 0) {
        missing.add(row);
      }
    }
    assertThat(missing).isEmpty();
  }
}

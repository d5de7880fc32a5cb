package io.inft.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may be built upon is said in the document, in the packages and in the module alike. */
class PublicApiTest {
  private static final Path MAIN = Path.of("src/main/java");

  private static Set<String> named(String text, String pattern) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> inTheDocument() throws Exception {
    String jars = Files.readString(Path.of("src/site/markdown/jars.md"));
    int from = jars.indexOf("## What to build upon");
    assertThat(from).isNotNegative();
    String section = jars.substring(from, jars.indexOf("\n## ", from + 1));
    String rows =
        section.lines().filter(line -> line.startsWith("| `")).collect(Collectors.joining("\n"));
    String firstCells = rows.replaceAll("(?m)^(\\|[^|]*\\|).*$", "$1");
    return named(firstCells, "`(io\\.inft[a-z0-9.]*)`");
  }

  private static Set<String> inThePackages() throws Exception {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : files.filter(f -> f.endsWith("package-info.java")).toList()) {
        if (Files.readString(file).contains("<p>Public API.")) {
          found.add(MAIN.relativize(file.getParent()).toString().replace('/', '.'));
        }
      }
    }
    return found;
  }

  @Test
  void isTheSameInTheDocumentAndInThePackages() throws Exception {
    assertThat(inTheDocument()).isNotEmpty().isEqualTo(inThePackages());
  }

  @Test
  void isExportedByTheModule() throws Exception {
    Set<String> exported =
        named(
            Files.readString(Path.of("src/main/module/module-info.java")),
            "^ *exports ([a-z.]+);$");
    Set<String> ofTheModule = inTheDocument();
    ofTheModule.removeIf(
        name -> name.equals("io.inft.devnet") || name.startsWith("io.inft.agents"));
    assertThat(exported).contains("io.inft.seal").containsAll(ofTheModule);
  }
}

package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works, and what it names is there. */
class ReadmeTest {
  @TempDir Path folder;

  @Test
  void theFirstScreensJavaRunsAsItStands() throws Exception {
    Path readme = Path.of("README.md");
    System.setProperty("inft.home", folder.resolve("home").toString());
    try {
      assertThat(JavaSnippet.run(readme, folder, 2))
          .isEqualToNormalizingNewlines("1 memories, in version 2\n2 memories, in version 3\n");
    } finally {
      System.clearProperty("inft.home");
      Engines.endIdle();
    }
    assertThat(Files.readString(readme)).contains("`1 memories, in version 2`");
  }

  @Test
  void everyLinkedFileIsThere() throws Exception {
    List<String> missing = new ArrayList<>();
    List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
    try (var pages = Files.list(Path.of("src/site/markdown"))) {
      pages.forEach(documents::add);
    }
    for (Path document : documents) {
      Matcher link =
          Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)").matcher(Files.readString(document));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://")) {
          Path file = document.toAbsolutePath().getParent().resolve(target).normalize();
          if (!Files.exists(file)) {
            missing.add(document + " → " + target);
          }
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyTestThatReadmeAndGuideNameIsThere() throws Exception {
    List<String> sources = new ArrayList<>();
    for (String root : List.of("src/test/java", "src/it", "examples")) {
      try (var tree = Files.walk(Path.of(root))) {
        tree.forEach(path -> sources.add(path.getFileName().toString().replace(".java", "")));
      }
    }
    Matcher name =
        Pattern.compile("`([A-Z][A-Za-z]+(?:Test|Contract))`")
            .matcher(
                Files.readString(Path.of("README.md"))
                    + Files.readString(Path.of("src/site/markdown/guide.md")));
    List<String> missing = new ArrayList<>();
    while (name.find()) {
      if (!sources.contains(name.group(1))) {
        missing.add(name.group(1));
      }
    }
    assertThat(missing).isEmpty();
  }
}

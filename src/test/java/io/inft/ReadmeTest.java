package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.Engines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works, and what it names is there. */
class ReadmeTest {
  @TempDir Path folder;

  @Test
  void theFirstScreensJavaRunsAsItStands() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    Matcher java = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    assertThat(java.find()).isTrue();
    Path source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        "public class Snippet { public static void run() throws Exception {\n"
            + java.group(1)
            + "} }");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int result =
        compiler.run(null, complaints, complaints, "-d", folder.toString(), source.toString());
    assertThat(result).as(complaints.toString(StandardCharsets.UTF_8)).isZero();

    System.setProperty("inft.home", folder.resolve("home").toString());
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      for (int run = 0; run < 2; run++) {
        loader.loadClass("Snippet").getMethod("run").invoke(null);
      }
    } finally {
      System.setOut(before);
      System.clearProperty("inft.home");
      Engines.endIdle();
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("1 memories")
        .contains("2 memories");
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
  void everyTestThatTheReadmeNamesIsThere() throws Exception {
    List<String> sources = new ArrayList<>();
    for (String root : List.of("src/test/java", "src/it", "examples")) {
      try (var tree = Files.walk(Path.of(root))) {
        tree.forEach(path -> sources.add(path.getFileName().toString().replace(".java", "")));
      }
    }
    Matcher name =
        Pattern.compile("`([A-Z][A-Za-z]+(?:Test|Contract))`")
            .matcher(Files.readString(Path.of("README.md")));
    List<String> missing = new ArrayList<>();
    while (name.find()) {
      if (!sources.contains(name.group(1))) {
        missing.add(name.group(1));
      }
    }
    assertThat(missing).isEmpty();
  }
}

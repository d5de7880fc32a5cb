package notes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the module with what the one dependency brings, without any option but the path. */
class ModulePathTest {
  @TempDir Path folder;

  /** Without what only the tests need. */
  private static String modulePath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .filter(
            entry ->
                !Path.of(entry)
                    .getFileName()
                    .toString()
                    .matches(
                        "(junit|opentest4j|apiguardian|assertj|byte-buddy|surefire|open-test).*"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private List<String> start(String machine) throws Exception {
    Path out = folder.resolve(machine + ".out");
    Path errors = folder.resolve(machine + ".errors");
    String url =
        "jdbc:inft:notes?network=embedded&linger=0&embeddedDir=%s&home=%s"
            .formatted(folder.resolve("network"), folder.resolve(machine));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p",
                modulePath(),
                "-m",
                "notes/notes.Main",
                url)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return Files.readAllLines(out);
  }

  @Test
  void startsOnTheModulePathAndKeepsADatabase() throws Exception {
    assertThat(start("here"))
        .containsExactly("rows 1, version 1", "io.inft.jdbc", "true", "hidden []");
    assertThat(start("there").get(0)).isEqualTo("rows 2, version 2");
  }
}

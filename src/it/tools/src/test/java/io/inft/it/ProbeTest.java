package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same program in other surroundings, where it must see the same. */
@Timeout(240)
class ProbeTest {
  private static final List<String> PLAIN =
      List.of("-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC");

  @TempDir Path folder;
  private List<String> expected;

  private record Ended(int code, List<String> out, String errors) {}

  @BeforeEach
  void writeWhereNothingIsSpecial() throws Exception {
    Ended first = probe(Path.of(System.getProperty("java.home")), "write", "plain", PLAIN);
    assertThat(first.errors()).doesNotContain("Exception");
    assertThat(first.code()).isZero();
    expected = first.out();
    assertThat(expected)
        .contains("İIiı | integer | 1700000000123 | 1234567.89 | i | I | ")
        .contains("1 | 5 | I | {\"i\":1} | ")
        .contains("TITLE-i | ")
        .contains("ok | ")
        .contains("2023-11-14T22:13:20.123Z")
        .anyMatch(line -> line.startsWith("25006 "))
        .anyMatch(line -> line.contains("durability"));
  }

  private Ended probe(Path jdk, String what, String name, List<String> options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(jdk.resolve("bin").resolve("java").toString());
    command.addAll(options);
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", Jars.thin(), Probe.class.getName(), what));
    String network = what.equals("write") ? name + "-network" : "plain-network";
    command.add(folder.resolve(name).toString());
    command.add(folder.resolve(network).toString());
    Path out = Files.createTempFile(folder, "out", null);
    Path errors = Files.createTempFile(folder, "errors", null);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor(200, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readAllLines(out, StandardCharsets.UTF_8),
        Files.readString(errors));
  }

  @Test
  void turkishLettersAndAnOddTimeZoneChangeNothing() throws Exception {
    Path jdk = Path.of(System.getProperty("java.home"));
    List<String> turkish =
        List.of("-Duser.language=tr", "-Duser.country=TR", "-Duser.timezone=Asia/Kathmandu");
    assertThat(probe(jdk, "write", "turkish", turkish).out()).isEqualTo(expected);
    assertThat(probe(jdk, "read", "turkish-reader", turkish).out()).isEqualTo(expected);
  }

  @Test
  void arabicDigitsAndABuddhistCalendarChangeNothing() throws Exception {
    List<String> arabic =
        List.of(
            "-Duser.language=ar",
            "-Duser.country=EG",
            "-Duser.extensions=u-nu-arab-ca-buddhist",
            "-Duser.timezone=Pacific/Apia");
    assertThat(probe(Path.of(System.getProperty("java.home")), "write", "arabic", arabic).out())
        .isEqualTo(expected);
  }

  /** {@code -Dinft.jdk=<folder>} names one; otherwise one is looked for beside this one. */
  private static Optional<Path> newerJdk() throws IOException {
    String named = System.getProperty("inft.jdk", "");
    if (!named.isEmpty()) {
      return Optional.of(Path.of(named));
    }
    Path beside = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(beside)) {
      return Optional.empty();
    }
    try (var all = Files.list(beside)) {
      return all.filter(path -> path.getFileName().toString().matches(".*(2[2-9]|3\\d)-.*"))
          .filter(path -> Files.isExecutable(path.resolve("bin").resolve("java")))
          .findFirst();
    }
  }

  @Test
  void aNewerJdkSeesTheSameAndWarnsUnlessItIsTold() throws Exception {
    assumeTrue(newerJdk().isPresent(), "there is no newer JDK; -Dinft.jdk=<folder> names one");
    Path jdk = newerJdk().orElseThrow();

    Ended told = probe(jdk, "write", "newer", List.of("--enable-native-access=ALL-UNNAMED"));
    Ended untold = probe(jdk, "read", "newer-reader", List.of());

    assertThat(told.out()).isEqualTo(expected);
    assertThat(told.errors()).doesNotContain("WARNING");
    assertThat(untold.out()).isEqualTo(expected);
    assertThat(untold.errors()).contains("WARNING: A restricted method");
  }

  @Test
  void theSqliteJdbcThatWasAskedForIsTheOneThatRuns() throws Exception {
    String wanted = System.getProperty("sqlite-jdbc.version", "3.54.1.0");
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:inft:version?network=embedded&home="
                    + folder.resolve("v")
                    + "&embeddedDir="
                    + folder.resolve("w"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT sqlite_version()")) {
      assertThat(wanted).startsWith(rows.getString(1));
    }
  }
}

package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.jdbc.InftDriver;
import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application gets that names the driver and nothing else. */
class DriverTest {
  @TempDir Path folder;

  @Test
  void keepsADatabase() throws Exception {
    for (int i = 1; i <= 2; i++) {
      String url =
          "jdbc:inft:alone?network=embedded&linger=0&embeddedDir=%s&home=%s"
              .formatted(folder.resolve("network"), folder.resolve("machine-" + i));
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE IF NOT EXISTS t(n)");
        statement.execute("INSERT INTO t VALUES (1)");
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
          assertThat(rows.getInt(1)).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void bringsTheseJarsAndNoOthers() {
    assertThat(
            jars()
                .filter(
                    name ->
                        !name.matches(
                            "(junit|opentest4j|apiguardian|assertj|byte-buddy|surefire|open-test).*")))
        .allMatch(
            name ->
                name.matches(
                    "(inft-jdbc|sqlite-jdbc|bcprov-jdk18on|caffeine|error_prone_annotations|zstd-jni"
                        + "|jackson-(core|databind|annotations)|slf4j-api|jspecify)-\\d.*"));
  }

  private static Stream<String> jars() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).getFileName().toString())
        .filter(name -> name.endsWith(".jar"));
  }

  @Test
  void leavesTheCommandLineAndTheRestToJarsOfTheirOwn() {
    for (String other :
        List.of(
            "io.inft.cli.Inft",
            "io.inft.doctor.Doctor",
            "io.inft.devnet.Devnet",
            "io.inft.agents.InftChatMemoryStore",
            "org.web3j.crypto.Credentials")) {
      assertThatThrownBy(() -> Class.forName(other)).isInstanceOf(ClassNotFoundException.class);
    }
  }

  @Test
  void carriesWeb3jsLicenceAndNoOtherPackageOfAnybody() throws Exception {
    Path jar =
        Path.of(InftDriver.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var packages = new TreeSet<String>();
    try (JarFile file = new JarFile(jar.toFile())) {
      assertThat(file.getEntry("META-INF/licenses/web3j.txt")).isNotNull();
      assertThat(file.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
          .isEqualTo("io.inft.jdbc");
      file.stream()
          .filter(entry -> entry.getName().endsWith(".class"))
          .forEach(entry -> packages.add(entry.getName().replaceAll("[^/]*$", "")));
    }
    assertThat(packages)
        .contains("io/inft/internal/web3j/crypto/", "")
        .allMatch(name -> name.startsWith("io/inft/") || name.isEmpty());
  }
}

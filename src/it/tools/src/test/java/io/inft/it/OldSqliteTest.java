package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the sqlite-jdbc that Spring Boot 3.5 manages; invoker.properties gives it. */
class OldSqliteTest {
  @TempDir Path folder;

  @BeforeEach
  void onlyWithAnOldOne() {
    assumeTrue(System.getProperty("sqlite-jdbc.version", "").startsWith("3.49."));
  }

  private void connect(String more) throws SQLException {
    DriverManager.getConnection(
            "jdbc:inft:old?network=embedded&home="
                + folder.resolve("home")
                + "&embeddedDir="
                + folder.resolve("network")
                + more)
        .close();
  }

  @Test
  void isRefusedWhenConnectingWithTheLineThatHelps() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> connect(""))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SQLite 3.49.1 runs here, expected 3.51.3 or newer")
          .hasMessageContaining("<sqlite-jdbc.version>3.54.1.0</sqlite-jdbc.version>")
          .hasMessageContaining("ext['sqlite-jdbc.version'] = '3.54.1.0'")
          .satisfies(
              e -> {
                assertThat(((SQLException) e).getSQLState()).isEqualTo("58000");
                assertThat(((SQLException) e).getErrorCode()).isEqualTo(10066);
              });
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.endsWith("database.sqlite")))
          .as("nothing was written by it")
          .allMatch(file -> file.toFile().length() == 0);
    }
  }
}

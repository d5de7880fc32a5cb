package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process that can make no file longer than a limit, set by {@code prlimit}, which stands for a
 * full disk: SQLite, the engine and the embedded network all meet it, whoever comes first.
 */
class FullDiskChildTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private String url(String machine) {
    return "jdbc:inft:full?network=embedded&home="
        + folder.resolve(machine)
        + "&embeddedDir="
        + folder.resolve("network")
        + "&linger=0";
  }

  @ParameterizedTest(name = "no file longer than {0} bytes, rows of {1}")
  @CsvSource({"40000,100", "300000,20000", "300000,400000"})
  void failsTypedLosesNothingAndGoesOn(long limit, int rowBytes) throws Exception {
    long acknowledged;
    try (ChildJvm child =
        ChildJvm.start(
            List.of("-Xmx256m"), FullDiskChild.class, url("here"), Integer.toString(rowBytes))) {
      child.awaitLine("ready");
      child.limitFiles(limit + ":unlimited");
      child.tell("fill it");
      acknowledged = Long.parseLong(child.awaitLine("acknowledged"));
      assertThat(child.awaitLine("failed")).isIn("53100", "58030");
      assertThat(child.awaitLine("because")).isNotBlank();
      assertThat(child.awaitLine("status")).contains("\"id\":\"full\"");
      child.limitFiles("unlimited:unlimited");
      child.tell("go on");
      child.awaitLine("went on");
      child.awaitLine("closed");
      assertThat(child.exit()).isZero();
    }
    for (String machine : List.of("there", "here")) {
      try (Connection connection = DriverManager.getConnection(url(machine));
          Statement statement = connection.createStatement()) {
        try (var row =
            statement.executeQuery("SELECT count(*), max(n), min(n), sum(length(filler)) FROM t")) {
          assertThat(row.getLong(1)).isEqualTo(acknowledged + 1);
          assertThat(row.getLong(2)).isEqualTo(acknowledged == 0 ? -1 : acknowledged);
          assertThat(row.getLong(3)).isEqualTo(-1);
          assertThat(row.getLong(4)).isEqualTo(acknowledged * rowBytes);
        }
        try (var row = statement.executeQuery("PRAGMA integrity_check")) {
          assertThat(row.getString(1)).isEqualTo("ok");
        }
      }
    }
  }
}

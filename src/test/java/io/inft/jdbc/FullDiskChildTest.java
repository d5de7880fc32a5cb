package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import io.inft.replica.Engines;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process that can make no file longer than a limit, set by {@code prlimit}, which stands for a
 * full disk: SQLite, the engine and the embedded network all meet it, whoever comes first.
 */
@Tag("processes")
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

  /** Has a log far longer than its database, and moves it when it is told to. */
  static final class LongLog {
    public static void main(String[] args) throws Exception {
      BufferedReader input =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      try (Connection connection = DriverManager.getConnection(args[0]);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
        statement.execute("SELECT inft_sync(60000)");
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        statement.execute("INSERT INTO t VALUES (1, randomblob(2000000))");
        System.out.println("ready");
        input.readLine();
        try {
          statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
          System.out.println("failed never");
        } catch (SQLException e) {
          System.out.println("failed " + e.getSQLState());
          System.out.println("because " + e.getMessage());
        }
        try (var row = statement.executeQuery("SELECT length(filler) FROM t")) {
          System.out.println("read " + row.getString(1));
        }
        input.readLine();
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        statement.execute("INSERT INTO t VALUES (2, NULL)");
      }
      System.out.println("closed");
    }
  }

  @Test
  void aLogThatFindsNoRoomInTheDatabaseSaysHowMuchItNeedsAndStays() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(List.of("-Xmx256m"), LongLog.class, url("here") + "&syncInterval=1h")) {
      child.awaitLine("ready");
      child.limitFiles("300000:unlimited");
      child.tell("move it");
      assertThat(child.awaitLine("failed")).isIn("53100", "58030");
      Matcher room =
          Pattern.compile("([0-9]+) bytes more are needed, and ([0-9]+) are free there")
              .matcher(child.awaitLine("because"));
      assertThat(room.find()).isTrue();
      assertThat(Long.parseLong(room.group(1))).isBetween(1_700_000L, 2_100_000L);
      assertThat(child.awaitLine("read")).isEqualTo("2000000");
      child.limitFiles("unlimited:unlimited");
      child.tell("go on");
      child.awaitLine("closed");
      assertThat(child.exit()).isZero();
    }
    for (String machine : List.of("there", "here")) {
      try (Connection connection = DriverManager.getConnection(url(machine));
          Statement statement = connection.createStatement();
          var row = statement.executeQuery("SELECT count(*), sum(length(filler)) FROM t")) {
        assertThat(row.getString(1)).isEqualTo("2");
        assertThat(row.getString(2)).isEqualTo("2000000");
      }
    }
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.Engines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What another machine gets of rows that were deleted, against the table in security.md. */
class SecureDeleteTest {
  private static final String ONE = "the-secret-of-one-row";
  private static final String MANY = "the-secret-of-many-rows";

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection open(String home, String secureDelete) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(home).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    if (secureDelete != null) {
      properties.setProperty("secure_delete", secureDelete);
    }
    return DriverManager.getConnection("jdbc:inft:notes", properties);
  }

  @ParameterizedTest(name = "secure_delete={0}, {1}: there is {4}")
  @CsvSource(
      delimiter = '|',
      nullValues = "default",
      value = {
        "default | one row of a page | delete from t where id = 25 | ONE | false",
        "OFF | one row of a page | delete from t where id = 25 | ONE | true",
        "default | a changed row | update t set v = 'x' where id = 25 | ONE | false",
        "default | whole pages | delete from t where id between 200 and 900 | MANY | true",
        "default | a dropped table | drop table t | MANY | true",
        "default | whole pages, VACUUM | delete from t where id > 1; vacuum | MANY | false",
        "ON | whole pages | delete from t where id between 200 and 900 | MANY | false",
        "ON | a dropped table | drop table t | MANY | false",
      })
  void whatADeletedRowLeaves(String setting, String what, String sql, String rows, boolean there)
      throws Exception {
    try (Connection connection = open("home", setting);
        Statement statement = connection.createStatement()) {
      fill(connection);
      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));

      statement.executeUpdate(sql);

      connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
    }
    try (Connection elsewhere = open("elsewhere", setting)) {
      assertThat(elsewhere.unwrap(InftConnection.class).version()).as(what).isPositive();
    }
    assertThat(holds("elsewhere", rows.equals("ONE") ? ONE : MANY)).isEqualTo(there);
  }

  private static void fill(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table t(id integer primary key, v text)");
    }
    try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, ?)")) {
      for (int i = 0; i < 1000; i++) {
        insert.setInt(1, i);
        insert.setString(2, i == 25 ? ONE : i >= 300 && i < 600 ? MANY + i : "something " + i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private boolean holds(String home, String secret) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(home))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret)) {
          return true;
        }
      }
      return false;
    }
  }
}

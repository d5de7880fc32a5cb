package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A setting that cannot work ends in a message that names the setting which does. */
class WrongSettingsTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection open(String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("linger", "0");
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    return DriverManager.getConnection("jdbc:inft:wrong", properties);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void create() throws SQLException {
    try (Connection connection = open()) {
      execute(connection, "create table t(n int)");
      execute(connection, "insert into t values (1)");
    }
  }

  @Test
  void readingFirstOnTwoDeferredConnectionsNamesTheTransactionMode() throws Exception {
    create();
    try (Connection one = open();
        Connection two = open()) {
      one.setAutoCommit(false);
      execute(one, "select * from t");
      execute(two, "update t set n = 2");
      assertThatThrownBy(() -> execute(one, "update t set n = 3"))
          .hasMessageContaining("transaction_mode=IMMEDIATE");
      one.rollback();
    }
  }

  @Test
  void waitingTooShortlyForTheWriterNamesTheBusyTimeout() throws Exception {
    create();
    try (Connection one = open();
        Connection two = open("busy_timeout", "1")) {
      one.setAutoCommit(false);
      execute(one, "update t set n = 2");
      assertThatThrownBy(() -> execute(two, "update t set n = 3"))
          .hasMessageContaining("busy_timeout");
      one.rollback();
    }
  }

  @Test
  void writingAfterReadingWhileAnotherWritesFailsAtOnceAndNamesTheTransactionMode()
      throws Exception {
    create();
    try (Connection one = open();
        Connection two = open("busy_timeout", "600000")) {
      two.setAutoCommit(false);
      execute(two, "select * from t");
      one.setAutoCommit(false);
      execute(one, "update t set n = 2");
      assertThatThrownBy(() -> execute(two, "update t set n = 3"))
          .hasMessageContaining("transaction_mode=IMMEDIATE");
      one.rollback();
    }
  }

  @Test
  void aReadOnlyConnectionReadsWhateverItsTransactionModeAndSaysWhyItDoesNotWrite()
      throws Exception {
    create();
    for (String mode : new String[] {"DEFERRED", "IMMEDIATE", "EXCLUSIVE"}) {
      try (Connection reader = open("mode", "ro", "transaction_mode", mode)) {
        reader.setAutoCommit(false);
        try (Statement statement = reader.createStatement();
            ResultSet rows = statement.executeQuery("select n from t")) {
          assertThat(rows.getInt(1)).as(mode).isEqualTo(1);
        }
        assertThatThrownBy(() -> execute(reader, "update t set n = 2"))
            .as(mode)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"))
            .hasMessageContaining("mode");
        reader.rollback();
      }
    }
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot go to SQLite as it is, by every road that a statement can take. */
class SpecialStatementsTest extends OnPlainSession {
  private String journal() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("pragma journal_mode")) {
      return row.getString(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pragma journal_mode=delete",
        "PRAGMA main.journal_mode = 'off'",
        "pragma locking_mode=exclusive",
        "/* c */ pragma journal_mode(truncate)"
      })
  void aModeThatCannotBeIsAnsweredWithAWarningOnEveryRoad(String pragma) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(pragma);
      requireWarned();
      statement.executeUpdate(
          "insert into t(v) values (';'); " + pragma + "; insert into t(v) values ('b')");
      requireWarned();
      statement.executeUpdate(pragma + "; insert into t(v) values ('c');");
      requireWarned();
      statement.executeUpdate(
          "begin; insert into t(v) values ('d'); " + pragma + ";; commit; -- end");
      requireWarned();
      statement.addBatch(pragma);
      statement.addBatch("insert into t(v) values ('e')");
      assertThat(statement.executeBatch()).containsExactly(0, 1);
      requireWarned();
    }
    try (PreparedStatement prepared = connection.prepareStatement(pragma)) {
      prepared.execute();
    }
    requireWarned();
    assertThat(count()).isEqualTo(5);
    assertThat(countOfOthers()).isEqualTo(5);
    assertThat(journal()).isEqualTo("wal");
  }

  private void requireWarned() throws SQLException {
    assertThat((Throwable) connection.getWarnings()).isNotNull();
    assertThat(connection.getWarnings().getMessage()).contains("stays");
    connection.clearWarnings();
  }

  @Test
  void checkpointsInScriptsAndBatchesAreTheEnginesBusiness() throws Exception {
    try (Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeLargeUpdate(
                  "insert into t(v) values ('a'); pragma wal_checkpoint(full);"
                      + " create trigger r after insert on t begin select 1; select 2; end;"
                      + " insert into t(v) values ('b'); pragma wal_checkpoint"))
          .isEqualTo(2);
      assertThat(session.takeTold())
          .containsSubsequence("beforeCommit", "checkpoint FULL", "checkpoint PASSIVE", COMMIT);
      statement.addBatch("insert into t(v) values ('c')");
      statement.addBatch("pragma wal_checkpoint(truncate)");
      assertThat(statement.executeBatch()).containsExactly(1, 0);
      assertThat(session.takeTold()).containsSubsequence("checkpoint TRUNCATE", COMMIT);
    }
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void aScriptThatFailsHalfWayHasDoneWhatSqliteWouldHaveDone() throws Exception {
    try (Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.executeUpdate(
                      "insert into t(v) values ('a'); pragma wal_checkpoint; nonsense;"
                          + " insert into t(v) values ('b')"))
          .hasFieldOrPropertyWithValue("SQLState", "42000");
    }
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"DEFERRED, transaction_mode=IMMEDIATE", "IMMEDIATE, longer than busy_timeout (1 ms)"})
  void whoWaitsForAWriterIsAdvisedWhatIsNotSetYet(String mode, String advice) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", mode);
    properties.setProperty("busy_timeout", "1");
    connection.close();
    session = new PlainSession(folder.resolve("b.db"));
    connection = open(properties);
    run("create table t(id integer primary key, v text)");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        Statement writer = other.createStatement()) {
      writer.execute("begin immediate");
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> run("insert into t(v) values ('a')"))
          .hasFieldOrPropertyWithValue("SQLState", "40001")
          .hasMessageContaining(advice);
      writer.execute("rollback");
    }
  }

  @Test
  void whatOwnRowsKeepFromHappeningIsNotBlamedOnOthers() throws Exception {
    run("insert into t(v) values ('a'), ('b')");
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from t")) {
      rows.next();
      assertThatThrownBy(() -> run("drop table t"))
          .hasMessageContaining("this same connection")
          .hasMessageNotContaining("another connection is");
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("insert into t(v) values ('c'), ('d') returning id")) {
      rows.next();
      assertThatThrownBy(() -> connection.commit())
          .hasMessageContaining("this same connection")
          .hasMessageNotContaining("another connection is");
    }
    connection.commit();
    assertThat(count()).isEqualTo(4);
  }
}

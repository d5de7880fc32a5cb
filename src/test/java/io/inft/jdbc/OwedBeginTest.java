package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code transaction_mode=IMMEDIATE} with auto-commit off: the statement that needs a transaction
 * takes the write lock, and a connection that does nothing holds nothing.
 */
class OwedBeginTest extends OnPlainSession {
  private Connection other;

  @BeforeEach
  void immediate() throws Exception {
    connection.close();
    session = new PlainSession(folder.resolve("b.db"));
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", "IMMEDIATE");
    properties.setProperty("busy_timeout", "1");
    connection = open(properties);
    run("create table t(id integer primary key, v text)");
    session.takeTold();
    other =
        DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile() + "?busy_timeout=1");
  }

  @AfterEach
  void closeOther() throws Exception {
    other.close();
  }

  private interface Step {
    void take(CapturedConnection connection) throws SQLException;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What a program does after turning auto-commit off, and then leaves its connection alone. */
  private enum Idle {
    NOTHING(connection -> {}),
    COMMITTED(
        connection -> {
          run(connection, "insert into t(v) values ('a')");
          connection.commit();
        }),
    ROLLED_BACK(
        connection -> {
          run(connection, "insert into t(v) values ('a')");
          connection.rollback();
        }),
    COMMITTED_NOTHING(Connection::commit),
    ROLLED_BACK_NOTHING(Connection::rollback),
    TRIED(connection -> assertThat(connection.isValid(1)).isTrue()),
    TRIED_BY_A_QUERY(connection -> run(connection, "/* ping */ SELECT 1")),
    PREPARED(connection -> connection.prepareStatement("insert into t(v) values (?)").close()),
    ISOLATED(connection -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE)),
    READ_ONLY_AND_BACK(
        connection -> {
          connection.setReadOnly(true);
          run(connection, "select * from t");
          connection.rollback();
          connection.setReadOnly(false);
        }),
    DESCRIBED(connection -> connection.getMetaData().getDatabaseProductVersion()),
    SYNCED(connection -> connection.sync(Duration.ofMillis(1))),
    CALLED(connection -> run(connection, "select inft_version(), inft_sync(1)")),
    CHECKPOINTED(connection -> run(connection, "pragma wal_checkpoint(passive)")),
    ASKED_FOR_A_JOURNAL(connection -> run(connection, "pragma journal_mode=delete")),
    SET_UP(connection -> run(connection, "pragma busy_timeout=1")),
    COMMITTED_AS_TEXT(connection -> run(connection, "commit")),
    ROLLED_BACK_AS_TEXT(connection -> run(connection, "rollback"));

    @SuppressWarnings("ImmutableEnumChecker") // it holds nothing
    private final Step step;

    Idle(Step step) {
      this.step = step;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoDoesNothingHoldsNothing(Idle idle) throws Exception {
    connection.setAutoCommit(false);

    idle.step.take(connection);

    run(other, "insert into t(v) values ('theirs')");
    assertThat(checkpointed()).as("no frame is kept in the log").isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COMMITTED", "ROLLED_BACK"})
  void whatDoesNotNeedATransactionDoesNotWaitForAWriter(Idle idle) throws Exception {
    run(other, "begin immediate");

    connection.setAutoCommit(false);
    idle.step.take(connection);

    assertThat(connection.watch().transaction().isOpen()).isFalse();
  }

  /** The engine keeps a read mark of its own in the real thing; here it must not be in the way. */
  private boolean checkpointed() throws SQLException {
    try (Statement statement = other.createStatement();
        ResultSet row = statement.executeQuery("pragma wal_checkpoint(passive)")) {
      row.next();
      return row.getInt(1) == 0;
    }
  }

  /** What needs a transaction. */
  private enum Needing {
    READING(connection -> run(connection, "select count(*) from t")),
    READING_WITH_IN(connection -> run(connection, "select (1, 2) in t")),
    WRITING(connection -> run(connection, "insert into t(v) values ('a')")),
    SCRIPT(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.executeLargeUpdate("select 1; insert into t(v) values ('a')");
          }
        }),
    BATCH(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.addBatch("insert into t(v) values ('a')");
            statement.executeBatch();
          }
        }),
    PREPARED(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement("insert into t values (1, 2)")) {
            insert.executeUpdate();
          }
        }),
    PREPARED_BATCH(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement("insert into t(v) values (?)")) {
            insert.setString(1, "a");
            insert.addBatch();
            insert.executeLargeBatch();
          }
        }),
    GENERATED_KEYS(
        connection -> {
          try (Statement insert = connection.createStatement()) {
            insert.executeUpdate("insert into t(v) values ('a')");
            insert.getGeneratedKeys().close();
          }
        }),
    RETURNING(
        connection -> {
          try (Statement insert = connection.createStatement();
              ResultSet rows = insert.executeQuery("insert into t(v) values ('a') returning id")) {
            rows.next();
          }
        }),
    SAVEPOINT(Connection::setSavepoint),
    SAVEPOINT_AS_TEXT(connection -> run(connection, "savepoint s")),
    METADATA(
        connection -> {
          DatabaseMetaData metadata = connection.getMetaData();
          metadata.getTables(null, null, "%", null).close();
        }),
    READING_PRAGMA(connection -> run(connection, "pragma user_version")),
    WRITING_PRAGMA(connection -> run(connection, "pragma user_version=3")),
    EVENT(connection -> connection.appendEvent("t", "{}", false, 1)),
    EVENT_BY_FUNCTION(connection -> run(connection, "select inft_append('t', '{}')")),
    IMAGE(connection -> connection.serialize("main"));

    @SuppressWarnings("ImmutableEnumChecker") // it holds nothing
    private final Step step;

    Needing(Step step) {
      this.step = step;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatNeedsATransactionBeginsItAndIsTheOnlyWriter(Needing needing) throws Exception {
    connection.setAutoCommit(false);
    session.takeTold();

    needing.step.take(connection);

    assertThat(connection.watch().transaction().isOpen()).isTrue();
    assertThat(session.takeTold()).as("nothing is committed").doesNotContain(COMMIT);
    assertThatThrownBy(() -> run(other, "insert into t(v) values ('theirs')"))
        .hasMessageContaining("SQLITE_BUSY");
    connection.rollback();
    run(other, "insert into t(v) values ('theirs')");
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeginFailsAndTheNextStatementMakesUpForIt(Needing needing) throws Exception {
    run(other, "begin immediate");
    connection.setAutoCommit(false);

    assertThatThrownBy(() -> needing.step.take(connection))
        .hasFieldOrPropertyWithValue("SQLState", "40001");

    run(other, "rollback");
    run("insert into t(v) values ('mine')");
    assertThat(countOfOthers()).isZero();
    connection.commit();
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @Test
  void anEmptyCommitStillTellsWhatTheApplicationMustKnow() throws Exception {
    connection.setAutoCommit(false);
    session.beforeCallFailure = new io.inft.failure.HeadConflictException("notes", 1, "a", 2, "b");

    assertThatThrownBy(() -> connection.commit()).hasFieldOrPropertyWithValue("SQLState", "40001");
    connection.rollback();
  }

  @Test
  void rowsOfAnAutocommittedChangeThatEndAfterwardsCommitByThemselves() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("insert into t(v) values ('a'), ('b') returning id")) {
      rows.next();
      connection.setAutoCommit(false);
      rows.next();
      rows.next();
    }
    assertThat(session.takeTold()).contains(COMMIT);
    assertThat(countOfOthers()).isEqualTo(2);
    connection.rollback();
    assertThat(countOfOthers()).isEqualTo(2);
  }

  @Test
  void aSavepointIsTakenBackWithoutTheTransaction() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    Savepoint savepoint = connection.setSavepoint();
    run("insert into t(v) values ('b')");
    connection.rollback(savepoint);
    connection.releaseSavepoint(savepoint);
    connection.commit();

    assertThat(countOfOthers()).isEqualTo(1);
  }

  @Test
  void closingAndAbortingWithABeginOwedTouchNothing() throws Exception {
    run(other, "begin immediate");
    connection.setAutoCommit(false);
    connection.abort(Runnable::run);
    assertThat(connection.isClosed()).isTrue();
    assertThat(session.closed).isEqualTo(1);
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.inft.failure.ForkException;
import io.inft.failure.PublishTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;

class CapturedConnectionTest {
  private static final String NO_COMMIT = "none";
  private static final String COMMIT = "none commit";
  private static final String IN_TRANSACTION = "open";

  @TempDir Path folder;
  private PlainSession session;
  private CapturedConnection connection;

  @BeforeEach
  void open() throws Exception {
    session = new PlainSession(folder.resolve("a.db"));
    connection = open(new Properties());
    run("create table t(id integer primary key, v text)");
    session.takeTold();
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    if (session.closed == 0) {
      session.close();
    }
  }

  private CapturedConnection open(Properties properties) throws SQLException {
    return new CapturedConnection("jdbc:inft:notes?network=embedded", session, properties);
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long count() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from t")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String stateOf(SQLException thrown) {
    return String.valueOf(thrown.getSQLState());
  }

  @Test
  void looksLikeSqliteJdbcAndReportsItsOwnUrl() throws Exception {
    assertThat(connection).isInstanceOf(SQLiteConnection.class);
    assertThat(connection.unwrap(InftConnection.class)).isSameAs(connection);
    assertThat(connection.isWrapperFor(InftConnection.class)).isTrue();
    assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("SQLite");
    assertThat(connection.getMetaData().getURL()).isEqualTo("jdbc:inft:notes?network=embedded");
    assertThat(connection.isReadOnly()).isFalse();
  }

  @Test
  void functionsOfTheUserGoOnWorking() throws Exception {
    Function.create(
        connection,
        "twice",
        new Function() {
          @Override
          protected void xFunc() throws SQLException {
            result(2 * value_long(0));
          }
        });
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select twice(21)")) {
      rows.next();
      assertThat(rows.getLong(1)).isEqualTo(42);
    }
  }

  @Test
  void tellsOfAnAutocommittedWriteBeforeAndAfter() throws Exception {
    run("insert into t(v) values ('a')");

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "  -- a comment\n /* another */ SELECT * from t",
        "values (1)",
        "explain insert into t(v) values ('x')",
        "with x as (select 1) select * from x",
        "pragma table_info(t)",
        "pragma user_version",
        "pragma foreign_keys=on"
      })
  void doesNotTakeAQueryForAWrite(String sql) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    assertThat(session.takeTold()).containsExactly(NO_COMMIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into t(v) values ('x')",
        "REPLACE into t(v) values ('x')",
        "with x as (select 'delete') insert into t(v) select * from x",
        "create index i on t(v)",
        "drop table t",
        "alter table t rename to u",
        "vacuum",
        "analyze",
        "reindex",
        "pragma user_version=7",
        "pragma main . application_id ( 7 )",
        "pragma optimize",
        ";; /* c */ update t set v = 1"
      })
  void takesEveryKindOfWriteForOne(String sql) throws Exception {
    run(sql);
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @Test
  void insideATransactionOnlyTheCommitIsTold() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    assertThat(session.takeTold()).containsOnly(IN_TRANSACTION);

    connection.commit();

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(1);
    assertThat(session.takeTold()).containsOnly(IN_TRANSACTION);
    connection.rollback();
    assertThat(session.takeTold()).containsExactly(NO_COMMIT);
    run("insert into t(v) values ('b')");
    session.takeTold();
    connection.setAutoCommit(true);
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void followsTransactionsThatAreBegunAndEndedAsText() throws Exception {
    run("begin");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION);
    run("insert into t(v) values ('a')");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION);
    run("savepoint x");
    run("release x");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION, "beforeCommit", "open commit");
    run("end");
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    run("savepoint y");
    run("insert into t(v) values ('b')");
    session.takeTold();
    run("release y");
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    run("begin immediate");
    run("rollback");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION, NO_COMMIT);
    run("insert into t(v) values ('c')");
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void followsPreparedTransactionControl() throws Exception {
    try (PreparedStatement begin = connection.prepareStatement("begin");
        PreparedStatement insert = connection.prepareStatement("insert into t(v) values (?)");
        PreparedStatement commit = connection.prepareStatement("commit")) {
      begin.execute();
      insert.setString(1, "a");
      insert.executeUpdate();
      assertThat(session.takeTold()).containsExactly(IN_TRANSACTION, IN_TRANSACTION);
      commit.execute();
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    }
  }

  @Test
  void runsAllStatementsOfOneTextAndKnowsWhereItStands() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "begin; insert into t(v) values (';'); /* ; */ insert into t(v) values ('b'); commit;");
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
      statement.executeUpdate(
          "insert into t(v) values ('c'); begin; insert into t(v) values ('d')");
      assertThat(session.takeTold()).containsExactly("beforeCommit", "open commit");
      statement.executeUpdate("rollback");
      assertThat(session.takeTold()).containsExactly(NO_COMMIT);
    }
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void noticesThatAFailureRolledTheTransactionBack() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(id, v) values (1, 'a')");
    assertThatThrownBy(() -> run("insert or rollback into t(id, v) values (1, 'b')"))
        .hasFieldOrPropertyWithValue("SQLState", "23505");
    session.takeTold();

    run("insert into t(id, v) values (2, 'c')");

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @Test
  void tellsAlsoOfACallThatFailed() {
    assertThatThrownBy(() -> run("insert into t(id, v) values (1, 'a'), (1, 'b')"))
        .hasFieldOrPropertyWithValue("SQLState", "23505");

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @Test
  void anInsertThatFetchesGeneratedKeysIsToldOnce() throws Exception {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into t(v) values (?)", Statement.RETURN_GENERATED_KEYS)) {
      session.takeTold();
      insert.setString(1, "a");
      insert.executeUpdate();
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
        assertThat(keys.getLong(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void aBatchIsOneCall() throws Exception {
    try (PreparedStatement insert = connection.prepareStatement("insert into t(v) values (?)");
        Statement statement = connection.createStatement()) {
      session.takeTold();
      insert.setString(1, "a");
      insert.addBatch();
      insert.setString(1, "b");
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1, 1);
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);

      statement.addBatch("begin");
      statement.addBatch("insert into t(v) values ('c')");
      statement.addBatch("commit");
      statement.executeBatch();
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    }
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void savepointsBeginAndEndATransactionOfTheirOwn() throws Exception {
    Savepoint outer = connection.setSavepoint("outer");
    run("insert into t(v) values ('a')");
    Savepoint inner = connection.setSavepoint();
    run("insert into t(v) values ('b')");
    connection.rollback(inner);
    assertThat(session.takeTold()).containsOnly(IN_TRANSACTION);

    connection.releaseSavepoint(outer);

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aReturningQueryCommitsWhenItsRowsEnd() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("insert into t(v) values ('a'), ('b') returning id, v")) {
      assertThat(session.takeTold()).containsExactly("beforeCommit", NO_COMMIT);
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong("id")).isEqualTo(1);
      assertThat(rows.getString(2)).isEqualTo("a");
      assertThat(rows.next()).isTrue();
      assertThat(session.takeTold()).isEmpty();
      assertThat(rows.next()).isFalse();
      assertThat(session.takeTold()).containsExactly(COMMIT);
      assertThat(rows.getStatement()).isSameAs(statement);
    }
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aReturningStatementCommitsWhenItIsClosedBeforeItsRowsEnd() throws Exception {
    try (PreparedStatement statement =
        connection.prepareStatement("insert into t(v) values (?), ('b') returning id")) {
      statement.setString(1, "a");
      assertThat(statement.execute()).isTrue();
      ResultSet rows = statement.getResultSet();
      rows.next();
      session.takeTold();
    }
    assertThat(session.takeTold()).containsExactly(COMMIT);
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        ResultSet rows = other.createStatement().executeQuery("select count(*) from t")) {
      assertThat(rows.getInt(1)).isEqualTo(2);
    }
  }

  @Test
  void aReturningStatementCommitsWhenItIsExecutedAgainOrItsRowsAreClosed() throws Exception {
    try (PreparedStatement statement =
        connection.prepareStatement("insert into t(v) values (?) returning id")) {
      statement.setString(1, "a");
      ResultSet first = statement.executeQuery();
      first.next();
      session.takeTold();
      statement.executeQuery();
      assertThat(session.takeTold()).containsExactly("beforeCommit", NO_COMMIT);
      statement.getMoreResults();
      assertThat(session.takeTold()).containsExactly(COMMIT);
      ResultSet third = statement.executeQuery();
      session.takeTold();
      third.close();
      assertThat(session.takeTold()).containsExactly(COMMIT);
    }
  }

  @Test
  void closingTheConnectionCommitsAReturningStatementAndTellsSo() throws Exception {
    ResultSet rows =
        connection.createStatement().executeQuery("insert into t(v) values ('a') returning id");
    rows.next();
    session.takeTold();

    connection.close();

    assertThat(session.takeTold()).containsExactly(COMMIT, "close");
  }

  @Test
  void closesSqliteFirstAndTheSessionOnce() throws Exception {
    connection.close();
    connection.close();

    assertThat(connection.isClosed()).isTrue();
    assertThat(session.closed).isEqualTo(1);
    assertThatThrownBy(() -> connection.createStatement())
        .isInstanceOf(SQLNonTransientConnectionException.class)
        .hasFieldOrPropertyWithValue("SQLState", "08003");
    assertThatThrownBy(() -> connection.commit()).hasFieldOrPropertyWithValue("SQLState", "08003");
    assertThat(connection.isValid(1)).isFalse();
  }

  @Test
  void aClosedConnectionAnswersThroughItsOldStatementsToo() throws Exception {
    Statement statement = connection.createStatement();
    PreparedStatement prepared = connection.prepareStatement("select 1");
    connection.close();

    assertThatThrownBy(() -> statement.executeQuery("select 1"))
        .hasFieldOrPropertyWithValue("SQLState", "08003");
    assertThatThrownBy(prepared::executeQuery).hasFieldOrPropertyWithValue("SQLState", "08003");
  }

  @Test
  void aForkIsToldOnceAndEndsTheConnection() throws Exception {
    Statement statement = connection.createStatement();
    session.beforeCallFailure = new ForkException("notes", "/home/gen-1.fork", null);

    SQLException first =
        catchThrowableOfType(SQLException.class, () -> statement.executeQuery("select 1"));
    SQLException second =
        catchThrowableOfType(SQLException.class, () -> statement.executeQuery("select 1"));
    SQLException third = catchThrowableOfType(SQLException.class, () -> run("select 1"));

    assertThat((Throwable) first).isInstanceOf(SQLTransactionRollbackException.class);
    assertThat(stateOf(first)).isEqualTo("40001");
    assertThat(first.getMessage()).contains("/home/gen-1.fork");
    assertThat(stateOf(second)).isEqualTo("08003");
    assertThat(stateOf(third)).isEqualTo("08003");
    assertThat(connection.isValid(0)).isFalse();
    assertThat(connection.isClosed()).isFalse();
    connection.close();
    assertThat(connection.isClosed()).isTrue();
  }

  @Test
  void aForkFoundAfterACommitIsToldByThatCommit() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    session.afterCommitFailure = new ForkException("notes", "/home/gen-1.fork", null);

    assertThatThrownBy(() -> connection.commit()).hasFieldOrPropertyWithValue("SQLState", "40001");
    assertThatThrownBy(() -> run("select 1")).hasFieldOrPropertyWithValue("SQLState", "08003");
  }

  @Test
  void afterAForkRollingBackSucceedsSoThatFrameworksShowTheFork() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    session.beforeCallFailure = new ForkException("notes", "/home/gen-1.fork", null);
    assertThatThrownBy(() -> run("insert into t(v) values ('b')"))
        .hasFieldOrPropertyWithValue("SQLState", "40001");

    connection.rollback();
    connection.rollback();

    assertThatThrownBy(() -> connection.commit()).hasFieldOrPropertyWithValue("SQLState", "08003");
    assertThatThrownBy(() -> connection.setAutoCommit(true))
        .hasFieldOrPropertyWithValue("SQLState", "08003");
    connection.close();
    assertThatThrownBy(() -> connection.rollback())
        .hasFieldOrPropertyWithValue("SQLState", "08003");
  }

  @Test
  void aCommitThatWasNotAnchoredInTimeStandsAndTheConnectionGoesOn() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    session.afterCommitFailure = new PublishTimeoutException("anchoring", "not confirmed", null);

    assertThatThrownBy(() -> connection.commit())
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasFieldOrPropertyWithValue("SQLState", "08007");

    session.afterCommitFailure = null;
    run("insert into t(v) values ('b')");
    connection.rollback();
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aCommitThatStandsDoesNotFailBecauseTheNextTransactionCannotBegin() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", "IMMEDIATE");
    properties.setProperty("busy_timeout", "1");
    connection.close();
    session = new PlainSession(folder.resolve("b.db"));
    connection = open(properties);
    run("create table t(id integer primary key, v text)");
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");

    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        Statement writer = other.createStatement()) {
      // Takes the lock in the moment between the two transactions.
      session.afterCommitFailure = null;
      PlainSession told = session;
      connection.addCommitListener(
          new org.sqlite.SQLiteCommitListener() {
            @Override
            public void onCommit() {
              told.told.add("hook");
            }

            @Override
            public void onRollback() {}
          });
      session.onAfterCommit = () -> writer.execute("begin immediate");
      connection.commit();
      session.onAfterCommit = null;

      assertThat(connection.getWarnings().getMessage()).contains("could not begin");
      assertThatThrownBy(() -> run("insert into t(v) values ('b')"))
          .hasFieldOrPropertyWithValue("SQLState", "40001");
      writer.execute("rollback");
    }
    run("insert into t(v) values ('c')");
    connection.commit();
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aFailedBeginIsMadeUpForByTheNextStatement() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", "IMMEDIATE");
    properties.setProperty("busy_timeout", "1");
    connection.close();
    session = new PlainSession(folder.resolve("b.db"));
    connection = open(properties);
    run("create table t(id integer primary key, v text)");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        Statement writer = other.createStatement()) {
      writer.execute("begin immediate");
      assertThatThrownBy(() -> connection.setAutoCommit(false))
          .hasFieldOrPropertyWithValue("SQLState", "40001");
      writer.execute("rollback");
    }
    run("insert into t(v) values ('a')");
    connection.rollback();

    assertThat(count()).isZero();
  }

  @Test
  void aTransactionThatReadAndThenWritesBehindAnotherGets40001() throws Exception {
    connection.setAutoCommit(false);
    assertThat(count()).isZero();
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        Statement writer = other.createStatement()) {
      writer.execute("insert into t(v) values ('theirs')");
    }
    assertThatThrownBy(() -> run("insert into t(v) values ('mine')"))
        .isInstanceOf(org.sqlite.SQLiteException.class)
        .hasMessageContaining("BUSY_SNAPSHOT")
        .hasFieldOrPropertyWithValue("SQLState", "40001");
  }

  @Test
  void refusesANegativeTimeoutOfIsValid() throws Exception {
    assertThat(connection.isValid(0)).isTrue();
    assertThatThrownBy(() -> connection.isValid(-1)).isInstanceOf(SQLException.class);
    session.valid = false;
    assertThat(connection.isValid(0)).isFalse();
  }

  @Test
  void showsTheEnginesWarningsUntilTheyAreCleared() throws Exception {
    assertThat((Throwable) connection.getWarnings()).isNull();
    session.warnings.add("publishing is late");
    session.warnings.add("the disk is nearly full");

    assertThat(connection.getWarnings().getMessage()).isEqualTo("publishing is late");
    assertThat(connection.getWarnings().getNextWarning().getMessage())
        .isEqualTo("the disk is nearly full");
    connection.clearWarnings();
    assertThat((Throwable) connection.getWarnings()).isNull();
  }

  @Test
  void abortInterruptsWhatRunsAndClosesInTheBackground() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    Function.create(
        connection,
        "signal",
        new Function() {
          @Override
          protected void xFunc() {
            running.countDown();
          }
        });
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      var query =
          threads.submit(
              () -> {
                try (Statement statement = connection.createStatement()) {
                  statement.executeQuery(
                      "with recursive n(i) as (select signal() union all select 1 from n)"
                          + " select count(*) from n");
                  return "answered";
                } catch (SQLException e) {
                  return e.getSQLState();
                }
              });
      assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();

      connection.abort(threads);

      assertThat(connection.isClosed()).isTrue();
      assertThat(query.get(30, TimeUnit.SECONDS)).isEqualTo("57014");
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      threads.shutdownNow();
    }
    assertThat(session.aborted).isTrue();
    assertThat(session.closed).isEqualTo(1);
    assertThatThrownBy(() -> connection.createStatement())
        .hasFieldOrPropertyWithValue("SQLState", "08003");
    connection.abort(Runnable::run);
    assertThat(session.closed).isEqualTo(1);
  }

  @Test
  void abortNeedsAnExecutor() {
    assertThatThrownBy(() -> connection.abort(null)).isInstanceOf(SQLException.class);
  }
}

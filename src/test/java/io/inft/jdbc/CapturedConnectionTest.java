package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.inft.failure.ForkException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.PutAsideException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.sqlite.Function;
import org.sqlite.SQLiteConnection;

/** How a connection looks, ends, and what it says of failures of the engine. */
class CapturedConnectionTest extends OnPlainSession {
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
        catchThrowableOfType(
            SQLException.class, () -> statement.executeQuery("select count(*) from t"));
    SQLException second =
        catchThrowableOfType(
            SQLException.class, () -> statement.executeQuery("select count(*) from t"));
    SQLException third =
        catchThrowableOfType(SQLException.class, () -> run("select count(*) from t"));

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
  void whatAPoolDoesByItselfDoesNotTellOfAFork() throws Exception {
    session.beforeCallFailure = new ForkException("notes", "/home/gen-1.fork", null);

    assertThat(connection.isValid(1)).isTrue();
    connection.setAutoCommit(false);
    connection.setReadOnly(false);
    connection.setTransactionIsolation(connection.getTransactionIsolation());
    for (String probe : new String[] {"SELECT 1", "/* ping */ select 'from me';", "VALUES (1)"}) {
      run(probe);
      connection.prepareStatement(probe).execute();
    }
    run("PRAGMA foreign_keys");
    connection.rollback();
    connection.setAutoCommit(true);
    connection.clearWarnings();
    PreparedStatement prepared = connection.prepareStatement("select count(*) from t");

    assertThat(connection.isValid(1)).as("until the application was told").isTrue();
    assertThatThrownBy(prepared::executeQuery).hasFieldOrPropertyWithValue("SQLState", "40001");
    assertThat(connection.isValid(1)).isFalse();
  }

  @Test
  void whatCommitsTheApplicationsWorkTellsOfAFork() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    session.beforeCallFailure = new ForkException("notes", "/home/gen-1.fork", null);
    assertThatThrownBy(() -> connection.setAutoCommit(true))
        .hasFieldOrPropertyWithValue("SQLState", "40001");
  }

  @Test
  void whatWasPutAsideBeforeIsToldOnceAndTheConnectionGoesOn() throws Exception {
    session.beforeCallFailure =
        new PutAsideException("notes", List.of("/home/gen-1"), List.of("gen-1 in /home/gen-1"));
    run("select 1");
    assertThatThrownBy(() -> run("select count(*) from t"))
        .isInstanceOf(SQLTransactionRollbackException.class)
        .hasFieldOrPropertyWithValue("SQLState", "40001")
        .hasMessageContaining("/home/gen-1")
        .hasMessageContaining("inft forks");
    session.beforeCallFailure = null;
    run("select count(*) from t");
    assertThat(connection.isValid(1)).isTrue();
  }

  @Test
  void aForkFoundAfterACommitIsToldByThatCommit() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    session.afterCommitFailure = new ForkException("notes", "/home/gen-1.fork", null);

    assertThatThrownBy(() -> connection.commit()).hasFieldOrPropertyWithValue("SQLState", "40001");
    assertThatThrownBy(() -> run("select count(*) from t"))
        .hasFieldOrPropertyWithValue("SQLState", "08003");
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
  void abortClosesAlsoWhenTheExecutorTakesNoMoreWork() throws Exception {
    ExecutorService ended = Executors.newSingleThreadExecutor();
    ended.shutdown();

    connection.abort(ended);

    assertThat(connection.isClosed()).isTrue();
    assertThat(session.closed).as("given back to the engine").isEqualTo(1);
  }

  @Test
  void abortNeedsAnExecutor() {
    assertThatThrownBy(() -> connection.abort(null)).isInstanceOf(SQLException.class);
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.BusyHandler;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Connections that write one database take turns, and meet SQLite's lock as before. */
class WriteTurnTest extends OnPlainSession {
  private static final String INSERT = "insert into t(v) values ('x')";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private CapturedConnection other;

  @BeforeEach
  void second() throws Exception {
    other = with("60000");
  }

  @AfterEach
  void end() throws Exception {
    threads.shutdownNow();
    other.close();
  }

  private CapturedConnection with(String busyTimeout, String... more) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", busyTimeout);
    for (int i = 0; i < more.length; i += 2) {
      properties.setProperty(more[i], more[i + 1]);
    }
    return open(properties);
  }

  private static boolean run(Connection on, String sql) throws SQLException {
    try (Statement statement = on.createStatement()) {
      return statement.execute(sql);
    }
  }

  /** Begins something on another thread, and waits until it waits for its turn. */
  private Future<?> waiting(Task task) throws Exception {
    Thread[] thread = new Thread[1];
    Future<?> future =
        threads.submit(
            () -> {
              thread[0] = Thread.currentThread();
              task.run();
              return true;
            });
    while (!future.isDone()
        && (thread[0] == null || LockSupport.getBlocker(thread[0]) != session.writers())) {
      Thread.sleep(1);
    }
    assertThat(future.isDone()).as("it waits").isFalse();
    return future;
  }

  private interface Task {
    void run() throws Exception;
  }

  private static Throwable failureOf(Future<?> future) throws Exception {
    try {
      future.get(60, TimeUnit.SECONDS);
      return null;
    } catch (java.util.concurrent.ExecutionException e) {
      return e.getCause();
    }
  }

  /** What ends a transaction that writes. */
  @ParameterizedTest
  @ValueSource(strings = {"commit", "rollback", "autocommit", "text", "close", "abort"})
  void theNextOneWritesWhenATransactionEnds(String end) throws Exception {
    connection.setAutoCommit(false);
    run(connection, INSERT);
    Future<?> wait = waiting(() -> run(other, INSERT));
    switch (end) {
      case "commit" -> connection.commit();
      case "rollback" -> connection.rollback();
      case "autocommit" -> connection.setAutoCommit(true);
      case "text" -> run(connection, "end");
      case "close" -> connection.close();
      default -> connection.abort(threads);
    }
    assertThat(failureOf(wait)).isNull();
    boolean kept = !List.of("rollback", "close", "abort").contains(end);
    assertThat(countOfOthers()).isEqualTo(kept ? 2 : 1);
  }

  @Test
  void rowsThatAreOpenKeepTheTurn() throws Exception {
    try (Statement statement = connection.createStatement()) {
      ResultSet rows = statement.executeQuery(INSERT + " returning id");
      rows.next();
      Future<?> wait = waiting(() -> run(other, INSERT));
      rows.close();
      assertThat(failureOf(wait)).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into t(v) values ('y')",
        "begin immediate",
        "create table u(x)",
        "with a as (select 1) delete from t"
      })
  void whatTakesTheLockWaits(String sql) throws Exception {
    run(connection, "begin immediate");
    Future<?> wait = waiting(() -> run(other, sql));
    run(connection, "commit");
    assertThat(failureOf(wait)).isNull();
  }

  @Test
  void scriptsBatchesAndPreparedStatementsWait() throws Exception {
    List<Task> tasks = new ArrayList<>();
    tasks.add(
        () -> {
          try (Statement statement = other.createStatement()) {
            statement.executeUpdate("begin; " + INSERT + "; commit");
          }
        });
    tasks.add(
        () -> {
          try (Statement statement = other.createStatement()) {
            statement.addBatch(INSERT);
            statement.addBatch(INSERT);
            statement.executeBatch();
          }
        });
    tasks.add(
        () -> {
          try (PreparedStatement statement = other.prepareStatement(INSERT)) {
            statement.addBatch();
            statement.executeBatch();
          }
        });
    for (Task task : tasks) {
      run(connection, "begin immediate");
      Future<?> wait = waiting(task);
      run(connection, "commit");
      assertThat(failureOf(wait)).isNull();
    }
    assertThat(countOfOthers()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from t",
        "create table if not exists t(id)",
        "drop table if exists absent",
        "pragma user_version",
        "begin",
        "commit"
      })
  void whatTakesNoLockDoesNotWait(String sql) throws Exception {
    run(connection, "begin immediate");
    if (sql.equals("commit")) {
      other.setAutoCommit(false);
    }
    run(other, sql);
    run(connection, "commit");
  }

  @Test
  void whatIsWrittenElsewhereDoesNotWait() throws Exception {
    run(other, "create temp table mine(x)");
    run(connection, "begin immediate");
    run(other, "insert into mine values (1)");
    run(connection, "commit");
  }

  /** A pool's preset: the statement that needs the transaction takes the lock, also a query. */
  @Test
  void aBeginThatIsOwedWaits() throws Exception {
    try (CapturedConnection pooled = with("60000", "transaction_mode", "IMMEDIATE")) {
      pooled.setAutoCommit(false);
      run(connection, "begin immediate");
      Future<?> wait = waiting(() -> run(pooled, "select count(*) from t"));
      run(connection, "commit");
      assertThat(failureOf(wait)).isNull();
      Future<?> next = waiting(() -> run(other, INSERT));
      pooled.commit();
      assertThat(failureOf(next)).isNull();
    }
  }

  @Test
  void aTransactionThatHasReadIsRefusedAtOnce() throws Exception {
    other.setAutoCommit(false);
    run(other, "select * from t");
    run(connection, "begin immediate");
    assertThatThrownBy(() -> run(other, INSERT)).satisfies(e -> isBusy(e));
    other.rollback();
    run(connection, "commit");
    run(connection, INSERT);
    other.setAutoCommit(true);
    run(other, INSERT);
  }

  /** Its snapshot is old, and it never got the lock: the next one must not wait for it. */
  @Test
  void aRefusedTransactionDoesNotKeepTheTurn() throws Exception {
    other.setAutoCommit(false);
    run(other, "select * from t");
    run(connection, INSERT);
    assertThatThrownBy(() -> run(other, INSERT))
        .satisfies(
            e ->
                assertThat(((SQLiteException) e).getResultCode())
                    .isEqualTo(SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT));
    assertThat(session.writers().place().takeIfFree()).isTrue();
  }

  private static void isBusy(Throwable e) {
    assertThat(((SQLiteException) e).getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_BUSY);
    assertThat(((SQLException) e).getSQLState()).isEqualTo("40001");
  }

  /** One thread with two connections, of which one holds the lock: as SQLite does. */
  @Test
  void whoWaitsForOneselfIsToldAfterBusyTimeout() throws Exception {
    run(connection, "begin immediate");
    try (CapturedConnection hasty = with("20")) {
      assertThatThrownBy(() -> run(hasty, INSERT)).satisfies(e -> isBusy(e));
      hasty.setAutoCommit(false);
      assertThatThrownBy(() -> run(hasty, INSERT)).satisfies(e -> isBusy(e));
      run(connection, "commit");
      run(hasty, INSERT);
      hasty.commit();
    }
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @Test
  void timeoutsThatAreSetLaterCount() throws Exception {
    run(connection, "begin immediate");
    run(other, "pragma busy_timeout = 20");
    assertThatThrownBy(() -> run(other, INSERT)).satisfies(e -> isBusy(e));
    other.setBusyTimeout(60_000);
    try (Statement statement = other.createStatement()) {
      statement.setQueryTimeout(1);
      assertThatThrownBy(() -> statement.execute(INSERT)).satisfies(e -> isBusy(e));
    }
    run(connection, "commit");
  }

  @Test
  void anApplicationsOwnHandlerIsAsked() throws Exception {
    int[] asked = {0};
    BusyHandler.setHandler(
        other,
        new BusyHandler() {
          @Override
          protected int callback(int times) {
            asked[0]++;
            return 0;
          }
        });
    run(connection, "begin immediate");
    assertThatThrownBy(() -> run(other, INSERT)).satisfies(e -> isBusy(e));
    run(connection, "commit");
    assertThat(asked[0]).isPositive();
  }

  @Test
  void cancelEndsTheWait() throws Exception {
    run(connection, "begin immediate");
    try (Statement statement = other.createStatement()) {
      Future<?> wait = waiting(() -> statement.execute(INSERT));
      statement.cancel();
      assertThat(((SQLException) failureOf(wait)).getSQLState()).isEqualTo("57014");
      run(connection, "commit");
      statement.execute(INSERT);
    }
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @Test
  void abortEndsTheWait() throws Exception {
    run(connection, "begin immediate");
    Future<?> wait = waiting(() -> run(other, INSERT));
    other.abort(Runnable::run);
    assertThat(((SQLException) failureOf(wait)).getSQLState()).isEqualTo("08003");
    run(connection, "commit");
    assertThat(countOfOthers()).isZero();
  }

  @Test
  void anInterruptedThreadWritesAsWithSqliteJdbc() throws Exception {
    run(connection, "begin immediate");
    Future<?> wait =
        waiting(
            () -> {
              Thread.currentThread().interrupt();
              run(other, INSERT);
              assertThat(Thread.interrupted()).isTrue();
            });
    run(connection, "commit");
    assertThat(failureOf(wait)).isNull();
    assertThat(countOfOthers()).isEqualTo(1);
  }

  /** Whoever waits for the chain does not keep others from writing. */
  @Test
  void nobodyHoldsTheTurnWhileTheEngineIsTold() throws Exception {
    boolean[] free = {false};
    session.onAfterCommit = () -> free[0] = session.writers().place().takeIfFree();
    run(connection, INSERT);
    assertThat(free[0]).isTrue();
  }

  @Test
  void hundredConnectionsWriteInShortTransactions() throws Exception {
    List<CapturedConnection> connections = new ArrayList<>();
    List<Future<Integer>> writers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      connections.add(with("120000", "transaction_mode", i % 2 == 0 ? "IMMEDIATE" : "DEFERRED"));
    }
    for (CapturedConnection each : connections) {
      each.setAutoCommit(false);
      writers.add(
          threads.submit(
              () -> {
                for (int n = 0; n < 5; n++) {
                  run(each, INSERT);
                  each.commit();
                }
                return 5;
              }));
    }
    int all = 0;
    for (Future<Integer> one : writers) {
      all += one.get(120, TimeUnit.SECONDS);
    }
    assertThat(countOfOthers()).isEqualTo(all).isEqualTo(500);
    for (CapturedConnection each : connections) {
      each.close();
    }
  }
}

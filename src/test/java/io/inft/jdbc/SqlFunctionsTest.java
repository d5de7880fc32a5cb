package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.FormatDocument;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SqlFunctionsTest {
  @TempDir Path folder;
  private PlainSession session;
  private CapturedConnection connection;

  @BeforeEach
  void open() throws Exception {
    session = new PlainSession(folder.resolve("a.db"));
    connection = new CapturedConnection("jdbc:inft:notes", session, new Properties());
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String one(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inft_version() | 3",
        "inft_status() ->> 'version' | 3",
        "inft_history() ->> '$[0].kind' | delta",
        "inft_log() ->> '$[1].type' | future.kind",
        "inft_sync(1000) | 3",
        "inft_append('a', '{\"it''s\": 1}') | 1",
      })
  void answers(String call, String expected) throws Exception {
    assertThat(one("select " + call)).isEqualTo(expected);
  }

  @Test
  void answersInJson() throws Exception {
    String root = "\"root\":\"0x" + "ab".repeat(32) + "\"";

    assertThat(one("select inft_status()"))
        .isEqualTo(
            "{\"id\":\"notes\",\"network\":\"plain\",\"store\":\"no store\",\"registry\":\"no"
                + " registry\",\"trust\":\"L0\",\"mode\":\"rw\",\"version\":3,"
                + root
                + ",\"forks\":[]}");
    assertThat(one("select inft_history()"))
        .isEqualTo(
            "[{\"version\":3,\"time\":\"2027-01-15T08:00:00Z\",\"author\":\""
                + session.history().get(0).author()
                + "\",\"kind\":\"delta\","
                + root
                + ",\"checksum\":\""
                + "ef".repeat(32)
                + "\",\"sizeBytes\":512,\"keyEpoch\":1,\"block\":40,\"road\":\"stored\"}]");
    assertThat(one("select inft_log()"))
        .isEqualTo(
            "[{\"sequence\":1,\"time\":\"2026-01-31T12:00:00Z\",\"source\":\"driver\","
                + "\"type\":\"inft.commit\",\"version\":1,\"payload\":{\"version\":1}},"
                + "{\"sequence\":2,\"time\":\"2026-01-31T12:00:00Z\",\"source\":\"application\","
                + "\"type\":\"future.kind\",\"version\":2,\"seq\":1,\"payload\":\"no json\"},"
                + "{\"time\":\"2026-01-31T12:00:00Z\",\"source\":\"log\","
                + "\"type\":\"inft.unreadable\",\"version\":3,\"payload\":{\"reason\":\"lost\"}}]");
  }

  @Test
  void theConnectionAnswersTheSame() throws Exception {
    InftConnection inft = connection.unwrap(InftConnection.class);

    assertThat(inft.version()).isEqualTo(3);
    assertThat(inft.status()).isEqualTo(session.status());
    assertThat(inft.history()).isEqualTo(session.history());
    assertThat(inft.log()).isEqualTo(session.log());
    assertThat(inft.sync(java.time.Duration.ofSeconds(1)))
        .isEqualTo(new InftConnection.Version(3, PlainSession.ROOT));
  }

  static List<String> calls() {
    return List.of(
        "inft_version()",
        "inft_status()",
        "inft_history()",
        "inft_log()",
        "inft_sync(1)",
        "inft_append('a', '{}')",
        "inft_receipt(1)",
        "inft_diff(1, 2)",
        "inft_prove('t', 1)",
        "inft_verify('quick')");
  }

  private static Set<String> names(Stream<String> calls) {
    return calls
        .flatMap(call -> Pattern.compile("inft_\\w+(?=\\()").matcher(call).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  @Test
  void everyFunctionIsTestedAndDocumented() throws Exception {
    Set<String> registered =
        Set.of(
            one("select group_concat(distinct name) from pragma_function_list"
                    + " where name like 'inft\\_%' escape '\\'")
                .split(",", -1));

    assertThat(names(calls().stream())).isEqualTo(registered);
    assertThat(
            names(
                new FormatDocument("driver.md")
                    .table("function", "answers").stream().map(row -> row.get(0))))
        .isEqualTo(registered);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void cannotBeCalledByAViewOrTrigger(String call) throws Exception {
    run("create view v as select " + call + " as x");
    run("create table t(x)");
    run("create trigger tt after insert on t begin select " + call + "; end");

    assertThatThrownBy(() -> one("select x from v")).hasMessageContaining("unsafe use");
    assertThatThrownBy(() -> run("insert into t values (1)")).hasMessageContaining("unsafe use");
  }

  @Test
  void appendCommitsByItselfAndIsToldAsACommit() throws Exception {
    assertThat(one("select inft_append('a', '{}')")).isEqualTo("1");
    assertThat(session.takeTold()).containsExactly("beforeCommit", "none commit");
    assertThat(one("select max(inft_append('b', '1')) from (values (1), (2))")).isEqualTo("3");
    assertThat(one("select group_concat(type) from inft_events")).isEqualTo("a,b,b");
    assertThat(connection.watch().transaction().isOpen()).isFalse();
  }

  @Test
  void appendBelongsToTheTransactionAroundIt() throws Exception {
    connection.setAutoCommit(false);
    run("create table t(x)");
    assertThat(one("select inft_append('a', '{}')")).isEqualTo("1");
    run("insert into t select inft_append('b', '{}')");
    assertThat(one("select x from t")).isEqualTo("2");
    connection.rollback();
    connection.setAutoCommit(true);

    assertThat(one("select count(*) from sqlite_schema")).isEqualTo("0");
  }

  @Test
  void appendIsRefusedInsideAStatementThatCommitsByItself() throws Exception {
    run("create table t(x)");
    assertThatThrownBy(() -> run("insert into t select inft_append('b', '{}')"))
        .hasFieldOrPropertyWithValue("SQLState", "25000");
    assertThat(one("select count(*) from t")).isEqualTo("0");
    run("insert into t values (1)");
    assertThat(one("select count(*) from t")).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inft_append(null, '{}') | 22004",
        "inft_append('a', null) | 22004",
        "inft_append('', '{}') | 23514",
        "inft_append('a', 'no json') | 23514",
        "inft_sync(-1) | 22023",
      })
  void aFailureKeepsItsState(String call, String state) throws Exception {
    assertThatThrownBy(() -> one("select " + call)).hasFieldOrPropertyWithValue("SQLState", state);
    assertThat(one("select 1")).isEqualTo("1");
    assertThatThrownBy(() -> run("nonsense")).hasFieldOrPropertyWithValue("SQLState", "42000");
  }

  @Test
  void aReadOnlyConnectionDoesNotAppend() throws Exception {
    session.readOnly = true;
    assertThatThrownBy(() -> one("select inft_append('a', '{}')"))
        .hasFieldOrPropertyWithValue("SQLState", "25006")
        .hasMessageContaining("no signing key");
  }

  @Test
  void syncIsRefusedInATransactionThatHasWritten() throws Exception {
    run("create table t(x)");
    connection.setAutoCommit(false);
    one("select count(*) from t");
    assertThat(one("select inft_sync(10)")).isEqualTo("3");
    run("insert into t values (1)");
    assertThatThrownBy(() -> one("select inft_sync(10)"))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    assertThatThrownBy(() -> connection.sync(java.time.Duration.ZERO))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    connection.commit();
    assertThat(one("select inft_sync(10)")).isEqualTo("3");
    connection.setAutoCommit(true);
    run("begin immediate");
    assertThatThrownBy(() -> one("select inft_sync(10)"))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    run("rollback");
    assertThat(one("select inft_sync(10)")).isEqualTo("3");
  }

  @Test
  void syncIsRefusedWhereTransactionsTakeTheLockUnlessTheyOnlyRead() throws Exception {
    connection.close();
    session = new PlainSession(folder.resolve("explicit.db"));
    Properties explicit = new Properties();
    explicit.setProperty("jdbc.explicit_readonly", "true");
    connection = new CapturedConnection("jdbc:inft:notes", session, explicit);
    connection.setAutoCommit(false);
    assertThat(one("select inft_sync(10)")).as("nothing is begun yet").isEqualTo("3");
    assertThat(one("select count(*) from sqlite_schema")).isEqualTo("0");
    assertThatThrownBy(() -> one("select inft_sync(10)"))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    connection.rollback();
    connection.setReadOnly(true);
    assertThat(one("select count(*) from sqlite_schema")).isEqualTo("0");
    assertThat(one("select inft_sync(10)")).isEqualTo("3");
  }

  @Test
  void cancelWakesASyncAndLeavesTheThreadUninterrupted() throws Exception {
    try (Statement statement = connection.createStatement()) {
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        Future<String> waiting =
            thread.submit(
                () -> {
                  try {
                    statement.executeQuery("select inft_sync(999999)");
                    return "answered";
                  } catch (SQLException e) {
                    return e.getSQLState() + " " + Thread.currentThread().isInterrupted();
                  }
                });
        assertThat(session.waiting.await(30, TimeUnit.SECONDS)).isTrue();
        statement.cancel();
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("08007 false");
      } finally {
        thread.shutdownNow();
      }
    }
    assertThat(one("select 1")).isEqualTo("1");
  }

  @Test
  void abortWakesASync() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<String> waiting =
          threads.submit(
              () -> {
                try {
                  return one("select inft_sync(999999)");
                } catch (SQLException e) {
                  return e.getSQLState();
                }
              });
      assertThat(session.waiting.await(30, TimeUnit.SECONDS)).isTrue();
      connection.abort(threads);
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("08007");
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      threads.shutdownNow();
    }
    assertThat(session.closed).isEqualTo(1);
  }
}

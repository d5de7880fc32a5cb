package io.inft.jdbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.jdbc.CapturedConnection;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.PlainSession;
import io.inft.jdbc.config.SqlitePragma;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTableTest {
  private static final String INSERT = "insert into inft_events(type, payload) values ('a', '{}')";

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

  private List<String> rows(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private List<String> objects() throws SQLException {
    return rows("select name from main.sqlite_schema order by name");
  }

  private List<String> events() throws SQLException {
    return rows("select seq || ' ' || type || ' ' || payload from inft_events order by seq");
  }

  @Test
  void anUntouchedSchemaStaysTheUsersOwn() throws Exception {
    run("create table t(x)");
    run("select * from t");
    run("drop table if exists inft_events");

    assertThat(objects()).containsExactly("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        INSERT,
        "INSERT INTO INFT_EVENTS(TYPE) VALUES ('a')",
        "insert into main.\"inft_events\"(type) select 'a'",
        "with x as (select 'a' as y) insert into inft_events(type) select y from x",
      })
  void theFirstStatementThatNamesTheTableMakesIt(String sql) throws Exception {
    run(sql);

    assertThat(events()).containsExactly("1 a {}");
    assertThat(session.takeTold()).startsWith("beforeCommit", "none commit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"execute", "executeUpdate", "batch", "prepared", "preparedBatch"})
  void everyWayToExecuteMakesIt(String way) throws Exception {
    try (Statement statement = connection.createStatement()) {
      switch (way) {
        case "execute" -> statement.execute(INSERT);
        case "executeUpdate" -> statement.executeUpdate(INSERT);
        case "batch" -> {
          statement.addBatch(INSERT);
          statement.executeBatch();
        }
        default -> {
          try (PreparedStatement insert =
              connection.prepareStatement("insert into inft_events(type, payload) values (?, ?)")) {
            insert.setString(1, "a");
            insert.setString(2, "{}");
            if (way.equals("prepared")) {
              assertThat(insert.executeUpdate()).isEqualTo(1);
            } else {
              insert.addBatch();
              assertThat(insert.executeBatch()).containsExactly(1);
            }
          }
        }
      }
    }
    assertThat(events()).containsExactly("1 a {}");
    assertThat(connection.watch().transaction().isOpen()).isFalse();
  }

  @Test
  void readingMakesItToo() throws Exception {
    assertThat(rows("select type from inft_events")).isEmpty();
    assertThat(objects()).contains("inft_events");
  }

  @Test
  void preparingAloneMakesNothing() throws Exception {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      assertThat(objects()).isEmpty();
      insert.executeUpdate();
    }
    assertThat(events()).containsExactly("1 a {}");
  }

  @Test
  void itIsMadeInTheSameTransactionAndRolledBackWithIt() throws Exception {
    run("create table t(x)");
    connection.setAutoCommit(false);
    run("insert into t values (1)");
    run(INSERT);
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.executeUpdate();
      assertThat(events()).containsExactly("1 a {}", "2 a {}");
      connection.rollback();
      assertThat(objects()).containsExactly("t");
      insert.executeUpdate();
      connection.commit();
    }
    assertThat(events()).containsExactly("1 a {}");
  }

  @Test
  void aFirstInsertThatFailsLeavesNothingBehind() throws Exception {
    assertThatThrownBy(() -> run("insert into inft_events(type) values (null)"))
        .hasFieldOrPropertyWithValue("SQLState", "23502");

    assertThat(objects()).isEmpty();
    assertThat(connection.watch().transaction().isOpen()).isFalse();
  }

  @Test
  void aFirstInsertThatRollsBackSaysWhyAndNotThatThereIsNothingToRollBack() throws Exception {
    String insert = "insert or rollback into inft_events(type, payload) values ('a', 'no json')";
    assertThatThrownBy(() -> run(insert)).hasFieldOrPropertyWithValue("SQLState", "23514");
    try (PreparedStatement prepared = connection.prepareStatement(insert)) {
      assertThatThrownBy(prepared::executeUpdate).hasFieldOrPropertyWithValue("SQLState", "23514");
    }
    run("create table t(x)");
    assertThat(session.takeTold()).endsWith("none commit");
  }

  @Test
  void returnsTheSequenceNumber() throws Exception {
    assertThat(rows(INSERT + " returning seq")).containsExactly("1");
    try (PreparedStatement insert = connection.prepareStatement(INSERT + " returning seq");
        ResultSet rows = insert.executeQuery()) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(2);
    }
  }

  @Test
  void theGeneratedKeyIsTheSequenceNumber() throws Exception {
    try (PreparedStatement insert =
        connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
      for (int i = 1; i <= 2; i++) {
        insert.executeUpdate();
        try (ResultSet keys = insert.getGeneratedKeys()) {
          assertThat(keys.next()).isTrue();
          assertThat(keys.getLong(1)).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void anOrmThatSendsNullsGetsNumberTimeAndPayload() throws Exception {
    long before = System.currentTimeMillis();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into inft_events(seq, time, type, payload) values (?, ?, ?, ?)")) {
      insert.setNull(1, Types.BIGINT);
      insert.setNull(2, Types.BIGINT);
      insert.setString(3, "a");
      insert.setNull(4, Types.VARCHAR);
      insert.executeUpdate();
    }
    assertThat(events()).containsExactly("1 a {}");
    assertThat(Long.parseLong(rows("select time from inft_events").get(0)))
        .isBetween(before - 1000, System.currentTimeMillis() + 1000);
  }

  @Test
  void aScriptMakesItOnceAndRunsOnce() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("create table t(x); insert into t values (1); " + INSERT);
    }
    assertThat(rows("select count(*) from t")).containsExactly("1");
    assertThat(events()).containsExactly("1 a {}");
  }

  @Test
  void triggersAndIndexesOfTheUserMayNameItFirst() throws Exception {
    run("create table t(x)");
    run("create trigger tt after insert on t begin " + INSERT + "; end");
    run("create index ti on inft_events(type)");
    run("insert into t values (1)");

    assertThat(events()).containsExactly("1 a {}");
  }

  @Test
  void aDumpBringsItsOwnTable() throws Exception {
    run(INSERT);
    List<String> dump = rows("select sql from sqlite_schema order by type");
    try (PlainSession other = new PlainSession(folder.resolve("b.db"));
        CapturedConnection loaded =
            new CapturedConnection("jdbc:inft:other", other, new Properties());
        Statement statement = loaded.createStatement()) {
      statement.executeUpdate(
          "begin;"
              + dump.get(0)
              + ";insert into inft_events values (1, 5, 'a', '{}');"
              + String.join(";", dump.subList(1, dump.size()))
              + ";commit;");
      try (ResultSet rows = statement.executeQuery("select count(*) from inft_events")) {
        assertThat(rows.getInt(1)).isEqualTo(1);
      }
      assertThatThrownBy(() -> statement.execute("delete from inft_events"))
          .isInstanceOf(SQLException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update inft_events set type = 'x'",
        "update or replace inft_events set seq = 9 where seq = 1",
        "delete from inft_events",
        "delete from inft_events where seq = 2",
        "insert into inft_events(seq, type) values (2, 'x')",
        "insert or replace into inft_events(seq, type) values (2, 'x')",
        "insert or replace into inft_events(seq, type) values (3, 'x')",
        "replace into inft_events(seq, type) values (3, 'x')",
        "insert or ignore into inft_events(seq, type) values (3, 'x')",
        "insert into inft_events(seq, type) values (3, 'x') on conflict(seq) do update set type ="
            + " 'x'",
        "insert into inft_events(seq, type) values (5, 'x')",
        "insert or replace into inft_events(seq, type) values (5, 'x')",
        "insert or ignore into inft_events(seq, type) values (9, 'x')",
        "insert into inft_events(seq, type) values (0, 'x')",
        "insert into inft_events(seq, type) values (-1, 'x')",
        "insert into inft_events(rowid, type) values (-1, 'x')",
        "insert into inft_events(seq, type) values (4, 'x'), (6, 'y')",
        "insert into inft_events(seq, type) values (9223372036854775807, 'x')",
        "insert into inft_events(type) values ('')",
        "insert into inft_events(type) values (x'00')",
        "insert into inft_events(type, payload) values ('a', 'no json')",
        "insert into inft_events(type, payload) values ('a', x'7b7d')",
        "insert into inft_events(time, type) values ('tomorrow', 'a')",
      })
  void refusesEverythingButAppending(String sql) throws Exception {
    run(INSERT);
    run(INSERT);
    run("insert into inft_events(seq, type) values (3, 'mine')");
    List<String> before = events();

    for (String recursive : new String[] {"off", "on"}) {
      run("pragma recursive_triggers=" + recursive);
      assertThatThrownBy(() -> run(sql)).hasMessageContaining("CONSTRAINT");
      assertThat(events()).isEqualTo(before);
    }
    run(INSERT);
    assertThat(events()).hasSize(4);
  }

  @Test
  void aRefusedRowDoesNotEndTheTransactionAroundIt() throws Exception {
    connection.setAutoCommit(false);
    run(INSERT);
    assertThatThrownBy(() -> run("update inft_events set type = 'x'"))
        .hasMessageContaining("append-only")
        .hasFieldOrPropertyWithValue("SQLState", "23000");
    run(INSERT);
    connection.commit();

    assertThat(events()).hasSize(2);
  }

  @Test
  void twoConnectionsMayMakeItAtTheSameTime() throws Exception {
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        Statement statement = other.createStatement()) {
      try (PreparedStatement mine = connection.prepareStatement(INSERT)) {
        statement.executeUpdate(EventTable.DDL);
        statement.execute(INSERT);
        mine.executeUpdate();
      }
    }
    assertThat(events()).containsExactly("1 a {}", "2 a {}");
  }

  @Test
  void aTableThatWasDroppedBeginsAnew() throws Exception {
    run(INSERT);
    run("drop table inft_events");
    assertThat(objects()).isEmpty();
    run(INSERT);

    assertThat(events()).containsExactly("1 a {}");
  }

  @Test
  void aThousandEventsAppendQuicklyEnoughToNotScanTheTable() throws Exception {
    connection.setAutoCommit(false);
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = 0; i < 1000; i++) {
        insert.addBatch();
      }
      insert.executeBatch();
    }
    connection.commit();
    assertThat(rows("explain query plan " + INSERT)).isEmpty();
    assertThat(rows("select max(seq) from inft_events")).containsExactly("1000");
  }

  @Test
  void appendsThroughTheConnection() throws Exception {
    InftConnection inft = connection.unwrap(InftConnection.class);

    assertThat(inft.appendEvent("a", "{\"n\":1}", false, 100)).isEmpty();
    assertThat(inft.appendEvent("b", "[\"it's\"]", true, 1))
        .contains(new InftConnection.Version(4, Digest.parse("cd".repeat(32))));

    assertThat(events()).containsExactly("1 a {\"n\":1}", "2 b [\"it's\"]");
    assertThat(session.takeTold()).contains("event false 100", "event true 1");
    assertThatThrownBy(() -> inft.appendEvent("a", "{}", true, 0)).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> inft.appendEvent("a", "nonsense", true, 1))
        .hasFieldOrPropertyWithValue("SQLState", "23514");
  }

  @Test
  void anEventInsideATransactionBelongsToItAndPublishesNothing() throws Exception {
    connection.setAutoCommit(false);
    assertThat(connection.appendEvent("a", "{}", true, 1)).isEmpty();
    assertThat(session.takeTold()).noneMatch(told -> told.startsWith("event"));
    connection.rollback();

    assertThat(objects()).isEmpty();
  }

  @Test
  void aReadOnlyConnectionSeesNoRowsAndSaysWhyItDoesNotWrite() throws Exception {
    connection.close();
    session = new PlainSession(folder.resolve("ro.db"));
    session.readOnly = true;
    connection =
        new CapturedConnection(
            "jdbc:inft:ro", session, SqlitePragma.forSqlite(java.util.Map.of(), true));

    assertThat(rows("select type from inft_events")).isEmpty();
    try (PreparedStatement select = connection.prepareStatement("select * from inft_events");
        ResultSet rows = select.executeQuery()) {
      assertThat(rows.next()).isFalse();
      assertThat(rows.getMetaData().getColumnCount()).isEqualTo(4);
    }
    assertThat(objects()).isEmpty();
    assertThatThrownBy(() -> run("insert into t values (1)")).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> run(INSERT)).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> connection.appendEvent("a", "{}", false, 1))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void aReadOnlyConnectionRefusesTheFirstInsertWithTheReason() throws Exception {
    connection.close();
    session = new PlainSession(folder.resolve("ro.db"));
    session.readOnly = true;
    connection =
        new CapturedConnection(
            "jdbc:inft:ro", session, SqlitePragma.forSqlite(java.util.Map.of(), true));

    assertThatThrownBy(() -> run(INSERT))
        .hasFieldOrPropertyWithValue("SQLState", "25006")
        .hasMessageContaining("no signing key");
    assertThatThrownBy(() -> run("create table t(x)"))
        .hasFieldOrPropertyWithValue("SQLState", "25006")
        .hasMessageContaining("no signing key");
    assertThat(connection.isReadOnly()).isTrue();
    connection.setReadOnly(false);
    assertThat(connection.getWarnings().getMessage()).contains("stays read-only");
    assertThat(connection.isReadOnly()).isTrue();
  }

  @Test
  void theDocumentShowsWhatMakesIt() throws Exception {
    assertThat(java.nio.file.Files.readString(Path.of("src/site/markdown/driver.md")))
        .contains("```sql\n" + EventTable.DDL + "```");
  }
}

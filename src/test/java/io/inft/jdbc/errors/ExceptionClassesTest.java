package io.inft.jdbc.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.CapturedConnection;
import io.inft.jdbc.PlainSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same wrong calls on sqlite-jdbc's connection and on ours, against what the page says. */
class ExceptionClassesTest {
  @TempDir Path folder;

  private interface Call {
    Object on(Connection connection) throws SQLException;
  }

  private static Map<String, Call> calls() {
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("a constraint is violated", c -> execute(c, "insert into t values (1)"));
    calls.put("SQL that SQLite does not understand", c -> execute(c, "nonsense"));
    calls.put("preparing such SQL", c -> c.prepareStatement("nonsense"));
    calls.put("a table that is not there", c -> execute(c, "select * from nowhere"));
    calls.put(
        "a batch fails",
        c -> {
          try (Statement s = c.createStatement()) {
            s.addBatch("insert into t values (1)");
            return s.executeBatch();
          }
        });
    calls.put(
        "`executeQuery` of what gives no rows",
        c -> {
          try (Statement s = c.createStatement()) {
            return s.executeQuery("delete from t where 0");
          }
        });
    calls.put(
        "a column that is not there",
        c -> {
          try (Statement s = c.createStatement();
              ResultSet rows = s.executeQuery("select 1")) {
            return rows.getInt("x");
          }
        });
    calls.put(
        "rows that are closed",
        c -> {
          try (Statement s = c.createStatement()) {
            ResultSet rows = s.executeQuery("select 1");
            rows.close();
            return rows.getInt(1);
          }
        });
    calls.put("`commit()` with auto-commit on", c -> run(c::commit));
    calls.put("rows that can be scrolled", c -> c.createStatement(1005, 1007));
    calls.put("an isolation level that is none", c -> run(() -> c.setTransactionIsolation(77)));
    calls.put("`prepareCall`", c -> c.prepareCall("x"));
    calls.put("`createClob`", Connection::createClob);
    calls.put("`setReadOnly(true)`", c -> run(() -> c.setReadOnly(true)));
    calls.put(
        "a connection that is closed",
        c -> {
          c.close();
          return c.createStatement();
        });
    return calls;
  }

  private interface Action {
    void run() throws SQLException;
  }

  private static boolean run(Action action) throws SQLException {
    action.run();
    return true;
  }

  private static boolean execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql);
    }
  }

  @Test
  void thePageSaysWhichClassEachWrongCallGetsHereAndThere() throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection plain =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("plain.db"));
        PlainSession session = new PlainSession(folder.resolve("ours.db"));
        Connection ours = new CapturedConnection("jdbc:inft:notes", session, new Properties())) {
      for (Connection connection : List.of(plain, ours)) {
        execute(connection, "create table t(id integer primary key)");
        execute(connection, "insert into t values (1)");
      }
      for (Map.Entry<String, Call> call : calls().entrySet()) {
        rows.add(
            row(call.getKey(), failure(call.getValue(), plain), failure(call.getValue(), ours)));
      }
    }
    assertThat(documented()).containsExactlyElementsOf(rows);
  }

  private static SQLException failure(Call call, Connection connection) {
    try {
      call.on(connection);
      return null;
    } catch (SQLException e) {
      return e;
    }
  }

  private static String row(String what, SQLException theirs, SQLException ours) {
    String state =
        ours == null ? "" : ours.getSQLState() == null ? "none" : "`" + ours.getSQLState() + "`";
    return "| " + what + " | " + name(theirs) + " | " + name(ours) + " | " + state + " |";
  }

  private static String name(SQLException exception) {
    if (exception == null) {
      return "works";
    }
    return exception instanceof StatedSqliteException
        ? "subclass of `SQLiteException`"
        : "`" + exception.getClass().getSimpleName() + "`";
  }

  private static List<String> documented() throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("src/site/markdown/sqlstates.md"))) {
      return lines
          .dropWhile(line -> !line.startsWith("| wrong call |"))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .toList();
    }
  }
}

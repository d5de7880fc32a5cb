package io.inft.cli.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.jdbc.InftConnection;
import io.inft.replica.DatabaseStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * SQL that can only read: on a connection of plain SQLite that opens the file for reading, knows
 * none of the driver's functions, attaches nothing, and is interrupted.
 */
final class QueryTool {
  private static final int MOST_SQL = 8_192;
  private static final int MOST_ROWS = 200;
  private static final int FEW = 50;
  private static final int MOST_CELL = 4_096;
  private static final int MOST_ANSWERED = 200_000;
  private static final int MOST_VALUE_BYTES = 16 << 20;
  private static final int SECONDS = 5;
  private static final List<String> READ = List.of("SELECT", "WITH", "VALUES", "EXPLAIN");

  private final MemoryHome home;
  private final ScheduledExecutorService clock;

  QueryTool(MemoryHome home) {
    this.home = home;
    ScheduledThreadPoolExecutor made =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "inft-mcp-query-clock");
              thread.setDaemon(true);
              return thread;
            });
    made.setRemoveOnCancelPolicy(true);
    clock = made;
  }

  Tool tool() {
    return Tool.reading(
        "query",
        "One SELECT over all tables of the database, those of other agents too. Plain SQLite that"
            + " can only read, at most "
            + SECONDS
            + " seconds; sealed values stay sealed.",
        List.of(
            Tool.required("sql", "string", "One statement: SELECT, WITH, VALUES or EXPLAIN."),
            Tool.optional("limit", "integer", "How many rows at most, 1 to 200; 50 if not given.")),
        this::query);
  }

  private void query(ToolArguments arguments, ObjectNode answer) throws ToolFailure, SQLException {
    String sql = arguments.text("sql", MOST_SQL).strip();
    int limit = arguments.limit(FEW, MOST_ROWS);
    String first = sql.split("[^A-Za-z]", 2)[0].toUpperCase(Locale.ROOT);
    if (!READ.contains(first)) {
      throw new ToolFailure(
          "query takes one statement that begins with " + String.join(", ", READ));
    }
    AtomicBoolean late = new AtomicBoolean();
    try (Connection connection = open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      var alarm = clock.schedule(() -> interrupt(statement, late), SECONDS, TimeUnit.SECONDS);
      try (ResultSet rows = statement.executeQuery()) {
        show(rows, limit, answer);
      } catch (SQLException e) {
        if (late.get()) {
          throw new ToolFailure("it took longer than " + SECONDS + " seconds: ask for less");
        }
        throw e;
      } finally {
        alarm.cancel(false);
      }
    }
  }

  private static void interrupt(Statement statement, AtomicBoolean late) {
    late.set(true);
    try {
      statement.cancel();
    } catch (SQLException e) {
      // It ended in this moment.
      late.set(false);
    }
  }

  private Connection open() throws ToolFailure, SQLException {
    String file;
    try (Connection connection = home.connect()) {
      refusePartial(connection.unwrap(InftConnection.class).status());
      file = file(connection);
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setPragma(SQLiteConfig.Pragma.LIMIT_ATTACHED, "0");
    config.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(MOST_VALUE_BYTES));
    return config.createConnection("jdbc:sqlite:" + file);
  }

  /** Where pages come when the driver reads them, plain SQLite would read holes. */
  private static void refusePartial(DatabaseStatus status) throws ToolFailure {
    Optional<DatabaseStatus.Pages> pages =
        status
            .reading()
            .flatMap(DatabaseStatus.Reading::pages)
            .or(() -> status.line().flatMap(DatabaseStatus.WrittenLine::pages));
    if (pages.isPresent() && !pages.get().isWhole()) {
      throw new ToolFailure(
          pages.get().missing()
              + " of "
              + pages.get().all()
              + " pages of the database are not here yet, or not proved: query again later, or"
              + " start the server with -P open=full");
    }
  }

  private static String file(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA database_list")) {
      row.next();
      return row.getString(3);
    }
  }

  private static void show(ResultSet rows, int limit, ObjectNode answer) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    ArrayNode names = answer.putArray("columns");
    for (int i = 1; i <= columns; i++) {
      names.add(rows.getMetaData().getColumnLabel(i));
    }
    ArrayNode list = answer.putArray("rows");
    int room = MOST_ANSWERED;
    while (rows.next()) {
      if (list.size() == limit || room < 0) {
        answer.put("more", true);
        return;
      }
      ArrayNode row = list.addArray();
      for (int i = 1; i <= columns; i++) {
        room -= add(rows.getObject(i), row);
      }
    }
    answer.put("more", false);
  }

  /** Returns how long it is. */
  private static int add(@Nullable Object value, ArrayNode row) {
    if (value == null) {
      row.addNull();
    } else if (value instanceof Integer || value instanceof Long) {
      row.add(((Number) value).longValue());
    } else if (value instanceof Number number) {
      row.add(number.doubleValue());
    } else if (value instanceof byte[] blob) {
      row.add("(a blob of " + blob.length + " bytes)");
    } else {
      String text = value.toString();
      String shown = text.length() > MOST_CELL ? text.substring(0, MOST_CELL) + "…" : text;
      row.add(shown);
      return shown.length();
    }
    return 20;
  }
}

package io.inft.jdbc;

import io.inft.bytes.JsonMappers;
import io.inft.custody.ReportJson;
import io.inft.custody.Verification;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffJson;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import io.inft.failure.InftException;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.vectors.VectorFunctions;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import org.sqlite.Function;

/**
 * The functions that every connection has. They are direct-only: SQLite refuses them inside views
 * and triggers, so a database from elsewhere cannot make its reader publish or wait.
 */
final class SqlFunctions {
  private static final int SQLITE_DIRECTONLY = 0x80000;

  /** Of each table, in an answer that is held in memory. */
  private static final int MOST_DIFF_ROWS = 100;

  /** A value that a function cannot take. */
  private static final String DATA_EXCEPTION = "22000";

  private SqlFunctions() {}

  static void register(CapturedConnection connection) throws SQLException {
    VectorFunctions.register(
        connection,
        message ->
            connection.watch().functionFailed(SqlExceptions.refused(message, DATA_EXCEPTION)));
    add(connection, "inft_version", 0, call -> call.answer(connection.session().version()));
    add(
        connection,
        "inft_status",
        0,
        call -> call.answer(DatabaseJson.status(connection.status())));
    add(
        connection,
        "inft_history",
        0,
        call -> call.answer(DatabaseJson.history(connection.history())));
    add(connection, "inft_log", 0, call -> call.answer(DatabaseJson.log(connection.log())));
    add(
        connection,
        "inft_receipt",
        1,
        call -> call.answer(connection.receipt(call.number(0)).toBytes()));
    add(
        connection,
        "inft_diff",
        2,
        call -> call.answer(diff(connection, call.text(0, "left"), call.text(1, "right"))));
    add(
        connection,
        "inft_prove",
        2,
        call -> call.answer(connection.prove(call.text(0, "table"), call.number(1)).toBytes()));
    add(
        connection,
        "inft_verify",
        1,
        call -> call.answer(ReportJson.of(connection.verify(call.depth(0)))));
    add(
        connection,
        "inft_append",
        2,
        call ->
            call.answer(
                connection.events().appendInsideCall(call.text(0, "type"), call.text(1, "json"))));
    add(
        connection,
        "inft_sync",
        1,
        call ->
            call.answer(
                connection.engine().syncInsideCall(Duration.ofMillis(call.millis(0))).number()));
  }

  /** Everything counted, and as many rows of each table as an answer may well have. */
  private static byte[] diff(CapturedConnection connection, String left, String right)
      throws SQLException {
    StringWriter text = new StringWriter();
    DiffJson json =
        new DiffJson(text, false, new DiffState.Version(left), new DiffState.Version(right));
    DatabaseDiff diff = connection.diff(left, right, DiffOptions.rows(MOST_DIFF_ROWS), json);
    json.end(diff.isSame());
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void add(
      CapturedConnection connection, String name, int arguments, EngineCall call)
      throws SQLException {
    Function.create(
        connection, name, new EngineFunction(connection, name, call), arguments, SQLITE_DIRECTONLY);
  }

  /** What one function does. */
  @FunctionalInterface
  private interface EngineCall {
    void run(EngineFunction call) throws SQLException, InftException;
  }

  /**
   * A function in SQLite's eyes. A failure keeps its class and SQLSTATE by way of the connection.
   */
  private static final class EngineFunction extends Function {
    private final CapturedConnection connection;
    private final String name;
    private final EngineCall call;

    private EngineFunction(CapturedConnection connection, String name, EngineCall call) {
      this.connection = connection;
      this.name = name;
      this.call = call;
    }

    @Override
    protected void xFunc() throws SQLException {
      try {
        call.run(this);
      } catch (InftException e) {
        fail(connection.watch().failed(e));
      } catch (SQLException e) {
        fail(connection.watch().translated(e));
      }
    }

    private void fail(SQLException failure) throws SQLException {
      connection.watch().functionFailed(failure);
      error(name + ": " + failure.getMessage());
    }

    /**
     * @param json a JSON node; not called so, or every connection would load the library to have
     *     this class verified
     */
    private void answer(Object json) throws SQLException {
      result(JsonMappers.text(json));
    }

    /**
     * @param utf8 text
     */
    private void answer(byte[] utf8) throws SQLException {
      result(new String(utf8, StandardCharsets.UTF_8));
    }

    private void answer(long number) throws SQLException {
      result(number);
    }

    private String text(int argument, String what) throws SQLException {
      String text = value_text(argument);
      if (text == null) {
        throw SqlExceptions.refused(what + " must not be null", "22004");
      }
      return text;
    }

    private Verification.Depth depth(int argument) throws SQLException {
      String word = text(argument, "depth").toUpperCase(Locale.ROOT);
      for (Verification.Depth depth : Verification.Depth.values()) {
        if (depth.name().equals(word)) {
          return depth;
        }
      }
      throw SqlExceptions.refused("a depth is 'quick' or 'full', not '" + word + "'", "22023");
    }

    private long number(int argument) throws SQLException {
      return value_long(argument);
    }

    private long millis(int argument) throws SQLException {
      long millis = value_long(argument);
      if (millis < 0) {
        throw SqlExceptions.refused("a timeout cannot be negative", "22023");
      }
      return millis;
    }
  }
}

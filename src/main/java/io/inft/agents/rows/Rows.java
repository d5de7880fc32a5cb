package io.inft.agents.rows;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one store. They are made by the first write; until then a read finds nothing. May
 * be shared between threads.
 */
public final class Rows {
  private final Lender lender;
  private final List<String> schema;
  private final String last;
  private final Sealing sealing;

  /**
   * @param schema statements that make the tables
   * @param last what the last of these statements makes: if it is there, all are
   * @param sealing of what the store writes
   */
  public Rows(Lender lender, List<String> schema, String last, Sealing sealing) {
    this.lender = lender;
    this.schema = List.copyOf(schema);
    this.last = last;
    this.sealing = sealing;
  }

  /** A value out of the row at which the cursor stands. */
  @FunctionalInterface
  public interface Row<T> {
    /** Reads it, and leaves the cursor where it is. */
    T of(ResultSet row) throws SQLException;
  }

  /** The answer of the work, or {@code absent} as long as there are no tables. */
  public <T extends @Nullable Object> T read(T absent, Transaction.Work<T> work)
      throws SQLException {
    Connection connection = lender.lend();
    try {
      return exists(connection) ? work.on(connection) : absent;
    } finally {
      lender.takeBack(connection);
    }
  }

  /** A {@link Transaction}, with the tables there. */
  public <T extends @Nullable Object> T write(Transaction.Work<T> work) throws SQLException {
    return Transaction.of(
        lender,
        "BEGIN IMMEDIATE",
        connection -> {
          make(connection);
          return work.on(connection);
        });
  }

  private boolean exists(Connection connection) throws SQLException {
    return !query(connection, row -> true, "SELECT 1 FROM sqlite_schema WHERE name = ?", last)
        .isEmpty();
  }

  private void make(Connection connection) throws SQLException {
    if (!exists(connection)) {
      for (String statement : schema) {
        execute(connection, statement);
      }
    } else if (sealing.seals()) {
      Sealed.admit(connection, schema);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows that a query answers. */
  public static <T> List<T> query(
      Connection connection, Row<T> row, String sql, @Nullable Object... values)
      throws SQLException {
    List<T> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, values);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(row.of(rows));
        }
      }
    }
    return found;
  }

  /** How many rows a statement changed. */
  public static int update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      set(statement, values);
      return statement.executeUpdate();
    }
  }

  static void set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  /** Writes an event, in the transaction of the connection. */
  public static void event(Connection connection, String type, String json) throws SQLException {
    update(connection, "INSERT INTO inft_events(type, payload) VALUES (?, ?)", type, json);
  }
}

package io.inft.agents.rows;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/**
 * A full-text index in this process's memory, for texts that must stand in none of a database. For
 * one thread.
 */
public final class WordIndex implements AutoCloseable {
  private final Connection memory;
  private final PreparedStatement insert;

  /**
   * @param columns of SQLite's FTS5, separated by commas
   * @param options of it
   */
  public WordIndex(String columns, String options) throws SQLException {
    this.memory = new JDBC().connect("jdbc:sqlite::memory:", new Properties());
    memory.setAutoCommit(false);
    Rows.execute(memory, "CREATE VIRTUAL TABLE t USING fts5(" + columns + ", " + options + ")");
    this.insert =
        memory.prepareStatement(
            "INSERT INTO t(rowid, "
                + columns
                + ") VALUES (?"
                + ", ?".repeat(columns.split(",", -1).length)
                + ")");
  }

  /** Adds the number of a row and what its columns have. */
  public void add(@Nullable Object... values) throws SQLException {
    Rows.set(insert, values);
    insert.executeUpdate();
  }

  /**
   * The numbers of the rows that match.
   *
   * @param order by SQL over the table {@code t}
   */
  public List<Long> matching(String match, String order) throws SQLException {
    return Rows.query(
        memory,
        row -> row.getLong(1),
        "SELECT rowid FROM t WHERE t MATCH ? ORDER BY " + order,
        match);
  }

  @Override
  public void close() throws SQLException {
    memory.close();
  }
}

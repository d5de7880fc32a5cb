package io.inft.agents.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables. Of {@code inft_memory} rows are only ever added; what is current stands in the two
 * indexes.
 */
final class MemorySchema {
  static final String TABLE = "inft_memory";

  private static final String GROWS_ONLY =
      " ON inft_memory BEGIN SELECT RAISE(ABORT, 'what is remembered stays as it is: a correction"
          + " is a new revision'); END";

  /**
   * A full-text index of one's own content: accents do not count, and English words count as their
   * stem. The space stands among the words of a text, so that a search passes over those of others.
   */
  static final String OPTIONS =
      "content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2'";

  static final String COLUMNS = "space, text";

  private static final List<String> MAKE =
      List.of(
          "CREATE TABLE inft_memory_space(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
              + " dimensions INTEGER, model TEXT, stored TEXT)",
          "CREATE TABLE inft_memory(id INTEGER PRIMARY KEY, space INTEGER NOT NULL, key TEXT NOT"
              + " NULL, revision INTEGER NOT NULL, time INTEGER NOT NULL, text TEXT, metadata TEXT"
              + " CHECK (json_valid(metadata)), sealed BLOB, UNIQUE (space, key, revision))",
          "CREATE TABLE inft_memory_vector(id INTEGER PRIMARY KEY, space INTEGER NOT NULL, vector"
              + " BLOB NOT NULL)",
          "CREATE INDEX inft_memory_vector_space ON inft_memory_vector(space)",
          "CREATE INDEX inft_memory_sealed ON inft_memory(id) WHERE sealed IS NOT NULL",
          "CREATE VIRTUAL TABLE inft_memory_text USING fts5(" + COLUMNS + ", " + OPTIONS + ")",
          "CREATE TRIGGER inft_memory_no_update BEFORE UPDATE" + GROWS_ONLY,
          "CREATE TRIGGER inft_memory_no_delete BEFORE DELETE" + GROWS_ONLY);

  private MemorySchema() {}

  static boolean exists(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT 1 FROM sqlite_schema WHERE name = ?")) {
      query.setString(1, "inft_memory_no_delete");
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  static void make(Connection connection) throws SQLException {
    if (!exists(connection)) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : MAKE) {
          statement.execute(sql);
        }
      }
    }
  }
}

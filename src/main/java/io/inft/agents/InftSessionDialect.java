package io.inft.agents;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.springframework.ai.session.jdbc.JdbcSessionRepositoryDialect;

/**
 * SQLite for Spring AI's own {@code JdbcSessionRepository}, which has no dialect for it. Its tables
 * are made by {@link #createTables}. {@link InftSessionRepository} keeps more and writes the event
 * log.
 */
public final class InftSessionDialect implements JdbcSessionRepositoryDialect {
  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE IF NOT EXISTS AI_SESSION(id TEXT NOT NULL PRIMARY KEY,"
              + " user_id TEXT NOT NULL, created_at TIMESTAMP NOT NULL, expires_at TIMESTAMP,"
              + " metadata TEXT, event_version INTEGER NOT NULL DEFAULT 0)",
          "CREATE INDEX IF NOT EXISTS ai_session_user ON AI_SESSION(user_id)",
          "CREATE TABLE IF NOT EXISTS AI_SESSION_EVENT(seq INTEGER PRIMARY KEY,"
              + " id TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL, timestamp TIMESTAMP NOT NULL,"
              + " message_type TEXT NOT NULL, message_content TEXT, message_data TEXT,"
              + " synthetic INTEGER NOT NULL DEFAULT 0, archived INTEGER NOT NULL DEFAULT 0,"
              + " branch TEXT, metadata TEXT)",
          "CREATE INDEX IF NOT EXISTS ai_session_event_session ON AI_SESSION_EVENT(session_id)",
          // A foreign key would do nothing on a connection without foreign_keys=on.
          "CREATE TRIGGER IF NOT EXISTS ai_session_deleted AFTER DELETE ON AI_SESSION BEGIN"
              + " DELETE FROM AI_SESSION_EVENT WHERE session_id = OLD.id; END");

  /** A dialect. */
  public InftSessionDialect() {}

  @Override
  public String getUpsertSessionSql() {
    return "INSERT INTO AI_SESSION(id, user_id, created_at, expires_at, metadata)"
        + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id,"
        + " created_at = excluded.created_at, expires_at = excluded.expires_at,"
        + " metadata = excluded.metadata";
  }

  @Override
  public String getKeywordFilterFragment() {
    return " AND lower(coalesce(e.message_content, '')) LIKE ?";
  }

  /** Makes the tables unless they are there. */
  public static void createTables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
    }
  }
}

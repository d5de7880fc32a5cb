package io.inft.jdbc.sql;

import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The table of the application's events: {@code inft_events(seq, time, type, payload)}. It is an
 * ordinary table, so that an event commits or rolls back with the data it speaks of.
 *
 * <p>Rows can only be appended, and {@code seq} counts 1, 2, 3 … without a gap. Triggers see to it:
 *
 * <ul>
 *   <li>UPDATE and DELETE are refused.
 *   <li>A {@code seq} that exists is refused before SQLite looks for conflicts, because INSERT OR
 *       REPLACE removes the old row without asking any delete trigger.
 *   <li>What is not one more than the newest is refused after the row was inserted, because SQLite
 *       does not tell a trigger earlier which number an omitted {@code seq} gets.
 * </ul>
 *
 * <p>Omitted or null values are filled in: the next {@code seq}, the time now, an empty object.
 * {@code DROP TABLE} stays possible; whoever publishes notices that the count began anew, also when
 * the new table has as many rows by then: each one is made with a random number in its text.
 */
public final class EventTable {
  public static final String NAME = "inft_events";

  private static final String NO_LIFE = "0000000000000000";

  /**
   * Makes table and triggers in the main database; to be run inside a transaction. The comment
   * stays in the schema and tells one life of the table from the next, see {@link #ddl}.
   */
  public static final String DDL =
      """
      CREATE TABLE main.inft_events( /* life 0000000000000000 */
        seq INTEGER PRIMARY KEY,
        time INTEGER NOT NULL ON CONFLICT REPLACE
          DEFAULT (CAST(unixepoch('subsec') * 1000 AS INTEGER))
          CHECK (typeof(time) = 'integer'),
        type TEXT NOT NULL CHECK (typeof(type) = 'text' AND type <> ''),
        payload TEXT NOT NULL ON CONFLICT REPLACE DEFAULT '{}'
          CHECK (typeof(payload) = 'text' AND json_valid(payload)));
      CREATE TRIGGER main.inft_events_new_seq BEFORE INSERT ON inft_events
        WHEN EXISTS (SELECT 1 FROM inft_events WHERE seq = NEW.seq)
        BEGIN SELECT RAISE(ABORT, 'inft_events is append-only: rows cannot be replaced'); END;
      CREATE TRIGGER main.inft_events_next_seq AFTER INSERT ON inft_events
        WHEN NEW.seq IS NOT 1 + coalesce(
          (SELECT seq FROM inft_events WHERE seq < NEW.seq ORDER BY seq DESC LIMIT 1), 0)
          OR NEW.seq IS NOT (SELECT max(seq) FROM inft_events)
        BEGIN SELECT RAISE(ABORT, 'inft_events: seq must be one more than the newest; leave it out'); END;
      CREATE TRIGGER main.inft_events_no_update BEFORE UPDATE ON inft_events
        BEGIN SELECT RAISE(ABORT, 'inft_events is append-only: rows cannot be changed'); END;
      CREATE TRIGGER main.inft_events_no_delete BEFORE DELETE ON inft_events
        BEGIN SELECT RAISE(ABORT, 'inft_events is append-only: rows cannot be deleted'); END;
      """;

  /** What a read-only connection sees while there is no table: no rows, and nothing to write to. */
  public static final String EMPTY_VIEW =
      "CREATE TEMP VIEW inft_events(seq, time, type, payload) AS"
          + " SELECT 0, 0, '', '{}' WHERE 0";

  /** Answers one row if the table, or something else of its name, exists. */
  public static final String EXISTS =
      "SELECT 1 FROM main.sqlite_schema WHERE name = 'inft_events' COLLATE NOCASE"
          + " AND type IN ('table', 'view')";

  /** Answers one row if the name is taken by a view or a virtual table, which hold no events. */
  public static final String IS_SOMETHING_ELSE =
      "SELECT 1 FROM main.sqlite_schema WHERE name = 'inft_events' COLLATE NOCASE"
          + " AND (type = 'view' OR (type = 'table' AND rootpage = 0))";

  private EventTable() {}

  /** {@link #DDL} for one more life of the table. */
  public static String ddl(RandomGenerator random) {
    return DDL.replace(NO_LIFE, HexFormat.of().toHexDigits(random.nextLong()));
  }

  /** Whether a statement failed because the table is not there yet. */
  public static boolean isMissing(SQLException thrown) {
    return thrown instanceof SQLiteException sqlite
        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_ERROR
        && isMissing(String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT));
  }

  private static boolean isMissing(String message) {
    return message.contains("no such table: inft_events")
        || message.contains("no such table: main.inft_events");
  }

  /** SQL that appends one event; values are quoted, so that no statement of its own is needed. */
  public static String insert(String type, String json) {
    return "INSERT INTO main.inft_events(type, payload) VALUES ("
        + quoted(type)
        + ", "
        + quoted(json)
        + ")";
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}

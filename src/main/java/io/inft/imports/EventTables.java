package io.inft.imports;

import io.inft.capture.SqliteLink;
import io.inft.failure.EventLineException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.NotImportableException;
import io.inft.jdbc.sql.EventTable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Consumer;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Puts log files into a database, in one transaction: each event into {@code inft_events}, from
 * where it gets into the event log, and each line as it was, with its place, into {@code
 * inft_imported}.
 */
final class EventTables {
  private static final String DDL =
      "CREATE TABLE IF NOT EXISTS main.inft_imported("
          + "event INTEGER, file TEXT NOT NULL, line INTEGER NOT NULL, time TEXT, zone TEXT,"
          + " content NOT NULL, problem TEXT)";
  private static final String EVENT =
      "INSERT INTO main.inft_events(time, type, payload) VALUES (?, ?, ?)";
  private static final String NEWEST = "SELECT last_insert_rowid()";
  private static final String LINE =
      "INSERT INTO main.inft_imported(event, file, line, time, zone, content, problem)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?)";

  private final Path database;
  private final ZoneId zone;
  private final boolean lenient;
  private final Consumer<String> warnings;

  // What came of it so far.
  private long events;
  private long aside;
  private long assumed;

  /**
   * @param zone of times that are written without one
   * @param lenient whether lines that are no events are kept aside instead of ending it all
   */
  EventTables(Path database, ZoneId zone, boolean lenient, Consumer<String> warnings) {
    this.database = database;
    this.zone = zone;
    this.lenient = lenient;
    this.warnings = warnings;
  }

  /** Lines that became events. */
  long events() {
    return events;
  }

  /** Lines that did not and are kept. */
  long aside() {
    return aside;
  }

  /** Events whose zone was not written. */
  long assumed() {
    return assumed;
  }

  /** Takes all of them or throws. */
  void take(List<Path> files) throws InftException {
    SqliteLink.requireVersion();
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + database, new Properties())) {
      connection.setAutoCommit(false);
      makeTables(connection);
      try (PreparedStatement event = connection.prepareStatement(EVENT);
          PreparedStatement line = connection.prepareStatement(LINE);
          PreparedStatement newest = connection.prepareStatement(NEWEST)) {
        for (Path file : files) {
          EventFile.read(file, one -> take(file, one, event, line, newest));
        }
      }
      connection.commit();
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "take event logs into", e);
    }
  }

  private void makeTables(Connection connection) throws InftException, SQLException {
    try (Statement statement = connection.createStatement()) {
      if (isThere(statement, EventTable.IS_SOMETHING_ELSE)) {
        throw taken(EventTable.NAME);
      }
      if (!isThere(statement, EventTable.EXISTS)) {
        statement.executeUpdate(EventTable.ddl(new SecureRandom()));
      }
      statement.executeUpdate(DDL);
    }
    requireColumns(connection, EVENT, EventTable.NAME);
    requireColumns(connection, LINE, "inft_imported");
  }

  private static boolean isThere(Statement statement, String question) throws SQLException {
    try (ResultSet row = statement.executeQuery(question)) {
      return row.next();
    }
  }

  private void requireColumns(Connection connection, String insert, String table)
      throws InftException {
    try {
      connection.prepareStatement(insert).close();
    } catch (SQLException e) {
      throw taken(table);
    }
  }

  private NotImportableException taken(String table) {
    return new NotImportableException(
        "the database",
        "it has something of its own of the name '"
            + table
            + "', where the event log belongs; rename that, or import the logs into a database of"
            + " their own");
  }

  private void take(
      Path file,
      EventFile.Line line,
      PreparedStatement event,
      PreparedStatement raw,
      PreparedStatement newest)
      throws InftException {
    if (line.isBlank()) {
      return;
    }
    try {
      EventLine parsed = parsed(line);
      event.setLong(1, parsed.timeMillis());
      event.setString(2, parsed.type());
      event.setString(3, parsed.payload());
      event.executeUpdate();
      events++;
      assumed += parsed.zone() == EventLine.Zone.WRITTEN ? 0 : 1;
      try (ResultSet row = newest.executeQuery()) {
        raw.setLong(1, row.getLong(1));
      }
      keep(file, line, raw, parsed);
    } catch (EventLine.NoEventException e) {
      keepAside(file, line, raw, e.reason());
    } catch (SQLException e) {
      if (!(e instanceof SQLiteException sqlite
          && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_CONSTRAINT.code)) {
        throw new LocalDatabaseException(database.toString(), "take an event into", e);
      }
      keepAside(file, line, raw, "SQLite does not take its event for JSON");
    }
  }

  private EventLine parsed(EventFile.Line line) throws EventLine.NoEventException {
    if (!line.whole()) {
      throw new EventLine.NoEventException(
          "it is longer than " + EventFile.MAX_LINE_BYTES + " bytes");
    }
    if (line.text().isEmpty()) {
      throw new EventLine.NoEventException("it is not UTF-8");
    }
    return EventLine.parse(line.text().get(), zone);
  }

  private void keep(Path file, EventFile.Line line, PreparedStatement raw, EventLine parsed)
      throws SQLException {
    raw.setString(4, parsed.timeText());
    raw.setString(5, parsed.zone().name().toLowerCase(Locale.ROOT));
    raw.setString(7, null);
    insert(file, line, raw);
  }

  private void keepAside(Path file, EventFile.Line line, PreparedStatement raw, String reason)
      throws InftException {
    String name = name(file);
    boolean torn = !line.ended();
    if (!lenient && !torn) {
      throw new EventLineException(file.toString(), line.number(), reason);
    }
    if (torn) {
      warnings.accept(
          file
              + ":"
              + line.number()
              + ": the last line was not written to its end; it is kept in inft_imported and is no"
              + " event");
    }
    try {
      raw.setObject(1, null);
      raw.setString(4, null);
      raw.setString(5, null);
      raw.setString(7, torn ? "not written to its end" : reason);
      insert(file, line, raw);
      aside++;
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "keep a line of " + name + " in", e);
    }
  }

  private static void insert(Path file, EventFile.Line line, PreparedStatement raw)
      throws SQLException {
    raw.setString(2, name(file));
    raw.setLong(3, line.number());
    if (line.text().isPresent()) {
      raw.setString(6, line.text().get());
    } else {
      raw.setBytes(6, line.bytes().toBytes());
    }
    raw.executeUpdate();
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}

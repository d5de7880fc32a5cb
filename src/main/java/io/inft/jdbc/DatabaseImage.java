package io.inft.jdbc;

import io.inft.bytes.Scratch;
import io.inft.failure.LocalStorageException;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.sqlite.StepLimit;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.sqlite.ExtendedCommand;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;

/**
 * Whole databases going in and out: {@code serialize}, {@code deserialize} and sqlite-jdbc's {@code
 * restore from}. SQLite's copy routine returns normally and changes nothing when page sizes differ
 * or another connection is writing, so both are checked here.
 */
final class DatabaseImage {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 100;
  private static final int WRITE_VERSION_OFFSET = 18;
  private static final int READ_VERSION_OFFSET = 19;
  private static final byte WITH_WAL = 2;
  private static final byte WITHOUT_WAL = 1;

  private DatabaseImage() {}

  /** An image that can be opened in memory: one that claims to have a write-ahead log cannot. */
  static byte[] readable(byte[] image) {
    if (image.length >= HEADER_BYTES && image[READ_VERSION_OFFSET] == WITH_WAL) {
      image[WRITE_VERSION_OFFSET] = WITHOUT_WAL;
      image[READ_VERSION_OFFSET] = WITHOUT_WAL;
    }
    return image;
  }

  /** Makes {@code image} the content of the main database, in one commit. */
  static void restore(CapturedConnection connection, byte[] image) throws SQLException {
    if (image.length < HEADER_BYTES
        || !Arrays.equals(image, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw SqlExceptions.refused("the bytes are no SQLite database", "22000");
    }
    Path place = Path.of(System.getProperty("java.io.tmpdir"));
    try (Scratch scratch = Scratch.in(place, "deserialize")) {
      Path file = scratch.make("image.db");
      Files.write(file, readable(image.clone()));
      givePageSize(file, pageSize(connection));
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("restore from '" + file + "'");
      }
    } catch (IOException e) {
      throw SqlExceptions.disk("could not write a temporary file: " + e.getMessage(), e);
    } catch (LocalStorageException e) {
      throw SqlExceptions.of(e);
    }
  }

  private static void givePageSize(Path file, int pageSize) throws SQLException {
    try (Connection plain = JDBC.createConnection(JDBC.PREFIX + file, new java.util.Properties());
        Statement statement = plain.createStatement();
        StepLimit limit = StepLimit.on(plain)) {
      limit.begin(file.toFile().length());
      try {
        if (intOf(statement, "PRAGMA page_size") != pageSize) {
          statement.execute("PRAGMA page_size=" + pageSize);
          statement.execute("VACUUM");
        }
      } catch (SQLException e) {
        throw limit.isReached()
            ? SqlExceptions.refused(
                "pages of "
                    + pageSize
                    + " bytes cannot be made of the image: its trees or its schema have SQLite"
                    + " do more than a database of its size can be worth",
                "22000")
            : e;
      }
    } catch (SQLException e) {
      throw SqlExceptions.of(e, null);
    }
  }

  /** Runs sqlite-jdbc's restore and refuses what SQLite would pass over in silence. */
  static void restore(
      CapturedConnection connection, String sql, CapturedConnection.SqlAction action)
      throws SQLException {
    ExtendedCommand.RestoreCommand command = ExtendedCommand.RestoreCommand.parse(sql);
    if (!command.targetDB.equalsIgnoreCase("main")) {
      action.run();
      return;
    }
    if (connection.isReadOnly()) {
      throw SqlExceptions.readOnly(
          "the connection is read-only: " + connection.readOnlyReason().orElse(""));
    }
    if (connection.watch().transaction().isOpen()) {
      throw SqlExceptions.refused("restore cannot run inside a transaction", "25001");
    }
    requireSamePages(command.srcFile, pageSize(connection));
    int before = schemaVersion(connection);
    action.run();
    // A restore that took place has moved the schema version by one.
    if (schemaVersion(connection) == before) {
      throw SqlExceptions.locked(
          "nothing was restored: another connection has a transaction open; try again");
    }
  }

  private static void requireSamePages(String file, int ours) throws SQLException {
    int theirs = pageSizeOf(file);
    if (theirs != ours) {
      throw SqlExceptions.refused(
          "'"
              + file
              + "' has pages of "
              + theirs
              + " bytes, this database has "
              + ours
              + ": open it and run PRAGMA page_size="
              + ours
              + "; VACUUM",
          "22000");
    }
  }

  private static int pageSizeOf(String file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    try (Connection plain = JDBC.createConnection(JDBC.PREFIX + file, config.toProperties());
        Statement statement = plain.createStatement();
        StepLimit limit = StepLimit.on(plain)) {
      limit.begin(new File(file).length());
      intOf(statement, "PRAGMA schema_version");
      return intOf(statement, "PRAGMA page_size");
    } catch (SQLException e) {
      throw SqlExceptions.of(e, null);
    }
  }

  private static int pageSize(CapturedConnection connection) throws SQLException {
    try (Statement statement = connection.internalStatement()) {
      return intOf(statement, "PRAGMA main.page_size");
    }
  }

  private static int schemaVersion(CapturedConnection connection) throws SQLException {
    try (Statement statement = connection.internalStatement()) {
      return intOf(statement, "PRAGMA main.schema_version");
    }
  }

  private static int intOf(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}

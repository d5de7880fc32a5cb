package io.inft.capture;

import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.failure.NativeLibraryException;
import io.inft.lazy.PartialDatabase;
import io.inft.sqlite.IntegrityCheck;
import io.inft.sqlite.IntegrityReport;
import io.inft.sqlite.StepLimit;
import io.inft.vectors.VectorFunctions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The engine's own plain connection to the working copy; it never checkpoints by itself. Used by
 * one thread at a time.
 */
public final class SqliteLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteLink.class);
  private static final String MEMORY = ":memory:";

  private final Path database;
  private final Connection connection;
  private final @Nullable PartialDatabase partial;
  private final StepLimit limit;

  /** What an attached database adds to what a statement may take. */
  private long attachedBytes;

  private SqliteLink(Path database, Connection connection) throws LocalDatabaseException {
    this(database, connection, null);
  }

  private SqliteLink(Path database, Connection connection, @Nullable PartialDatabase partial)
      throws LocalDatabaseException {
    this.database = database;
    this.connection = connection;
    this.partial = partial;
    try {
      this.limit = StepLimit.on(connection);
      // Constraints and computed columns may name them.
      VectorFunctions.register(connection, VectorFunctions.Failures.UNTOLD);
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "open", e);
    }
  }

  /** One more statement begins: it may take what the database is worth. */
  private void begin() {
    if (partial != null) {
      partial.enter();
    }
    File file = database.toFile();
    limit.begin(file.length() + new File(file.getPath() + "-wal").length() + attachedBytes);
  }

  private InftException failed(String action, SQLException e) {
    if (partial != null && connection instanceof SQLiteConnection sqlite) {
      Optional<InftException> page = partial.takeFailure(sqlite);
      if (page.isPresent()) {
        page.get().addSuppressed(e);
        return page.get();
      }
    }
    return limit.isReached()
        ? new DatabaseCorruptException(
            database.toString(),
            "SQLite took more steps than a database of its size can need to " + action)
        : new LocalDatabaseException(database.toString(), action, e);
  }

  /**
   * Opens a database in WAL mode, making it if it is not there.
   *
   * @param creation pragmas that only matter while the database is empty; they are set before WAL
   */
  public static SqliteLink open(Path database, Duration busyTimeout, Map<String, String> creation)
      throws InftException {
    return open(database, Optional.empty(), busyTimeout, creation);
  }

  /**
   * The same where its pages may not all be here.
   *
   * @param partial what it is opened through then
   */
  static SqliteLink open(
      Path database,
      Optional<PartialDatabase> partial,
      Duration busyTimeout,
      Map<String, String> creation)
      throws InftException {
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", Long.toString(busyTimeout.toMillis()));
    properties.setProperty("wal_autocheckpoint", "0");
    try {
      Connection connection = connect(database, partial, properties);
      SqliteLink link = new SqliteLink(database, connection, partial.orElse(null));
      try {
        for (Map.Entry<String, String> pragma : creation.entrySet()) {
          link.execute("PRAGMA " + pragma.getKey() + "=" + quoted(pragma.getValue()));
        }
        String mode = link.text("PRAGMA journal_mode=wal");
        if (!"wal".equals(mode)) {
          throw new LocalDatabaseException(
              database.toString(), "switch to WAL", "journal_mode stays " + mode);
        }
      } catch (InftException e) {
        try {
          connection.close();
        } catch (SQLException second) {
          e.addSuppressed(second);
        }
        throw e;
      }
      return link;
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "open", e);
    }
  }

  private static Connection connect(
      Path database, Optional<PartialDatabase> partial, Properties properties)
      throws InftException, SQLException {
    if (partial.isEmpty() || partial.get().isWhole()) {
      return connect(database.toString(), properties);
    }
    requireVersion();
    return partial
        .get()
        .connect(name -> (SQLiteConnection) new JDBC().connect("jdbc:sqlite:" + name, properties));
  }

  private static Connection connect(String database, Properties properties)
      throws InftException, SQLException {
    try {
      if (!SqliteVersion.isKnownGood()) {
        load();
      }
      return new JDBC().connect("jdbc:sqlite:" + database, properties);
    } catch (SQLException e) {
      if (e.getCause() instanceof NativeLibraryNotFoundException missing) {
        throw new NativeLibraryException(missing);
      }
      throw e;
    } catch (LinkageError e) { // so it says the second time
      throw new NativeLibraryException(e);
    }
  }

  /**
   * Finds out which SQLite it is, on nothing, before any file is touched. sqlite-jdbc starts a
   * process when it is loaded, and Java's thread that waits for its end keeps the context loader of
   * this one for a minute after: that must not be an application's, which may be gone by then.
   */
  private static void load() throws InftException, SQLException {
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    try (Connection nothing = new JDBC().connect("jdbc:sqlite:" + MEMORY, new Properties())) {
      SqliteVersion.require(nothing);
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  /** Loads SQLite by using it once, on nothing. */
  public static void tryOut() throws InftException {
    try (Connection connection = connect(MEMORY, new Properties())) {
      new SqliteLink(Path.of(MEMORY), connection).text("PRAGMA journal_mode");
    } catch (SQLException e) {
      throw new LocalDatabaseException(MEMORY, "open", e);
    }
  }

  /** Refuses a SQLite that must not open anything; cheap once one was found good. */
  public static void requireVersion() throws InftException {
    if (!SqliteVersion.isKnownGood()) {
      tryOut();
    }
  }

  /** Opens somebody else's database for reading, changing neither its mode nor its content. */
  public static SqliteLink openAsIs(Path database) throws InftException {
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", "30000");
    properties.setProperty("query_only", "true");
    try {
      return new SqliteLink(database, connect(database.toString(), properties));
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "open", e);
    }
  }

  /**
   * Opens a database of which neither file nor log may change: a connection that cannot write does
   * not move the log into the file when it closes.
   */
  public static SqliteLink openReadOnly(Path database) throws InftException {
    return openReadOnly(database, Optional.empty());
  }

  static SqliteLink openReadOnly(Path database, Optional<PartialDatabase> partial)
      throws InftException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout(30_000);
    try {
      return new SqliteLink(
          database, connect(database, partial, config.toProperties()), partial.orElse(null));
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "open", e);
    }
  }

  /** Opens a copy that nobody else uses. */
  public static SqliteLink openOwn(Path database) throws InftException {
    try {
      return new SqliteLink(database, connect(database.toString(), new Properties()));
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "open", e);
    }
  }

  /** Opens a database that nobody writes to, leaving nothing beside it. */
  public static SqliteLink openImmutable(Path database) throws InftException {
    Properties properties = new Properties();
    properties.setProperty("open_mode", "1");
    String uri = "file:" + database.toAbsolutePath().toUri().getRawPath() + "?immutable=1";
    try {
      return new SqliteLink(database, connect(uri, properties));
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "open", e);
    }
  }

  /**
   * Attaches a second database that nobody writes to, leaving nothing beside it.
   *
   * @param name of the schema that it becomes; an identifier
   */
  public void attachImmutable(Path other, String name) throws InftException {
    String uri = "file:" + other.toAbsolutePath().toUri().getRawPath() + "?immutable=1";
    execute("ATTACH " + "'" + uri.replace("'", "''") + "' AS " + name);
    attachedBytes += other.toFile().length();
  }

  /** Copies the whole database, page by page, as of one moment. */
  public void backupTo(Path target) throws InftException {
    if (partial != null) {
      partial.enter();
    }
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("backup to '" + target.toString().replace("'", "''") + "'");
    } catch (SQLException e) {
      throw failed("copy", e);
    }
  }

  private static String quoted(String value) {
    return value.matches("[0-9]+") ? value : "'" + value.replace("'", "''") + "'";
  }

  /** Begins a read transaction and takes its snapshot now; one that fails leaves none open. */
  void beginRead() throws InftException {
    execute("BEGIN");
    try {
      text("SELECT count(*) FROM sqlite_master");
    } catch (InftException e) {
      try {
        rollback();
      } catch (InftException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /** Takes the write lock, or answers false when somebody else has it. */
  boolean tryBeginWrite() throws InftException {
    begin();
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      return true;
    } catch (SQLException e) {
      if (isBusy(e)) {
        return false;
      }
      throw failed("take the write lock", e);
    }
  }

  void rollback() throws InftException {
    execute("ROLLBACK");
  }

  public void execute(String sql) throws InftException {
    begin();
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed("run " + sql, e);
    }
  }

  /** The first column of the first row, or an empty text. */
  public String text(String sql) throws InftException {
    begin();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      String value = rows.next() ? rows.getString(1) : null;
      return value == null ? "" : value;
    } catch (SQLException e) {
      throw failed("run " + sql, e);
    }
  }

  /** The first column of every row; for few rows. */
  public List<String> texts(String sql) throws InftException {
    List<String> texts = new ArrayList<>();
    begin();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(String.valueOf(rows.getString(1)));
      }
    } catch (SQLException e) {
      throw failed("run " + sql, e);
    }
    return texts;
  }

  /** Whether SQLite can run a query here: it lacks no function and no collation. */
  boolean compiles(String sql) throws InftException {
    begin();
    try (var statement = connection.prepareStatement(sql)) {
      return statement.getMetaData().getColumnCount() > 0;
    } catch (SQLException e) {
      if (e instanceof SQLiteException sqlite
          && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_ERROR.code) {
        LOG.debug("{} does not run in {}", sql, database, e);
        return false;
      }
      throw failed("run " + sql, e);
    }
  }

  /** Reads rows one by one; for a few rows of a few columns. */
  <T> List<T> rows(String sql, long parameter, RowReader<T> reader) throws InftException {
    List<T> result = new ArrayList<>();
    begin();
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, parameter);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          result.add(reader.read(rows));
        }
      }
    } catch (SQLException e) {
      throw failed("run " + sql, e);
    }
    return result;
  }

  /** Visits the rows of a query one by one, however many they are; none is kept. */
  public void each(String sql, RowVisitor visitor) throws InftException {
    begin();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        visitor.visit(rows);
      }
    } catch (SQLException e) {
      throw failed("run " + sql, e);
    }
  }

  /** Looks at the current row. */
  @FunctionalInterface
  public interface RowVisitor {
    void visit(ResultSet row) throws SQLException;
  }

  /** Turns the current row into a value. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Runs a checkpoint and returns SQLite's row: busy, frames in the log, frames checkpointed. */
  public int[] checkpoint(String mode) throws InftException {
    begin();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
      row.next();
      return new int[] {row.getInt(1), row.getInt(2), row.getInt(3)};
    } catch (SQLException e) {
      throw isWriteFailure(e)
          ? new LocalDatabaseException(database.toString(), "checkpoint", e, roomNeeded(e))
          : failed("checkpoint", e);
    }
  }

  /** A quota or a limit of the process may say "input/output error" where a full disk says so. */
  private static boolean isWriteFailure(SQLException e) {
    return e instanceof SQLiteException sqlite
        && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL
            || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_IOERR_WRITE);
  }

  /** By how much the file must grow, which is all the room that a checkpoint takes. */
  private String roomNeeded(SQLException failure) {
    try {
      long whole =
          Long.parseLong(text("PRAGMA page_count")) * Long.parseLong(text("PRAGMA page_size"));
      return String.format(
          Locale.ROOT,
          "to move the log into the database %d bytes more are needed, and %d are free there;"
              + " what was committed is in the log and stays",
          Math.max(0, whole - Files.size(database)),
          Files.getFileStore(database).getUsableSpace());
    } catch (IOException | InftException e) {
      failure.addSuppressed(e);
      return "there is no room to move the log into the database; what was committed is in the log"
          + " and stays";
    }
  }

  static boolean isBusy(SQLException e) {
    return e instanceof SQLiteException sqlite
        && (sqlite.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
  }

  Connection connection() {
    return connection;
  }

  /** Lets SQLite check the main database as this connection sees it. */
  IntegrityReport check() throws SQLException {
    return IntegrityCheck.of(connection, limit);
  }

  @Override
  public void close() throws InftException {
    try (connection) {
      limit.close();
    } catch (SQLException e) {
      throw new LocalDatabaseException(database.toString(), "close", e);
    }
  }
}

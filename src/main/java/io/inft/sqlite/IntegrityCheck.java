package io.inft.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sqlite.Collation;
import org.sqlite.Function;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Runs SQLite's own checks on a connection: {@code integrity_check}, then {@code
 * foreign_key_check}.
 *
 * <p>What an application brings along (functions, collations, tokenizers) is not here, and SQLite
 * then refuses to run its check at all. Trees and pages do not need it, so they are checked all the
 * same: for functions and collations stand-ins are made for the moment, and what they say of rows
 * and indexes is passed over; where a virtual table is in the way each table is checked by itself.
 * Only the list of free pages is then not looked at.
 */
public final class IntegrityCheck {
  private static final int MAX_FINDINGS = 20;
  private static final int MAX_STAND_INS = 64;
  private static final Pattern FUNCTION =
      Pattern.compile("(?:no such|unknown) function: ([^\\s()]+)");
  private static final Pattern COLLATION =
      Pattern.compile("no such collation sequence: ([^\\s()]+)");

  /** These say nothing of the database: the check must be made again. */
  private static final Set<SQLiteErrorCode> PASSING =
      Set.of(
          SQLiteErrorCode.SQLITE_BUSY,
          SQLiteErrorCode.SQLITE_LOCKED,
          SQLiteErrorCode.SQLITE_NOMEM,
          SQLiteErrorCode.SQLITE_READONLY,
          SQLiteErrorCode.SQLITE_INTERRUPT,
          SQLiteErrorCode.SQLITE_IOERR,
          SQLiteErrorCode.SQLITE_FULL,
          SQLiteErrorCode.SQLITE_CANTOPEN,
          SQLiteErrorCode.SQLITE_PROTOCOL,
          SQLiteErrorCode.SQLITE_MISUSE);

  private final Connection connection;
  private final StepLimit limit;

  // Mutable.
  private long databaseBytes;
  private final List<String> structure = new ArrayList<>();
  private final Set<String> warnings = new LinkedHashSet<>();
  private final Set<String> functions = new LinkedHashSet<>();
  private final Set<String> collations = new LinkedHashSet<>();

  private IntegrityCheck(Connection connection, StepLimit limit) {
    this.connection = connection;
    this.limit = limit;
  }

  /**
   * Checks the main database as the connection sees it now; leaves nothing behind. A check that
   * takes more than a database of its size can be worth is not made to its end.
   *
   * @param limit of the connection
   * @throws SQLException it could not be checked for a reason that lies outside it, like a disk
   */
  public static IntegrityReport of(Connection connection, StepLimit limit) throws SQLException {
    IntegrityCheck check = new IntegrityCheck(connection, limit);
    check.databaseBytes = check.number("page_count") * check.number("page_size");
    int longest = StepLimit.boundValues(connection, check.databaseBytes);
    try {
      // FTS5 checks against a structure that this connection may remember from an earlier snapshot
      // (SQLite 3.54) and then finds damage where there is none. With the schema it forgets that.
      check.run("PRAGMA writable_schema=RESET");
      check.all();
      if (check.structure.isEmpty()) {
        check.foreignKeys();
      }
    } catch (SQLException e) {
      check.note(e);
    } finally {
      StepLimit.setLength(connection, longest);
      check.removeStandIns();
    }
    return new IntegrityReport(check.structure, List.copyOf(check.warnings));
  }

  private void all() throws SQLException {
    try {
      collect("PRAGMA main.integrity_check(" + MAX_FINDINGS + ")");
      return;
    } catch (SQLException e) {
      note(e);
    }
    if (structure.isEmpty()) {
      tableByTable();
    }
  }

  /** For a schema that SQLite cannot check at once, because of one of its virtual tables. */
  private void tableByTable() throws SQLException {
    List<String> tables = new ArrayList<>(List.of("sqlite_schema"));
    tables.addAll(
        texts(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0",
            Integer.MAX_VALUE));
    for (String table : tables) {
      try {
        collect("PRAGMA main.integrity_check(\"" + table.replace("\"", "\"\"") + "\")");
      } catch (SQLException e) {
        note(e);
      }
    }
  }

  /** Runs a check; makes stand-ins for what it lacks and runs it again. */
  private void collect(String pragma) throws SQLException {
    while (true) {
      List<String> rows = new ArrayList<>();
      try {
        read(pragma, rows, MAX_FINDINGS);
        sort(rows);
        return;
      } catch (SQLException e) {
        // Trees come first: what was said of them before the failure counts.
        sort(rows);
        if (!structure.isEmpty() || !standIn(String.valueOf(e.getMessage()))) {
          throw e;
        }
      }
    }
  }

  private void sort(List<String> rows) {
    IntegrityReport found = IntegrityReport.of(rows);
    structure.addAll(found.structure());
    if (functions.isEmpty() && collations.isEmpty()) {
      warnings.addAll(found.warnings());
    }
  }

  private boolean standIn(String message) throws SQLException {
    Matcher function = FUNCTION.matcher(message);
    if (function.find() && functions.size() < MAX_STAND_INS && functions.add(function.group(1))) {
      Function.create(
          connection, function.group(1), new NoFunction(), -1, Function.FLAG_DETERMINISTIC);
      warnings.add("indexes and rows were not checked: no function " + function.group(1) + " here");
      return true;
    }
    Matcher collation = COLLATION.matcher(message);
    if (collation.find()
        && collations.size() < MAX_STAND_INS
        && collations.add(collation.group(1))) {
      Collation.create(connection, collation.group(1), new NoCollation());
      warnings.add(
          "indexes and rows were not checked: no collation " + collation.group(1) + " here");
      return true;
    }
    return false;
  }

  private void removeStandIns() throws SQLException {
    for (String name : functions) {
      Function.destroy(connection, name);
    }
    for (String name : collations) {
      Collation.destroy(connection, name);
    }
  }

  private void foreignKeys() throws SQLException {
    limit.begin(databaseBytes);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA main.foreign_key_check")) {
      for (int i = 0; i < MAX_FINDINGS && rows.next(); i++) {
        String row = rows.getString(2);
        warnings.add(
            IntegrityReport.bounded(
                (row == null ? "a row" : "row " + row)
                    + " of "
                    + rows.getString(1)
                    + " refers to a row of "
                    + rows.getString(3)
                    + " that is not there"));
      }
    } catch (SQLException e) {
      note(e);
    }
  }

  /** Sorts a failure of the check itself. */
  private void note(SQLException e) throws SQLException {
    if (!(e instanceof SQLiteException sqlite)) {
      throw e;
    }
    String message = IntegrityReport.bounded(String.valueOf(e.getMessage()));
    if (limit.isReached()) {
      warnings.add("not checked to the end: it takes more steps than its size explains");
      return;
    }
    int code = sqlite.getResultCode().code;
    if (isDamage(sqlite)) {
      structure.add(message);
    } else if (PASSING.stream().anyMatch(passing -> passing.code == (code & 0xff))) {
      throw e;
    } else {
      warnings.add("not checked: " + message);
    }
  }

  /** Whether SQLite says that the file is broken, and not only one of its virtual tables. */
  public static boolean isDamage(SQLException e) {
    if (!(e instanceof SQLiteException sqlite)) {
      return false;
    }
    SQLiteErrorCode code = sqlite.getResultCode();
    int primary = code.code & 0xff;
    return (primary == SQLiteErrorCode.SQLITE_CORRUPT.code
            && code != SQLiteErrorCode.SQLITE_CORRUPT_VTAB)
        || primary == SQLiteErrorCode.SQLITE_NOTADB.code;
  }

  private long number(String pragma) throws SQLException {
    limit.begin(0);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA main." + pragma)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private void run(String sql) throws SQLException {
    limit.begin(databaseBytes);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> texts(String sql, int most) throws SQLException {
    List<String> rows = new ArrayList<>();
    read(sql, rows, most);
    return rows;
  }

  private void read(String sql, List<String> into, int most) throws SQLException {
    limit.begin(databaseBytes);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (into.size() < most && rows.next()) {
        into.add(String.valueOf(rows.getString(1)));
      }
    }
  }

  /** Answers nothing, to whatever it is asked. */
  private static final class NoFunction extends Function {
    @Override
    protected void xFunc() throws SQLException {
      result();
    }
  }

  /** Compares bytes. */
  private static final class NoCollation extends Collation {
    @Override
    protected int xCompare(String left, String right) {
      return left.compareTo(right);
    }
  }
}

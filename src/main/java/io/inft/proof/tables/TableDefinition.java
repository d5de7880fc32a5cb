package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.CorruptObjectException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a CREATE TABLE statement says of how rows are stored.
 *
 * @param sql the statement, as the schema has it
 * @param columns all, in the order they are declared in
 * @param rowidColumn index of the column that is the row's number by another name; -1 if none is
 * @param key of a table WITHOUT ROWID: what sorts it; else empty
 */
public record TableDefinition(
    String sql, List<Column> columns, int rowidColumn, List<KeyColumn> key) {
  public TableDefinition {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /**
   * A column.
   *
   * @param isReal whether whole numbers in it are reals, which SQLite stores as integers
   * @param computed when its value is computed, if it is
   * @param defaultSql what rows have that were there before the column, as SQL; empty for NULL
   */
  public record Column(
      String name, boolean isReal, Computed computed, String defaultSql, String collation) {}

  /** When a column's value is computed. */
  public enum Computed {
    NEVER,
    /** When it is read: it is not stored. */
    ON_READING,
    ON_WRITING
  }

  /**
   * A column that sorts a table.
   *
   * @param column its index
   */
  public record KeyColumn(int column, String collation, boolean descending) {}

  /**
   * Reads a statement.
   *
   * @throws CorruptObjectException SQLite would not have stored it so
   */
  public static TableDefinition parse(String sql) throws CorruptObjectException {
    return new Parser(sql).table();
  }

  /** Whether the rows themselves are sorted, and have no numbers. */
  public boolean withoutRowid() {
    return !key.isEmpty();
  }

  /** The columns whose values a row holds, in the order of these. */
  List<Integer> stored() {
    List<Integer> stored = new ArrayList<>();
    for (KeyColumn part : key) {
      stored.add(part.column());
    }
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).computed() != Computed.ON_READING && !stored.contains(i)) {
        stored.add(i);
      }
    }
    return stored;
  }

  /** As SQLite compares names: letters of ASCII in either case. */
  public static boolean sameName(String one, String other) {
    return fold(one).equals(fold(other));
  }

  private static String fold(String name) {
    return name.chars()
        .map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  /** Goes through the statement once. */
  private static final class Parser {
    private static final Set<String> OF_TABLES =
        Set.of("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN");
    private static final Set<String> OF_COLUMNS =
        Set.of(
            "CONSTRAINT",
            "PRIMARY",
            "NOT",
            "NULL",
            "UNIQUE",
            "CHECK",
            "DEFAULT",
            "COLLATE",
            "REFERENCES",
            "AS",
            "ON",
            "DEFERRABLE");

    private static final String QUOTES = "\"'`[";

    /** What takes the next token for a name or an action. */
    private static final Set<String> TAKE_ONE =
        Set.of("CONSTRAINT", "REFERENCES", "SET", "MATCH", "ON");

    private final String sql;
    private final List<Column> columns = new ArrayList<>();
    private final List<Boolean> integers = new ArrayList<>();
    private final List<KeyColumn> key = new ArrayList<>();
    private int terms;
    private boolean ofTable;
    private boolean descendingRowid;

    Parser(String sql) {
      this.sql = sql;
    }

    TableDefinition table() throws CorruptObjectException {
      List<SqlTokens> tokens = SqlTokens.of(sql, 0, sql.length());
      if (tokens.size() < 4
          || !tokens.get(0).word().equals("CREATE")
          || !tokens.get(1).word().equals("TABLE")
          || !tokens.get(3).isGroup()) {
        throw corrupt("has a table that no CREATE TABLE statement made");
      }
      SqlTokens body = tokens.get(3);
      boolean withoutRowid = isWithoutRowid(tokens.subList(4, tokens.size()));
      List<SqlTokens> definition = new ArrayList<>();
      for (SqlTokens token : SqlTokens.of(sql, body.from() + 1, body.to() - 1)) {
        if (token.text().equals(",")) {
          define(definition);
          definition.clear();
        } else {
          definition.add(token);
        }
      }
      define(definition);
      boolean isInteger = terms == 1 && integers.get(key.get(0).column());
      if (!withoutRowid) {
        boolean isRowid = isInteger && !descendingRowid;
        int alias = isRowid ? key.get(0).column() : -1;
        return new TableDefinition(sql, columns, alias, List.of());
      }
      if (key.isEmpty()) {
        throw corrupt("has a table without numbers and without a key");
      }
      if (isInteger && ofTable) {
        KeyColumn only = key.get(0); // SQLite forgets a collation here
        String own = columns.get(only.column()).collation();
        return new TableDefinition(
            sql, columns, -1, List.of(new KeyColumn(only.column(), own, only.descending())));
      }
      return new TableDefinition(sql, columns, -1, key);
    }

    private static boolean isWithoutRowid(List<SqlTokens> options) throws CorruptObjectException {
      String words = options.stream().map(SqlTokens::word).collect(Collectors.joining(" "));
      return switch (words) {
        case "", "STRICT" -> false;
        case "WITHOUT ROWID", "WITHOUT ROWID , STRICT", "STRICT , WITHOUT ROWID" -> true;
        default -> throw corrupt("has a table with the options " + words);
      };
    }

    private void define(List<SqlTokens> tokens) throws CorruptObjectException {
      if (tokens.isEmpty() || tokens.get(0).isGroup()) {
        throw corrupt("has a table with a column without a name");
      }
      if (!columns.isEmpty() && OF_TABLES.contains(tokens.get(0).word())) {
        constraints(tokens);
      } else {
        column(tokens);
      }
    }

    private void column(List<SqlTokens> tokens) throws CorruptObjectException {
      int at = 1;
      while (at < tokens.size() && !OF_COLUMNS.contains(tokens.get(at).word())) {
        at++;
      }
      String type = at == 1 ? "" : type(tokens.get(1).from(), tokens.get(at - 1).to());
      integers.add(type.equalsIgnoreCase("INTEGER"));
      Computed computed = Computed.NEVER;
      String defaultSql = "";
      String collation = "BINARY";
      boolean isKey = false;
      boolean descending = false;
      for (; at < tokens.size(); at++) {
        String word = tokens.get(at).word();
        String next = at + 1 < tokens.size() ? tokens.get(at + 1).word() : "";
        String second = at + 2 < tokens.size() ? tokens.get(at + 2).word() : "";
        switch (word) {
          case "PRIMARY" -> {
            isKey = true;
            descending = second.equals("DESC");
          }
          case "COLLATE" -> collation = at + 1 < tokens.size() ? tokens.get(++at).name() : "";
          case "AS" ->
              computed = second.equals("STORED") ? Computed.ON_WRITING : Computed.ON_READING;
          case "DEFAULT" -> {
            int last = at + (next.equals("-") || next.equals("+") ? 2 : 1);
            if (last >= tokens.size()) {
              throw corrupt("has a column whose default is missing");
            }
            defaultSql = sql.substring(tokens.get(at + 1).from(), tokens.get(last).to());
            at = last;
          }
          default -> at += TAKE_ONE.contains(word) ? 1 : 0;
        }
      }
      columns.add(new Column(tokens.get(0).name(), isReal(type), computed, defaultSql, collation));
      if (isKey) {
        addKey(new KeyColumn(columns.size() - 1, collation, descending));
        descendingRowid = descending;
      }
    }

    /** One quoted name is what it quotes. */
    private String type(int from, int to) {
      String type = sql.substring(from, to);
      boolean isQuoted = type.length() > 2 && QUOTES.indexOf(type.charAt(0)) >= 0;
      boolean isOne =
          isQuoted && type.substring(1, type.length() - 1).chars().noneMatch(Parser::isQuote);
      return isOne ? type.substring(1, type.length() - 1) : type;
    }

    private static boolean isQuote(int letter) {
      return QUOTES.indexOf(letter) >= 0;
    }

    /** SQLite's rules of <a href="https://www.sqlite.org/datatype3.html">affinity</a>. */
    private static boolean isReal(String type) {
      String upper = type.toUpperCase(Locale.ROOT);
      Set<String> before = new HashSet<>(Set.of("INT", "CHAR", "CLOB", "TEXT", "BLOB"));
      before.removeIf(part -> !upper.contains(part));
      return before.isEmpty()
          && (upper.contains("REAL") || upper.contains("FLOA") || upper.contains("DOUB"));
    }

    private void addKey(KeyColumn part) {
      terms++;
      boolean isThere =
          key.stream()
              .anyMatch(
                  known ->
                      known.column() == part.column()
                          && sameName(known.collation(), part.collation()));
      if (!isThere) {
        key.add(part);
      }
    }

    /** Constraints of the table; they may stand without a comma between them. */
    private void constraints(List<SqlTokens> tokens) throws CorruptObjectException {
      for (int i = 0; i + 2 < tokens.size(); i++) {
        boolean isKey =
            tokens.get(i).word().equals("PRIMARY") && tokens.get(i + 1).word().equals("KEY");
        if (isKey && tokens.get(i + 2).isGroup()) {
          SqlTokens group = tokens.get(i + 2);
          key(SqlTokens.of(sql, group.from() + 1, group.to() - 1));
        }
      }
    }

    private void key(List<SqlTokens> tokens) throws CorruptObjectException {
      ofTable = true;
      List<SqlTokens> part = new ArrayList<>();
      for (SqlTokens token : tokens) {
        if (token.text().equals(",")) {
          keyPart(part);
          part.clear();
        } else {
          part.add(token);
        }
      }
      keyPart(part);
    }

    private void keyPart(List<SqlTokens> tokens) throws CorruptObjectException {
      String name = tokens.isEmpty() ? "" : tokens.get(0).name();
      int column = 0;
      while (column < columns.size() && !sameName(columns.get(column).name(), name)) {
        column++;
      }
      if (column == columns.size()) {
        throw corrupt("has a table whose key is no column");
      }
      String collation = columns.get(column).collation();
      boolean descending = false;
      for (int i = 1; i < tokens.size(); i++) {
        if (tokens.get(i).word().equals("COLLATE") && i + 1 < tokens.size()) {
          collation = tokens.get(++i).name();
        } else {
          descending |= tokens.get(i).word().equals("DESC");
        }
      }
      addKey(new KeyColumn(column, collation, descending));
    }
  }
}

package io.inft.jdbc.sql;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks at SQL as text, as far as this driver must: where a statement begins and ends, with which
 * word, and which table it names. It is no parser: whatever it gets wrong costs a check more, never
 * a commit that goes unseen, because commits are seen in SQLite's log.
 */
public final class SqlText {
  private static final Set<String> READING_VERBS = Set.of("select", "values", "explain");
  private static final Set<String> CHANGING_VERBS = Set.of("insert", "update", "delete", "replace");

  /** Pragmas that change the database when they have an argument. */
  private static final Set<String> WRITING_PRAGMAS =
      Set.of(
          "user_version",
          "application_id",
          "schema_version",
          "auto_vacuum",
          "encoding",
          "page_size",
          "journal_mode",
          "default_cache_size");

  /** Pragmas that change the database with or without one. */
  private static final Set<String> WORKING_PRAGMAS =
      Set.of("incremental_vacuum", "optimize", "wal_checkpoint");

  /** Pragmas that are about the connection alone, whether a transaction is open or not. */
  private static final Set<String> SESSION_PRAGMAS =
      Set.of("busy_timeout", "cache_size", "query_only", "read_uncommitted", "recursive_triggers");

  private static final Pattern MAKES_EVENT_TABLE =
      Pattern.compile(
          "\\bcreate\\s+(virtual\\s+|temp\\s+|temporary\\s+)?(table|view)\\s+(if\\s+not\\s+exists\\s+)?"
              + "([\"`\\[]?\\w+[\"`\\]]?\\s*\\.\\s*)?[\"'`\\[]?"
              + EventTable.NAME
              + "\\b",
          Pattern.CASE_INSENSITIVE);

  private SqlText() {}

  /**
   * The first position at or after {@code from} that is neither blank nor comment nor semicolon.
   */
  static int skipBlank(String sql, int from) {
    int at = from;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c <= ' ' || c == ';' || c == '\ufeff') {
        at++;
      } else if (c == '-' && sql.startsWith("--", at)) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end + 1;
      } else if (c == '/' && sql.startsWith("/*", at)) {
        int end = sql.indexOf("*/", at + 2);
        at = end < 0 ? sql.length() : end + 2;
      } else {
        return at;
      }
    }
    return at;
  }

  /** The kind of the statement that begins at {@code start}. */
  static StatementKind kindAt(String sql, int start) {
    String verb = word(sql, start);
    int after = start + verb.length();
    if (READING_VERBS.contains(verb)) {
      return StatementKind.QUERY;
    }
    if (CHANGING_VERBS.contains(verb)) {
      return StatementKind.CHANGE;
    }
    return switch (verb) {
      case "" -> StatementKind.QUERY;
      case "with" -> kindOfWith(sql, after);
      case "begin" -> kindOfBegin(word(sql, skipBlank(sql, after)));
      case "commit", "end" -> StatementKind.COMMIT;
      case "release" -> StatementKind.RELEASE;
      case "rollback" -> StatementKind.ROLLBACK;
      case "savepoint" -> StatementKind.SAVEPOINT;
      case "pragma" -> kindOfPragma(sql, skipBlank(sql, after));
      case "drop", "alter" -> StatementKind.DROP;
      case "restore" -> start == 0 ? StatementKind.RESTORE : StatementKind.OTHER;
      case "backup" -> start == 0 ? StatementKind.BACKUP : StatementKind.OTHER;
      default -> StatementKind.OTHER;
    };
  }

  /**
   * Whether a statement that reads does not read any table, as far as its text shows: {@code SELECT
   * 1}, {@code VALUES (1)}, a pragma. Such are what pools try connections with.
   */
  public static boolean readsNoTable(String sql) {
    int at = skipBlank(sql, 0);
    String verb = word(sql, at);
    return verb.equals("pragma") || verb.isEmpty() || selectsFromNowhere(sql, at, verb);
  }

  /**
   * Whether a statement means the same outside a transaction, as far as its text shows: it reads
   * nothing of the database, and what it sets SQLite lets it set at any time.
   */
  public static boolean isOfSession(String sql) {
    int at = skipBlank(sql, 0);
    String verb = word(sql, at);
    return verb.equals("pragma")
        ? SESSION_PRAGMAS.contains(pragmaName(sql))
        : selectsFromNowhere(sql, at, verb);
  }

  private static boolean selectsFromNowhere(String sql, int start, String verb) {
    if (!verb.equals("select") && !verb.equals("values")) {
      return false;
    }
    int at = start;
    while (at < sql.length() && sql.charAt(at) != ';') {
      String word = word(sql, at);
      if (word.equals("from") || word.equals("in")) { // "x IN t" reads t
        return false;
      }
      at = next(sql, at);
    }
    return true;
  }

  /** The word at a position in lower case, empty if there is none. */
  static String word(String sql, int from) {
    int end = from;
    while (end < sql.length() && isWordPart(sql.charAt(end))) {
      end++;
    }
    return sql.substring(from, end).toLowerCase(Locale.ROOT);
  }

  /** Whether anything but blanks and comments follows the first statement. */
  static boolean hasMore(String sql) {
    return sql.indexOf(';') >= 0 && skipBlank(sql, endOfStatement(sql, 0)) < sql.length();
  }

  /**
   * The position of the semicolon that ends the statement at {@code from}, or the length. The body
   * of a trigger counts as several statements.
   */
  static int endOfStatement(String sql, int from) {
    int at = from;
    while (at < sql.length() && sql.charAt(at) != ';') {
      at = next(sql, at);
    }
    return at;
  }

  /** Whether SQL names the table of events as an identifier of its own. */
  public static boolean namesEventTable(String sql) {
    String name = EventTable.NAME;
    int underscore = name.indexOf('_');
    for (int i = sql.indexOf('_'); i >= 0; i = sql.indexOf('_', i + 1)) {
      int start = i - underscore;
      int end = start + name.length();
      if (start >= 0
          && sql.regionMatches(true, start, name, 0, name.length())
          && (start == 0 || !isWordPart(sql.charAt(start - 1)))
          && (end == sql.length() || !isWordPart(sql.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  /** Whether SQL makes a table of that name itself, as a dump does. */
  public static boolean makesEventTable(String sql) {
    return MAKES_EVENT_TABLE.matcher(sql).find();
  }

  /** Whether a changing statement returns rows; may say yes too often. */
  public static boolean hasReturning(String sql) {
    return contains(sql, "returning");
  }

  private static boolean contains(String sql, String word) {
    for (int i = 0; i + word.length() <= sql.length(); i++) {
      if (sql.regionMatches(true, i, word, 0, word.length())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a statement takes SQLite's write lock whatever it finds. Says no where it may turn out
   * to have nothing to do, as CREATE TABLE IF NOT EXISTS may.
   */
  public static boolean takesWriteLock(StatementKind kind, String sql) {
    return switch (kind) {
      case CHANGE, BEGIN_WRITING -> true;
      case DROP -> !contains(sql, "exists");
      case OTHER -> word(sql, skipBlank(sql, 0)).equals("create") && !contains(sql, "exists");
      default -> false;
    };
  }

  /**
   * Whether tables that are not of the main database may be there after a statement, so that one
   * which changes a table may not take the lock of that; may say yes too often.
   */
  public static boolean writesElsewhere(StatementKind kind, String sql) {
    if (kind != StatementKind.OTHER) {
      return false;
    }
    int start = skipBlank(sql, 0);
    String verb = word(sql, start);
    if (!verb.equals("create")) {
      return verb.equals("attach");
    }
    String what = word(sql, skipBlank(sql, start + verb.length()));
    return what.equals("temp") || what.equals("temporary") || contains(sql, "temp.");
  }

  /** The name of the pragma after PRAGMA, without a schema. */
  public static String pragmaName(String sql) {
    int start = skipBlank(sql, 0);
    return pragma(sql, skipBlank(sql, start + "pragma".length())).name();
  }

  /** The argument of a pragma, without quotes; empty if there is none. */
  public static String pragmaArgument(String sql) {
    int start = skipBlank(sql, 0);
    return pragma(sql, skipBlank(sql, start + "pragma".length())).argument();
  }

  private record Pragma(String schema, String name, boolean hasArgument, String argument) {}

  private static Pragma pragma(String sql, int start) {
    String schema = "";
    String name = name(sql, start);
    int after = skipBlank(sql, afterName(sql, start));
    if (after < sql.length() && sql.charAt(after) == '.') {
      schema = name;
      int second = skipBlank(sql, after + 1);
      name = name(sql, second);
      after = skipBlank(sql, afterName(sql, second));
    }
    boolean hasArgument =
        after < sql.length() && (sql.charAt(after) == '=' || sql.charAt(after) == '(');
    String argument = hasArgument ? name(sql, skipBlank(sql, after + 1)) : "";
    return new Pragma(schema, name, hasArgument, argument);
  }

  private static StatementKind kindOfPragma(String sql, int start) {
    Pragma pragma = pragma(sql, start);
    boolean ofMain = pragma.schema().isEmpty() || pragma.schema().equals("main");
    String name = pragma.name();
    if (name.equals("wal_checkpoint") && ofMain) {
      return StatementKind.CHECKPOINT;
    }
    boolean otherMode =
        (name.equals("journal_mode") && !pragma.argument().equals("wal"))
            || (name.equals("locking_mode") && !pragma.argument().equals("normal"));
    if (otherMode && pragma.hasArgument() && ofMain) {
      return StatementKind.FIXED_PRAGMA;
    }
    boolean writes =
        WORKING_PRAGMAS.contains(name) || (pragma.hasArgument() && WRITING_PRAGMAS.contains(name));
    return writes ? StatementKind.OTHER : StatementKind.QUERY;
  }

  private static StatementKind kindOfBegin(String mode) {
    return mode.equals("immediate") || mode.equals("exclusive")
        ? StatementKind.BEGIN_WRITING
        : StatementKind.BEGIN;
  }

  /** The verb that follows the common table expressions stands outside all parentheses. */
  private static StatementKind kindOfWith(String sql, int from) {
    int depth = 0;
    int at = from;
    while (at < sql.length() && sql.charAt(at) != ';') {
      char c = sql.charAt(at);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (depth == 0 && isWordPart(c)) {
        String word = word(sql, at);
        if (READING_VERBS.contains(word)) {
          return StatementKind.QUERY;
        }
        if (CHANGING_VERBS.contains(word)) {
          return StatementKind.CHANGE;
        }
      }
      at = next(sql, at);
    }
    return StatementKind.QUERY;
  }

  /** Steps over one word, quoted name or string, comment, or character. */
  private static int next(String sql, int at) {
    char c = sql.charAt(at);
    if (isWordPart(c)) {
      return afterName(sql, at);
    }
    if (c == '\'' || c == '"' || c == '`' || c == '[') {
      return afterName(sql, at);
    }
    if ((c == '-' && sql.startsWith("--", at)) || (c == '/' && sql.startsWith("/*", at))) {
      return skipComment(sql, at);
    }
    return at + 1;
  }

  private static int skipComment(String sql, int at) {
    boolean line = sql.charAt(at) == '-';
    int end = line ? sql.indexOf('\n', at) : sql.indexOf("*/", at + 2);
    return end < 0 ? sql.length() : end + (line ? 1 : 2);
  }

  /** A name or string without its quotes, in lower case. */
  private static String name(String sql, int start) {
    int end = afterName(sql, start);
    boolean quoted = end > start + 1 && !isWordPart(sql.charAt(start));
    String text = quoted ? sql.substring(start + 1, end - 1) : sql.substring(start, end);
    return text.toLowerCase(Locale.ROOT);
  }

  private static int afterName(String sql, int start) {
    if (start >= sql.length()) {
      return start;
    }
    char quote = sql.charAt(start);
    if (quote == '\'' || quote == '"' || quote == '`' || quote == '[') {
      int end = sql.indexOf(quote == '[' ? ']' : quote, start + 1);
      return end < 0 ? sql.length() : end + 1;
    }
    int end = start;
    while (end < sql.length() && isWordPart(sql.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }
}

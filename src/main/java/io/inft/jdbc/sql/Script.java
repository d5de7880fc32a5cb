package io.inft.jdbc.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * What a text of one or more statements does taken together. sqlite-jdbc runs all of them only in
 * {@code executeUpdate}.
 *
 * @param first kind of the first statement
 * @param parts the text, cut around the statements that do not go to SQLite as they are; one part
 *     if there are none
 * @param many whether there is more than one statement
 * @param changes whether any changes the database
 * @param control whether a transaction may begin or end in it
 * @param commits whether it may commit something although a transaction is open
 * @param locks whether any takes SQLite's write lock
 * @param elsewhere whether any makes tables outside the main database
 */
public record Script(
    StatementKind first,
    List<Part> parts,
    boolean many,
    boolean changes,
    boolean control,
    boolean commits,
    boolean locks,
    boolean elsewhere) {

  /**
   * One or more statements that go to SQLite together, or one that does not go there.
   *
   * @param kind of the first of them
   */
  public record Part(StatementKind kind, String sql) {}

  /** What to take the whole text for. */
  public StatementKind kind() {
    if (first.needsTransaction()) {
      return first;
    }
    return changes ? StatementKind.CHANGE : StatementKind.QUERY;
  }

  public static Script of(String sql) {
    StatementKind first = StatementKind.of(sql);
    if (!SqlText.hasMore(sql)) {
      List<Part> all = List.of(new Part(first, sql));
      return new Script(
          first,
          all,
          false,
          first.changes,
          first.control,
          first.commits,
          SqlText.takesWriteLock(first, sql),
          SqlText.writesElsewhere(first, sql));
    }
    List<Part> parts = new ArrayList<>();
    boolean changes = false;
    boolean control = false;
    boolean commits = false;
    boolean locks = false;
    boolean elsewhere = false;
    int from = 0;
    int at = SqlText.skipBlank(sql, 0);
    while (at < sql.length()) {
      StatementKind kind = SqlText.kindAt(sql, at);
      changes |= kind.changes;
      control |= kind.control;
      commits |= kind.commits;
      int end = SqlText.endOfStatement(sql, at);
      locks |= SqlText.takesWriteLock(kind, sql.substring(at, end));
      elsewhere |= SqlText.writesElsewhere(kind, sql.substring(at, end));
      if (kind.isSpecial()) {
        add(parts, sql, from, at);
        parts.add(new Part(kind, sql.substring(at, end)));
        from = Math.min(end + 1, sql.length());
      }
      at = SqlText.skipBlank(sql, end);
    }
    add(parts, sql, from, sql.length());
    // What is changed behind a ROLLBACK commits by itself.
    return new Script(
        first,
        List.copyOf(parts),
        true,
        changes,
        control,
        commits || (control && changes),
        locks,
        elsewhere);
  }

  private static void add(List<Part> parts, String sql, int from, int to) {
    int start = SqlText.skipBlank(sql, from);
    if (start < to) {
      parts.add(new Part(SqlText.kindAt(sql, start), sql.substring(from, to)));
    }
  }
}

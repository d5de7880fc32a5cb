package io.inft.jdbc.sql;

/**
 * What a text of one or more statements does taken together. sqlite-jdbc runs all of them only in
 * {@code executeUpdate}.
 *
 * @param first kind of the first statement
 * @param many whether there is more than one
 * @param changes whether any changes the database
 * @param control whether a transaction may begin or end in it
 * @param commits whether it may commit something although a transaction is open
 */
public record Script(
    StatementKind first, boolean many, boolean changes, boolean control, boolean commits) {
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
      return new Script(first, false, first.changes, first.control, first.commits);
    }
    boolean changes = false;
    boolean control = false;
    boolean commits = false;
    int at = SqlText.skipBlank(sql, 0);
    while (at < sql.length()) {
      StatementKind kind = SqlText.kindAt(sql, at);
      changes |= kind.changes;
      control |= kind.control;
      commits |= kind.commits;
      at = SqlText.skipBlank(sql, SqlText.endOfStatement(sql, at));
    }
    // What is changed behind a ROLLBACK commits by itself.
    return new Script(first, true, changes, control, commits || (control && changes));
  }
}

package io.inft.jdbc.sql;

/** What a statement can do to a transaction and to the database, told from its text. */
public enum StatementKind {
  /** Neither reads nor changes the database, so that no transaction need be begun for it. */
  SESSION(false, false, false),
  /** Reads, or sets something of the session; cannot change the database. */
  QUERY(false, false, false),
  /** INSERT, UPDATE, DELETE, REPLACE; if it returns rows, it commits when they end. */
  CHANGE(true, false, false),
  /** DROP and ALTER: like {@link #OTHER}, but never in need of a table that is not there. */
  DROP(true, false, false),
  /** Everything else that may change the database: DDL, VACUUM, pragmas that write. */
  OTHER(true, false, false),
  /** Begins a transaction that takes no lock yet. */
  BEGIN(false, true, false),
  /** BEGIN IMMEDIATE or EXCLUSIVE. */
  BEGIN_WRITING(false, true, false),
  /** COMMIT or END. */
  COMMIT(false, true, true),
  /** RELEASE: commits when it releases the outermost savepoint. */
  RELEASE(false, true, true),
  /** ROLLBACK and ROLLBACK TO. */
  ROLLBACK(false, true, false),
  /** SAVEPOINT: begins a transaction if there is none. */
  SAVEPOINT(false, true, false),
  /** PRAGMA wal_checkpoint of the main database: the engine's business. */
  CHECKPOINT(false, false, false),
  /** A pragma that asks for another journal mode or locking mode of the main database. */
  FIXED_PRAGMA(false, false, false),
  /** sqlite-jdbc's "restore from file". */
  RESTORE(true, false, false),
  /** sqlite-jdbc's "backup to file". */
  BACKUP(false, false, false);

  /** Whether it changes the database, and commits that when no transaction is open. */
  public final boolean changes;

  /** Whether a transaction may begin or end with it. */
  public final boolean control;

  /** Whether it may commit a transaction that is open. */
  public final boolean commits;

  StatementKind(boolean changes, boolean control, boolean commits) {
    this.changes = changes;
    this.control = control;
    this.commits = commits;
  }

  /** Whether it belongs into the transaction that JDBC has open. */
  public boolean needsTransaction() {
    return this != SESSION && !isSpecial();
  }

  /** Whether it does not go to SQLite as it is, because the engine shares the database. */
  public boolean isSpecial() {
    return this == CHECKPOINT || this == FIXED_PRAGMA;
  }

  /** The kind of the first statement in {@code sql}; SQLite ignores the rest in most calls. */
  public static StatementKind of(String sql) {
    int start = SqlText.skipBlank(sql, 0);
    // The case that counts: one comparison and out.
    if (sql.regionMatches(true, start, "select", 0, 6)) {
      return QUERY;
    }
    return SqlText.kindAt(sql, start);
  }
}

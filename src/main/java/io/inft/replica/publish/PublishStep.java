package io.inft.replica.publish;

/**
 * How far a publish has come, in order. Between two of them nothing is promised but what the one
 * before says; tests stop a process at each.
 */
public enum PublishStep {
  /** A position of SQLite's log is held still. */
  PINNED,
  /** The changed pages and the new events up to there are known. */
  READ,
  /** The pages are packed and sealed. */
  PACKED,
  /** The rest is sealed, and the commit object is signed. */
  SEALED,
  /** All of it is on this disk, and nothing names it. */
  KEPT,
  /** The state names it: it goes out, now or when the database is opened again. */
  STAGED,
  /** The store has it, and nothing names it there. */
  STORED,
  /** The registry names it: it is the head. */
  ANCHORED,
  /** It is looked after until its block is final. */
  WATCHED,
  /** The state says that it is anchored. */
  ADVANCED,
  /** Callers that waited for it go on. */
  LET_GO
}

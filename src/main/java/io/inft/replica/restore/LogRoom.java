package io.inft.replica.restore;

import io.inft.failure.EventLogTooLongException;
import io.inft.registry.DatabaseId;

/**
 * How much of the log one reading may hold. A batch is deflated, so that a few bytes of an author
 * make up to a thousand times as many: many of them together are more than any heap. Mutable, for
 * one thread.
 */
final class LogRoom {
  /** Of an entry beside its text: what the objects take, at least. */
  private static final int ENTRY_BYTES = 200;

  /** The log becomes a JSON text, that text bytes, and they a value of SQLite's, all at once. */
  private static final int PART_OF_THE_HEAP = 16;

  private final DatabaseId id;
  private final TimeSpan span;
  private final long mostBytes;
  private long heldBytes;

  LogRoom(DatabaseId id, TimeSpan span, long mostBytes) {
    this.id = id;
    this.span = span;
    this.mostBytes = mostBytes;
  }

  static long ofThisMachine() {
    return Runtime.getRuntime().maxMemory() / PART_OF_THE_HEAP;
  }

  /**
   * Whether an entry is one of those asked for; then it is counted.
   *
   * @throws EventLogTooLongException there is no room for it
   */
  boolean takes(LogEntry entry) throws EventLogTooLongException {
    if (!span.holds(entry.time())) {
      return false;
    }
    heldBytes += ENTRY_BYTES + textBytes(entry);
    if (heldBytes > mostBytes) {
      throw new EventLogTooLongException(id.toString(), entry.version(), mostBytes);
    }
    return true;
  }

  private static long textBytes(LogEntry entry) {
    return entry instanceof LogEntry.Recorded recorded
        ? (long) recorded.type().length() + recorded.payload().length()
        : ((LogEntry.Marked) entry).reason().length();
  }
}

package io.inft.commit;

/**
 * One SQL commit that a version contains, or several neighbours when there are many. Clocks may go
 * back, so no order of the times is promised.
 *
 * @param timeMillis clock at the first commit
 * @param pages how many page images they wrote, a page twice if two of them wrote it
 * @param transactions how many commits, at least 1
 * @param lastTimeMillis clock at the last commit
 */
public record TransactionRecord(
    long timeMillis, long pages, long transactions, long lastTimeMillis) {
  /** So many that the records of a log can be added up. */
  static final long MAX_COUNT = 1L << 48;

  public TransactionRecord {
    Rules.require(
        timeMillis >= 0
            && pages >= 0
            && pages <= MAX_COUNT
            && transactions >= 1
            && transactions <= MAX_COUNT
            && lastTimeMillis >= 0,
        "a record of " + transactions + " transactions and " + pages + " pages");
  }

  /** One commit. */
  public static TransactionRecord of(long timeMillis, long pages) {
    return new TransactionRecord(timeMillis, pages, 1, timeMillis);
  }

  /** This record and the one right after it as one. */
  TransactionRecord and(TransactionRecord next) {
    return new TransactionRecord(
        timeMillis,
        Math.addExact(pages, next.pages),
        Math.addExact(transactions, next.transactions),
        next.lastTimeMillis);
  }
}

package io.inft.sqlite;

/**
 * One page in a write-ahead log.
 *
 * @param frame its number, counted from 1
 * @param pageNumber which page of the database it holds
 * @param databasePages pages of the database after the commit this frame ends, 0 on other frames
 */
public record WalFrame(long frame, long pageNumber, long databasePages) {
  /** Whether a transaction ends here. */
  public boolean commits() {
    return databasePages != 0;
  }
}

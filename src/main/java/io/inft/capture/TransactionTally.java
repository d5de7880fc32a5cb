package io.inft.capture;

import io.inft.commit.TransactionLog;
import io.inft.commit.TransactionRecord;
import io.inft.sqlite.WalFrame;

/** Counts SQL commits as their frames are seen. Not thread-safe. */
public final class TransactionTally {
  private TransactionLog log = TransactionLog.EMPTY;
  private long openPages;

  /** Takes note of one committed frame. */
  void frame(WalFrame frame, long timeMillis) {
    openPages++;
    if (frame.commits()) {
      log = log.plus(TransactionRecord.of(timeMillis, openPages));
      openPages = 0;
    }
  }

  /** This tally and then another. */
  TransactionTally followedBy(TransactionTally later) {
    TransactionTally joined = new TransactionTally();
    joined.log = log;
    later.log.records().forEach(record -> joined.log = joined.log.plus(record));
    joined.openPages = openPages + later.openPages;
    return joined;
  }

  public TransactionLog log() {
    return log;
  }
}

package io.inft.commit;

import io.inft.bytes.ByteReader;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL commits of one version, oldest first; it rides in the {@link SealedManifest}. It never
 * has more than {@link #MAX_RECORDS} records; when one more comes, neighbours become one, the
 * oldest first to lose detail. Immutable.
 */
public final class TransactionLog {
  public static final int MAX_RECORDS = 256;
  public static final TransactionLog EMPTY = new TransactionLog(List.of());

  static final int FORMAT = 1;

  private final List<TransactionRecord> records;

  private TransactionLog(List<TransactionRecord> records) {
    this.records = records;
  }

  /** The log of these commits, in their order. */
  public static TransactionLog of(List<TransactionRecord> records) {
    TransactionLog log = EMPTY;
    for (TransactionRecord record : records) {
      log = log.plus(record);
    }
    return log;
  }

  /** This log and one record more. */
  public TransactionLog plus(TransactionRecord next) {
    List<TransactionRecord> more = new ArrayList<>(records);
    more.add(next);
    if (more.size() > MAX_RECORDS) {
      halve(more);
    }
    return new TransactionLog(List.copyOf(more));
  }

  /** Joins the older half in pairs: the newest commits keep their detail longest. */
  private static void halve(List<TransactionRecord> records) {
    List<TransactionRecord> older = records.subList(0, MAX_RECORDS / 2);
    List<TransactionRecord> joined = new ArrayList<>();
    for (int i = 0; i < older.size(); i += 2) {
      joined.add(older.get(i).and(older.get(i + 1)));
    }
    older.clear();
    records.addAll(0, joined);
  }

  public List<TransactionRecord> records() {
    return records;
  }

  /** How many SQL commits the records stand for. */
  public long transactions() {
    return records.stream().mapToLong(TransactionRecord::transactions).sum();
  }

  /**
   * Reads a log that is an attachment of its own, as earlier builds made it.
   *
   * @throws io.inft.failure.FormatTooNewException a later release made it
   * @throws io.inft.failure.CorruptObjectException it breaks a rule of the format
   */
  public static TransactionLog parse(byte[] bytes) throws InftException {
    ByteReader reader = new ByteReader("SQL log", bytes);
    Formats.read(reader, "the SQL log", FORMAT);
    int count = reader.u16("record count");
    if (count > MAX_RECORDS) {
      throw reader.corrupt(count + " records, at most " + MAX_RECORDS + " allowed");
    }
    List<TransactionRecord> records = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        records.add(
            new TransactionRecord(
                reader.u64("time"),
                reader.u64("pages"),
                reader.u64("transactions"),
                reader.u64("last time")));
      }
    } catch (IllegalArgumentException brokenRule) {
      throw reader.corrupt(String.valueOf(brokenRule.getMessage()));
    }
    reader.end();
    return new TransactionLog(List.copyOf(records));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransactionLog that && records.equals(that.records);
  }

  @Override
  public int hashCode() {
    return records.hashCode();
  }

  @Override
  public String toString() {
    return "TransactionLog[" + transactions() + " in " + records.size() + " records]";
  }
}

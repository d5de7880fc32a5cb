package io.inft.evm;

import io.inft.failure.InftException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an account spent, as {@link SpendCap} writes it down, and what its users are about to spend:
 * each claims it before it begins, so that together they never claim more than there is. Safe for
 * many threads and processes that share the folder. A claim outlives its process, and counts until
 * the same one claims anew or its time has passed.
 */
public final class AccountBook {
  private final SpentFile file;
  private final @Nullable TransactionJournal journal;
  private final Clock clock;

  /** What was read last, never changed after that, and the file as it was then. */
  private volatile @Nullable Page page;

  private record Page(String version, Expenses expenses) {}

  private AccountBook(SpentFile file, @Nullable TransactionJournal journal, Clock clock) {
    this.file = file;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * The book of one account on one chain.
   *
   * @param folder as the account's {@link SpendCap} has it
   * @param journal whose lock guards it
   */
  public static AccountBook of(Path folder, TransactionJournal journal, Clock clock) {
    return new AccountBook(new SpentFile(folder), journal, clock);
  }

  /** The same, only to be read; the folder need not be there. */
  public static AccountBook toRead(Path folder, Clock clock) {
    return new AccountBook(new SpentFile(folder), null, clock);
  }

  /**
   * How it stands.
   *
   * @param spentWei mined, and on its way with what it may cost at most
   * @param claimedWei what others are about to spend
   */
  public record Standing(BigInteger spentWei, BigInteger claimedWei) {
    /** Both together. */
    public BigInteger goneWei() {
      return spentWei.add(claimedWei);
    }
  }

  /**
   * What was spent and claimed since the begin of an hour, at most two days ago. Looks at the file,
   * and reads it if it was changed.
   *
   * @param exceptWho whose claim does not count; null for nobody's
   */
  public Standing since(long hourMillis, @Nullable String exceptWho) throws InftException {
    return standing(newest(), hourMillis, exceptWho);
  }

  private static Standing standing(Expenses expenses, long hourMillis, @Nullable String exceptWho) {
    return new Standing(expenses.since(hourMillis), expenses.claimed(hourMillis, exceptWho));
  }

  /** What was spent in the hour before now. */
  public BigInteger lastHour() throws InftException {
    return newest().lastHour(clock.millis(), -1);
  }

  private Expenses newest() throws InftException {
    String version = version();
    Page last = page;
    if (last != null && !version.isEmpty() && last.version().equals(version)) {
      return last.expenses();
    }
    Expenses read = file.read();
    page = new Page(version, read);
    return read;
  }

  /** A file that was replaced is another one; empty if that cannot be told. */
  private String version() {
    try {
      BasicFileAttributes found = Files.readAttributes(file.path(), BasicFileAttributes.class);
      return found.fileKey() + " " + found.lastModifiedTime() + " " + found.size();
    } catch (IOException notThere) {
      return "";
    }
  }

  /**
   * Claims what is about to be spent, in place of what the same one claimed before.
   *
   * @param who a word without spaces
   * @param mostWei what may be spent and claimed since {@code hourMillis} by all together
   * @return whether there was enough; if not, nothing is changed
   */
  public boolean claim(String who, BigInteger wei, BigInteger mostWei, long hourMillis)
      throws InftException {
    Expenses.requireWord(who);
    return change(
        expenses -> {
          BigInteger gone = standing(expenses, hourMillis, who).goneWei();
          boolean enough = gone.add(wei).compareTo(mostWei) <= 0;
          if (enough) {
            expenses.claim(who, clock.millis(), wei);
          }
          return enough;
        });
  }

  /**
   * Claims only so much from now on, whatever else was spent or claimed, and writes down what is to
   * be known again.
   *
   * @param wei 0 for nothing
   * @param note a word without spaces
   */
  public void settle(String who, BigInteger wei, String note) throws InftException {
    Expenses.requireWord(who);
    Expenses.requireWord(note);
    change(
        expenses -> {
          expenses.claim(who, clock.millis(), wei);
          expenses.note(who, clock.millis(), note);
          return true;
        });
  }

  /** What {@link #settle} wrote down last, for a month. */
  public Optional<String> note(String who) throws InftException {
    return newest().note(who);
  }

  private interface Change {
    /** Whether anything is to be written. */
    boolean make(Expenses expenses);
  }

  private boolean change(Change change) throws InftException {
    if (journal == null) {
      throw new IllegalStateException("this book is only read");
    }
    TransactionJournal.Lock lock = journal.lock();
    try {
      Expenses expenses = file.read();
      boolean changed = change.make(expenses);
      if (changed) {
        file.write(expenses, clock.millis());
      }
      return changed;
    } finally {
      lock.close();
    }
  }
}

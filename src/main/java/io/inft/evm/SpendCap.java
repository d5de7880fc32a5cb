package io.inft.evm;

import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.SpendLimitException;
import io.inft.failure.TokenAmount;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds what an account spends in any hour, over restarts: what a transaction may cost at most is
 * written down before it is sent, what it did cost when its receipt is there. Guarded by the lock
 * of the account's journal, so that several processes share one bound.
 */
public final class SpendCap {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int MAX_FILE_BYTES = 16 << 20;

  /** What one nonce costs: the value sent, and the fee, at most or really. */
  private record Expense(long millis, long nonce, BigInteger valueWei, BigInteger feeWei) {
    BigInteger sum() {
      return valueWei.add(feeWei);
    }

    String line() {
      return millis + " " + nonce + " " + valueWei + " " + feeWei + "\n";
    }
  }

  private final BigInteger weiPerHour;
  private final Path folder;
  private final Path file;
  private final Clock clock;

  private SpendCap(BigInteger weiPerHour, Path folder, Clock clock) {
    this.weiPerHour = weiPerHour;
    this.folder = folder;
    this.file = folder.resolve("spent");
    this.clock = clock;
  }

  /**
   * A bound for one account on one chain.
   *
   * @param folder remembers what was spent, in the file {@code spent}
   */
  public static SpendCap of(BigInteger weiPerHour, Path folder, Clock clock) {
    return new SpendCap(weiPerHour, folder, clock);
  }

  /**
   * Notes what a transaction may cost.
   *
   * @throws SpendLimitException it might go beyond the bound; nothing is noted
   */
  void reserve(long nonce, BigInteger valueWei, BigInteger maxFeeWei) throws InftException {
    List<Expense> recent = recent();
    BigInteger spent = BigInteger.ZERO;
    for (Expense one : recent) {
      if (one.nonce() != nonce) {
        spent = spent.add(one.sum());
      }
    }
    Expense next = new Expense(clock.millis(), nonce, valueWei, maxFeeWei);
    if (spent.add(next.sum()).compareTo(weiPerHour) > 0) {
      throw new SpendLimitException(
          TokenAmount.text(weiPerHour),
          TokenAmount.text(spent) + ", and up to " + TokenAmount.text(next.sum()) + " to be");
    }
    recent.removeIf(one -> one.nonce() == nonce);
    recent.add(next);
    write(recent);
  }

  /** Notes what the transaction of a nonce did cost, or might cost after it was replaced. */
  void correct(long nonce, BigInteger feeWei) throws InftException {
    List<Expense> recent = recent();
    recent.replaceAll(
        one ->
            one.nonce() == nonce ? new Expense(one.millis(), nonce, one.valueWei(), feeWei) : one);
    write(recent);
  }

  /** A transaction was never taken, or its nonce was used by one of somebody else. */
  void forget(long nonce) throws InftException {
    List<Expense> recent = recent();
    if (recent.removeIf(one -> one.nonce() == nonce)) {
      write(recent);
    }
  }

  private List<Expense> recent() throws InftException {
    List<Expense> recent = new ArrayList<>();
    if (!Files.exists(file)) {
      return recent;
    }
    String text = new String(DurableFiles.read(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII);
    long from = clock.millis() - HOUR.toMillis();
    for (String line : text.lines().toList()) {
      String[] fields = line.split(" ", -1);
      try {
        Expense one =
            new Expense(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                new BigInteger(fields[2]),
                new BigInteger(fields[3]));
        if (one.millis() > from) {
          recent.add(one);
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new CorruptObjectException(
            file.toString(), 0, "does not list what was spent; delete it to begin anew");
      }
    }
    return recent;
  }

  private void write(List<Expense> expenses) throws InftException {
    StringBuilder text = new StringBuilder();
    expenses.forEach(one -> text.append(one.line()));
    DurableFiles.createFolders(folder);
    DurableFiles.replace(file, text.toString().getBytes(StandardCharsets.US_ASCII));
  }
}

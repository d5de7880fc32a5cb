package io.inft.evm;

import io.inft.failure.CorruptObjectException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the file {@code spent} of an account says, line by line:
 *
 * <pre>
 * millis nonce value fee         a transaction, and what it may cost at most
 * millis nonce value fee gas     the same, mined: what it did cost
 * hour millis wei                what older ones of one hour came to
 * claim millis who wei           what somebody is about to spend
 * note millis who text           what somebody wants to know again
 * </pre>
 *
 * <p>Amounts are in wei, times in milliseconds since 1970. Of one thread.
 */
final class Expenses {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** The longest time that is asked about is a day, which may just have ended. */
  private static final long KEPT = Duration.ofDays(2).toMillis();

  private static final long NOTES_KEPT = Duration.ofDays(30).toMillis();

  /** What is dated later than this after now was written by a clock that was wrong. */
  private static final long FAR_AHEAD = Duration.ofDays(1).toMillis();

  /**
   * What one nonce costs: the value sent, and the fee, at most or really.
   *
   * @param gas used; empty until it is mined
   */
  record Expense(
      long millis, long nonce, BigInteger valueWei, BigInteger feeWei, Optional<BigInteger> gas) {
    BigInteger sum() {
      return valueWei.add(feeWei);
    }

    private Expense at(long otherMillis) {
      return new Expense(otherMillis, nonce, valueWei, feeWei, gas);
    }

    private String line() {
      return millis
          + " "
          + nonce
          + " "
          + valueWei
          + " "
          + feeWei
          + gas.map(used -> " " + used).orElse("")
          + "\n";
    }
  }

  private record Claim(long millis, BigInteger wei) {}

  private record Note(long millis, String text) {}

  private final List<Expense> expenses = new ArrayList<>();
  private final Map<Long, BigInteger> hours = new TreeMap<>();
  private final Map<String, Claim> claims = new TreeMap<>();
  private final Map<String, Note> notes = new TreeMap<>();

  /**
   * @param name of the file, for the failure
   */
  static Expenses parse(String name, String text) throws CorruptObjectException {
    Expenses parsed = new Expenses();
    for (String line : text.lines().toList()) {
      try {
        parsed.add(line.split(" ", -1));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        throw new CorruptObjectException(
            name, 0, "does not list what was spent; delete it to begin anew");
      }
    }
    return parsed;
  }

  private void add(String[] fields) {
    switch (fields[0]) {
      case "hour" -> hours.merge(Long.parseLong(fields[1]), wei(fields[2]), BigInteger::add);
      case "claim" -> claims.put(fields[2], new Claim(Long.parseLong(fields[1]), wei(fields[3])));
      case "note" -> notes.put(fields[2], new Note(Long.parseLong(fields[1]), fields[3]));
      default ->
          expenses.add(
              new Expense(
                  Long.parseLong(fields[0]),
                  Long.parseLong(fields[1]),
                  wei(fields[2]),
                  wei(fields[3]),
                  fields.length > 4 ? Optional.of(wei(fields[4])) : Optional.empty()));
    }
  }

  private static BigInteger wei(String text) {
    BigInteger wei = new BigInteger(text);
    if (wei.signum() < 0) {
      throw new IllegalArgumentException("below 0");
    }
    return wei;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    hours.forEach((hour, wei) -> text.append("hour " + hour + " " + wei + "\n"));
    expenses.forEach(one -> text.append(one.line()));
    claims.forEach(
        (who, one) -> text.append("claim " + one.millis() + " " + who + " " + one.wei() + "\n"));
    notes.forEach(
        (who, one) -> text.append("note " + one.millis() + " " + who + " " + one.text() + "\n"));
    return text.toString();
  }

  /**
   * Puts together what nobody asks about by itself any more, and leaves out what is too old. What
   * is dated far ahead of now was spent by now at the latest.
   */
  void tidy(long nowMillis) {
    expenses.replaceAll(one -> one.millis() > nowMillis + FAR_AHEAD ? one.at(nowMillis) : one);
    for (Expense one : expenses) {
      if (isPast(one, nowMillis)) {
        hours.merge(one.millis() - Math.floorMod(one.millis(), HOUR), one.sum(), BigInteger::add);
      }
    }
    expenses.removeIf(one -> isPast(one, nowMillis) || one.millis() < nowMillis - KEPT);
    hours.keySet().removeIf(hour -> hour < nowMillis - KEPT || hour > nowMillis + FAR_AHEAD);
    claims
        .values()
        .removeIf(one -> one.millis() < nowMillis - KEPT || one.millis() > nowMillis + FAR_AHEAD);
    notes.values().removeIf(one -> one.millis() < nowMillis - NOTES_KEPT);
  }

  /** Mined, and of no hour that the cap asks about. */
  private static boolean isPast(Expense one, long nowMillis) {
    return one.gas().isPresent() && one.millis() <= nowMillis - HOUR;
  }

  /** What was spent in the hour before now by other nonces. */
  BigInteger lastHour(long nowMillis, long exceptNonce) {
    return expenses.stream()
        .filter(one -> one.millis() > nowMillis - HOUR && one.nonce() != exceptNonce)
        .map(Expense::sum)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /**
   * What was spent since the begin of an hour, also what a clock that was ahead dated later than
   * now.
   */
  BigInteger since(long hourMillis) {
    BigInteger sum =
        expenses.stream()
            .filter(one -> one.millis() >= hourMillis)
            .map(Expense::sum)
            .reduce(BigInteger.ZERO, BigInteger::add);
    return hours.entrySet().stream()
        .filter(hour -> hour.getKey() >= hourMillis)
        .map(Map.Entry::getValue)
        .reduce(sum, BigInteger::add);
  }

  /** Takes the place of what the nonce had. */
  void put(Expense next) {
    remove(next.nonce());
    expenses.add(next);
  }

  boolean remove(long nonce) {
    return expenses.removeIf(one -> one.nonce() == nonce);
  }

  Optional<Expense> of(long nonce) {
    return expenses.stream().filter(one -> one.nonce() == nonce).findFirst();
  }

  /** What others are about to spend, claimed since a moment. */
  BigInteger claimed(long sinceMillis, @Nullable String exceptWho) {
    return claims.entrySet().stream()
        .filter(one -> one.getValue().millis() >= sinceMillis && !one.getKey().equals(exceptWho))
        .map(one -> one.getValue().wei())
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** Takes the place of what the same one claimed before; nothing is claimed with 0. */
  void claim(String who, long millis, BigInteger wei) {
    if (wei.signum() == 0) {
      claims.remove(who);
    } else {
      claims.put(who, new Claim(millis, wei));
    }
  }

  Optional<String> note(String who) {
    return Optional.ofNullable(notes.get(who)).map(Note::text);
  }

  void note(String who, long millis, String text) {
    notes.put(who, new Note(millis, text));
  }

  /** What a name or a note may consist of. */
  static String requireWord(String text) {
    if (!text.matches("[!-~]{1,1000}")) {
      throw new IllegalArgumentException("a word without spaces is expected: '" + text + "'");
    }
    return text;
  }
}

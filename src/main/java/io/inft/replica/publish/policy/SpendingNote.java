package io.inft.replica.publish.policy;

import java.math.BigInteger;
import java.util.Optional;

/**
 * What a database writes down of its spending, so that a restart goes on at the same pace and other
 * processes can show it.
 *
 * @param budget that it keeps; empty if it has none
 * @param lastMillis when it began to publish last, 0 if it never did
 * @param intervalMillis the shortest time between two publishes
 * @param maxLagMillis after which what waits is late
 * @param inlined whether the next version likely goes along with its anchor
 * @param foldAfterMillis how long such a version may wait until it is carried to the store
 * @param renewalsWei of what must be stored again before the period ends
 */
public record SpendingNote(
    Optional<Budget> budget,
    Prices prices,
    long lastMillis,
    long intervalMillis,
    long maxLagMillis,
    boolean inlined,
    long foldAfterMillis,
    BigInteger renewalsWei) {
  /** Nothing was written down. */
  public static final SpendingNote NONE =
      new SpendingNote(Optional.empty(), Prices.NONE, 0, 0, 0, false, 0, BigInteger.ZERO);

  private static final String FORMAT = "1";

  /** One word. */
  public String text() {
    return String.join(
        ",",
        FORMAT,
        budget.map(one -> one.wei() + ":" + one.period()).orElse(""),
        prices.inlined().map(SpendingNote::text).orElse(""),
        prices.stored().map(SpendingNote::text).orElse(""),
        prices
            .last()
            .map(one -> one.inlined() + ":" + one.bytes() + ":" + text(one.price()))
            .orElse(""),
        Long.toString(lastMillis),
        Long.toString(intervalMillis),
        Long.toString(maxLagMillis),
        Boolean.toString(inlined),
        Long.toString(foldAfterMillis),
        renewalsWei.toString());
  }

  private static String text(Prices.Price price) {
    return price.gas() + ":" + price.feeWei() + ":" + price.valueWei();
  }

  /** Empty if another release wrote it otherwise: then prices are learnt anew. */
  public static Optional<SpendingNote> parse(String text) {
    String[] fields = text.split(",", -1);
    if (fields.length != 11 || !fields[0].equals(FORMAT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SpendingNote(
              budget(fields[1]),
              new Prices(price(fields[2]), price(fields[3]), paid(fields[4])),
              Long.parseLong(fields[5]),
              Long.parseLong(fields[6]),
              Long.parseLong(fields[7]),
              Boolean.parseBoolean(fields[8]),
              Long.parseLong(fields[9]),
              new BigInteger(fields[10])));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static Optional<Budget> budget(String text) {
    String[] parts = text.split(":", -1);
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(new Budget(new BigInteger(parts[0]), Budget.Period.valueOf(parts[1])));
  }

  private static Optional<Prices.Price> price(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(price(text.split(":", -1), 0));
  }

  private static Prices.Price price(String[] parts, int from) {
    return new Prices.Price(
        new BigInteger(parts[from]),
        new BigInteger(parts[from + 1]),
        new BigInteger(parts[from + 2]));
  }

  private static Optional<Prices.Paid> paid(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = text.split(":", -1);
    return Optional.of(
        new Prices.Paid(Boolean.parseBoolean(parts[0]), Long.parseLong(parts[1]), price(parts, 2)));
  }

  /** How what is left is spread, by what was noted. */
  public Optional<BudgetPolicy.Plan> plan(
      BigInteger goneWei, int sharers, BigInteger gasPriceWei, long nowMillis) {
    return budget.map(
        one ->
            new BudgetPolicy(one)
                .plan(
                    new BudgetPolicy.Facts(
                        one.wei().subtract(goneWei),
                        lastMillis,
                        sharers,
                        prices.expected(inlined, gasPriceWei),
                        inlined ? prices.expected(false, gasPriceWei) : BigInteger.ZERO,
                        foldAfterMillis,
                        renewalsWei),
                    nowMillis));
  }
}

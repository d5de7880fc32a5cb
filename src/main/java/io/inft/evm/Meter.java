package io.inft.evm;

import io.inft.bytes.Digest;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the transactions cost whose outcome one thread learns while it is open. Opened and
 * closed by that thread; another one may be opened and closed meanwhile, and counts in its place.
 */
public final class Meter implements AutoCloseable {
  /**
   * What a mined transaction cost.
   *
   * @param feeWei what its gas cost
   * @param valueWei what was paid along
   */
  public record Cost(BigInteger gas, BigInteger feeWei, BigInteger valueWei) {}

  private static final ThreadLocal<@Nullable Meter> OPEN = new ThreadLocal<>();

  private final @Nullable Meter before;
  private final Map<Digest, Cost> mined = new LinkedHashMap<>();

  private Meter(@Nullable Meter before) {
    this.before = before;
  }

  public static Meter open() {
    Meter opened = new Meter(OPEN.get());
    OPEN.set(opened);
    return opened;
  }

  static void mined(Receipt receipt, BigInteger valueWei) {
    Meter open = OPEN.get();
    if (open != null) {
      BigInteger paid = receipt.succeeded() ? valueWei : BigInteger.ZERO;
      open.mined.put(
          receipt.transactionHash(), new Cost(receipt.gasUsed(), receipt.feeWei(), paid));
    }
  }

  /** By the hash of the transaction. */
  public Map<Digest, Cost> mined() {
    return Map.copyOf(mined);
  }

  @Override
  public void close() {
    if (before == null) {
      OPEN.remove();
    } else {
      OPEN.set(before);
    }
  }
}

package io.inft.replica.local;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/**
 * What the account has to spend that publishes, and what it spent: one for all databases and
 * processes that use the account on this machine's home. Safe for many threads.
 */
public interface Purse {
  /**
   * What was spent and what is about to be.
   *
   * @param spentWei mined, and on its way with what it may cost at most
   * @param claimedWei what others have said that they will spend
   */
  record Standing(BigInteger spentWei, BigInteger claimedWei) {}

  /**
   * What a mined transaction cost.
   *
   * @param feeWei for its gas
   * @param valueWei paid along
   */
  record Cost(BigInteger gas, BigInteger feeWei, BigInteger valueWei) {}

  /** Counts what the thread that opened it pays, until that thread closes it. */
  interface Bill extends AutoCloseable {
    /** By the hash of the transaction. */
    Map<Digest, Cost> mined();

    @Override
    void close();
  }

  /** By which name a database claims: the same for all processes, another for each database. */
  static String nameOf(Digest context) {
    return context.hex().substring(0, 16);
  }

  /** The account, for people. */
  String account();

  /**
   * Since the begin of an hour, at most two days ago; quick, and asks no network.
   *
   * @param who whose claim does not count
   */
  Standing since(long hourMillis, String who) throws InftException;

  /** What may be spent in the hour until now, beyond what was. */
  BigInteger leftThisHourWei() throws InftException;

  /**
   * Claims what a database is about to spend, in place of what it claimed before; durable when this
   * returns.
   *
   * @param who a word without spaces, the same over restarts
   * @param mostWei what all together may spend and claim since {@code hourMillis}
   * @return whether there was enough; if not, nothing is claimed
   */
  boolean claim(String who, BigInteger wei, BigInteger mostWei, long hourMillis)
      throws InftException;

  /**
   * Claims so much from now on, whatever there is, and writes down what the same one wants to know
   * again.
   *
   * @param note a word without spaces
   */
  void settle(String who, BigInteger wei, String note) throws InftException;

  /** What was written down last. */
  Optional<String> note(String who) throws InftException;

  Bill bill();

  /** What a unit of gas costs now; asks the chain. */
  BigInteger gasPriceWei() throws InftException;

  /** What the account has; asks the chain. */
  BigInteger balanceWei() throws InftException;

  /**
   * Says whether a database wants to publish.
   *
   * @return how many of this process do, from the same account
   */
  int wanting(String who, boolean wants);
}

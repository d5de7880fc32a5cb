package io.inft.jdbc.network;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.AccountBook;
import io.inft.evm.BlockHeader;
import io.inft.evm.Chain;
import io.inft.evm.Fees;
import io.inft.evm.Meter;
import io.inft.failure.InftException;
import io.inft.replica.local.Purse;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** An account on a chain; its book lies in the home, beside the journal of its transactions. */
final class ChainPurse implements Purse {
  /** Who wants to publish, by the folder of the account; of this process alone. */
  private static final ConcurrentMap<Path, Set<String>> WANTING = new ConcurrentHashMap<>();

  private final Chain chain;
  private final Address account;
  private final Path folder;
  private final AccountBook book;
  private final BigInteger weiPerHour;

  /**
   * @param folder of the account, absolute
   * @param weiPerHour what it may spend in any hour
   */
  ChainPurse(Chain chain, Address account, Path folder, AccountBook book, BigInteger weiPerHour) {
    this.chain = chain;
    this.account = account;
    this.folder = folder;
    this.book = book;
    this.weiPerHour = weiPerHour;
  }

  @Override
  public String account() {
    return account.toString();
  }

  @Override
  public Standing since(long hourMillis, String who) throws InftException {
    AccountBook.Standing found = book.since(hourMillis, who);
    return new Standing(found.spentWei(), found.claimedWei());
  }

  @Override
  public BigInteger leftThisHourWei() throws InftException {
    return weiPerHour.subtract(book.lastHour());
  }

  @Override
  public boolean claim(String who, BigInteger wei, BigInteger mostWei, long hourMillis)
      throws InftException {
    return book.claim(who, wei, mostWei, hourMillis);
  }

  @Override
  public void settle(String who, BigInteger wei, String note) throws InftException {
    book.settle(who, wei, note);
  }

  @Override
  public Optional<String> note(String who) throws InftException {
    return book.note(who);
  }

  @Override
  public Bill bill() {
    Meter meter = Meter.open();
    return new Bill() {
      @Override
      public Map<Digest, Cost> mined() {
        Map<Digest, Cost> costs = new LinkedHashMap<>();
        meter
            .mined()
            .forEach(
                (hash, cost) ->
                    costs.put(hash, new Cost(cost.gas(), cost.feeWei(), cost.valueWei())));
        return costs;
      }

      @Override
      public void close() {
        meter.close();
      }
    };
  }

  @Override
  public BigInteger gasPriceWei() throws InftException {
    Fees fees = chain.fees();
    Optional<BigInteger> base = chain.block(Chain.LATEST).flatMap(BlockHeader::baseFeeWei);
    return fees.tipWei().isPresent() && base.isPresent()
        ? base.get().add(fees.tipWei().get()).min(fees.maxWei())
        : fees.maxWei();
  }

  @Override
  public BigInteger balanceWei() throws InftException {
    return chain.balance(account);
  }

  @Override
  public int wanting(String who, boolean wants) {
    Set<String> all =
        WANTING.compute(
            folder,
            (same, before) -> {
              Set<String> next = before == null ? new HashSet<>() : new HashSet<>(before);
              if (wants) {
                next.add(who);
              } else {
                next.remove(who);
              }
              return next.isEmpty() ? null : next;
            });
    return all == null ? 0 : all.size();
  }
}

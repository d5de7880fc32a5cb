package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.BlockHeader;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Fees;
import io.inft.evm.Receipt;
import io.inft.failure.GasLimitException;
import io.inft.failure.InftException;
import io.inft.registry.PaidRegistry.Price;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** Takes the place of a sender: asks what each transaction would need, and sends nothing. */
final class Estimating implements Sending {
  private final Chain chain;
  private final Address account;

  // Mutable state.
  private BigInteger gas = BigInteger.ZERO;

  Estimating(Chain chain, Address account) {
    this.chain = chain;
    this.account = account;
  }

  @Override
  public Address account() {
    return account;
  }

  @Override
  public Receipt send(String purpose, String action, Call call, long gasLimit)
      throws InftException {
    BigInteger needed = chain.estimateGas(account, call, action);
    if (needed.compareTo(BigInteger.valueOf(gasLimit)) > 0) {
      throw new GasLimitException(action, needed.longValue(), gasLimit);
    }
    return counted(needed);
  }

  @Override
  public Receipt sendWithGas(String purpose, String action, Call call, long given) {
    return counted(BigInteger.valueOf(given));
  }

  @Override
  public void sendAhead(String purpose, String action, Call call, long given) {
    counted(BigInteger.valueOf(given));
  }

  @Override
  public boolean isMinedToo(String purpose) {
    return false;
  }

  private Receipt counted(BigInteger needed) {
    gas = gas.add(needed);
    return new Receipt(
        Digest.ZERO, Digest.ZERO, 0, true, List.of(), Optional.empty(), needed, BigInteger.ZERO);
  }

  @Override
  public List<Digest> hashes(String purpose) {
    return List.of();
  }

  @Override
  public Optional<Receipt> outcome(String purpose) {
    return Optional.empty();
  }

  @Override
  public void forget(String purpose) {}

  @Override
  public void giveUp(String purpose) {}

  @Override
  public boolean happens() {
    return false;
  }

  Price price() throws InftException {
    Fees fees = chain.fees();
    BigInteger base =
        chain.block(Chain.LATEST).flatMap(BlockHeader::baseFeeWei).orElse(BigInteger.ZERO);
    BigInteger likely = fees.tipWei().map(base::add).orElse(fees.maxWei());
    return new Price(
        gas, gas.multiply(likely), gas.multiply(fees.maxWei()), chain.balance(account));
  }
}

package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Call;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.registry.PaidRegistry.Mined;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a registry's transactions go out, or what takes their place. See {@link TransactionSender}.
 */
interface Sending {
  Address account();

  Receipt send(String purpose, String action, Call call, long gasLimit) throws InftException;

  /** With gas that was computed and is not estimated. */
  Receipt sendWithGas(String purpose, String action, Call call, long gas) throws InftException;

  /** The same without waiting for it. */
  void sendAhead(String purpose, String action, Call call, long gas) throws InftException;

  /** Whether it is known to be mined beside what was sent before it. Asks nothing. */
  boolean isMinedToo(String purpose) throws InftException;

  List<Digest> hashes(String purpose) throws InftException;

  Optional<Receipt> outcome(String purpose) throws InftException;

  void forget(String purpose) throws InftException;

  /** Forgets it once its outcome is known, and notes what it cost. Waits for nothing. */
  void giveUp(String purpose) throws InftException;

  /** Whether what was sent has an effect that later calls can see. */
  boolean happens();

  /** Sends for real, and tells what was mined. */
  static Sending by(TransactionSender sender, Consumer<Mined> listener) {
    return new BySender(sender, listener);
  }

  /** Sends by a sender of transactions, and tells a listener what was mined. */
  record BySender(TransactionSender sender, Consumer<Mined> listener) implements Sending {
    @Override
    public Address account() {
      return sender.account();
    }

    @Override
    public Receipt send(String purpose, String action, Call call, long gasLimit)
        throws InftException {
      return told(sender.send(purpose, action, call, gasLimit));
    }

    @Override
    public Receipt sendWithGas(String purpose, String action, Call call, long gas)
        throws InftException {
      return told(sender.sendWithGas(purpose, action, call, gas));
    }

    @Override
    public void sendAhead(String purpose, String action, Call call, long gas) throws InftException {
      sender.sendAhead(purpose, action, call, gas);
    }

    @Override
    public boolean isMinedToo(String purpose) throws InftException {
      return sender.isMinedToo(purpose);
    }

    private Receipt told(Receipt receipt) {
      listener.accept(
          new Mined(
              receipt.transactionHash(),
              receipt.blockNumber(),
              receipt.gasUsed(),
              receipt.feeWei()));
      return receipt;
    }

    @Override
    public List<Digest> hashes(String purpose) throws InftException {
      return sender.hashes(purpose);
    }

    @Override
    public Optional<Receipt> outcome(String purpose) throws InftException {
      return sender.outcome(purpose);
    }

    @Override
    public void forget(String purpose) throws InftException {
      sender.forget(purpose);
    }

    @Override
    public void giveUp(String purpose) throws InftException {
      sender.giveUp(purpose);
    }

    @Override
    public boolean happens() {
      return true;
    }
  }
}

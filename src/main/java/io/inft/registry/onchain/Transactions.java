package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Call;
import io.inft.evm.Receipt;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RevertedException;
import io.inft.registry.Anchor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the contract as transactions of one account. The same call data is the same purpose
 * until it is forgotten: it is sent once, over restarts, and its outcome can be asked for. Safe for
 * many threads.
 */
final class Transactions {
  private final OnchainSettings settings;
  private final String registry;
  private final @Nullable Sending sender;
  private final Patience patience;
  private final ContractErrors errors;

  /**
   * @param registry names it in failures
   * @param sender null without a key
   */
  Transactions(
      OnchainSettings settings, String registry, @Nullable Sending sender, Patience patience) {
    this.settings = settings;
    this.registry = registry;
    this.sender = sender;
    this.patience = patience;
    this.errors = new ContractErrors(registry);
  }

  Optional<Address> account() {
    return Optional.ofNullable(sender).map(Sending::account);
  }

  Sending sender() throws ReadOnlyException {
    if (sender == null) {
      throw new ReadOnlyException(
          registry, "no signing key is configured; set privateKey or privateKeyFile");
    }
    return sender;
  }

  /** What is asked for, by which a refusal is explained. */
  ContractErrors.Request request(String id, String verb, @Nullable Anchor anchor)
      throws ReadOnlyException {
    return new ContractErrors.Request(id, sender().account(), verb, anchor);
  }

  private String purpose(byte[] data) {
    return "registry " + settings.contract() + " " + Digest.keccak256(data);
  }

  /** Whether it was sent and not forgotten since. */
  boolean isSent(byte[] data) throws InftException {
    return !sender().hashes(purpose(data)).isEmpty();
  }

  /** Of what was sent and not forgotten since; empty if nobody knows yet. */
  Optional<Receipt> outcome(byte[] data) throws InftException {
    return sender().outcome(purpose(data));
  }

  /** A refusal of the contract becomes the failure that it stands for. */
  Receipt send(ContractErrors.Request request, byte[] data) throws InftException {
    try {
      return sendUnexplained(action(request), data, settings.gasLimit());
    } catch (RevertedException e) {
      throw errors.explain(request, e);
    }
  }

  /** As {@link #send}, with gas that was computed. */
  Receipt sendWithGas(ContractErrors.Request request, byte[] data, long gas) throws InftException {
    String action = action(request);
    try {
      return patience.ask(
          action,
          () ->
              sender().sendWithGas(purpose(data), action, Call.of(settings.contract(), data), gas));
    } catch (RevertedException e) {
      throw errors.explain(request, e);
    }
  }

  /** Sends it with gas that was computed, and waits for nothing. */
  void sendAhead(ContractErrors.Request request, byte[] data, long gas) throws InftException {
    String action = action(request);
    patience.ask(
        action,
        () -> {
          sender().sendAhead(purpose(data), action, Call.of(settings.contract(), data), gas);
          return true;
        });
  }

  /** Whether it is known to be mined beside what was sent before it. Asks nothing. */
  boolean isMinedToo(byte[] data) throws InftException {
    return sender().isMinedToo(purpose(data));
  }

  private static String action(ContractErrors.Request request) {
    return request.verb() + " '" + request.id() + "'";
  }

  /** A refusal of the contract is a {@link RevertedException}. */
  Receipt sendUnexplained(String action, byte[] data, long gasLimit) throws InftException {
    return patience.ask(
        action,
        () -> sender().send(purpose(data), action, Call.of(settings.contract(), data), gasLimit));
  }

  /** Its outcome was reported: the same call is another one from now on. */
  void forget(byte[] data) throws InftException {
    sender().forget(purpose(data));
  }

  /** Nobody waits for it any more: it is forgotten once its outcome is known. */
  void giveUp(byte[] data) throws InftException {
    sender().giveUp(purpose(data));
  }

  ContractErrors errors() {
    return errors;
  }
}

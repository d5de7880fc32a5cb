package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Log;
import io.inft.evm.Receipt;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry.AnchorOutcome;
import io.inft.registry.Registry.AnchorRequest;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Moves heads by compare-and-swap. Whether one moved is judged by what the contract says
 * afterwards, so that a lost answer, a missing receipt or a crash leads neither to a second payment
 * nor to a false report. Safe for many threads.
 */
final class HeadMoves {
  private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMinutes(10);

  private final OnchainSettings settings;
  private final ContractReader reader;
  private final Transactions transactions;
  private final BatchCheck check;

  /** Call data of what was sent ahead, and is expected to be mined after what is before it. */
  private final Set<Digest> ahead = ConcurrentHashMap.newKeySet();

  /** Until then nothing is sent ahead, because something was in vain. */
  private volatile long aheadNotBeforeNanos = System.nanoTime();

  HeadMoves(
      OnchainSettings settings,
      ContractReader reader,
      Transactions transactions,
      BatchCheck check) {
    this.settings = settings;
    this.reader = reader;
    this.transactions = transactions;
    this.check = check;
  }

  Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
    return move(
        id,
        anchor,
        transactions.request(id.toString(), "anchor", anchor),
        RegistryCalls.anchor(id, anchor));
  }

  Anchored anchorInline(AnchorRequest item) throws InftException {
    Anchor anchor = item.anchor();
    return move(
        item.id(),
        anchor,
        transactions.request(item.id().toString(), "anchor", anchor),
        RegistryCalls.anchorInline(item.id(), anchor, item.object().orElseThrow()));
  }

  Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
    return move(
        id,
        anchor,
        transactions.request(id.toString(), "rotate the key of", anchor),
        RegistryCalls.rotateAndAnchor(id, anchor));
  }

  boolean isUnderWay(DatabaseId id, Anchor anchor) throws InftException {
    return transactions.account().isPresent()
        && (transactions.isSent(RegistryCalls.rotateAndAnchor(id, anchor))
            || transactions.isSent(RegistryCalls.anchor(id, anchor)));
  }

  boolean isUnderWay(AnchorRequest item) throws InftException {
    return isUnderWay(item.id(), item.anchor())
        || (item.object().isPresent()
            && transactions.account().isPresent()
            && transactions.isSent(
                RegistryCalls.anchorInline(item.id(), item.anchor(), item.object().get())));
  }

  boolean sendAhead(AnchorRequest before, AnchorRequest item) throws InftException {
    // What an NFT's contract takes nobody can compute, and after a refusal the next may be one too.
    if (item.id().token().isPresent() || System.nanoTime() - aheadNotBeforeNanos < 0) {
      return true;
    }
    if (!isUnderWay(before)) {
      return false;
    }
    byte[] data = data(item);
    transactions.sendAhead(
        transactions.request(item.id().toString(), "anchor", item.anchor()),
        data,
        BatchGas.of(List.of(item)));
    ahead.add(Digest.keccak256(data));
    return true;
  }

  boolean isMinedToo(AnchorRequest item) throws InftException {
    byte[] data = data(item);
    return ahead.contains(Digest.keccak256(data)) && transactions.isMinedToo(data);
  }

  private static byte[] data(AnchorRequest item) {
    return item.object().isPresent()
        ? RegistryCalls.anchorInline(item.id(), item.anchor(), item.object().get())
        : RegistryCalls.anchor(item.id(), item.anchor());
  }

  void giveUp(AnchorRequest item) throws InftException {
    if (transactions.account().isEmpty()) {
      return;
    }
    giveUp(RegistryCalls.anchor(item.id(), item.anchor()));
    giveUp(RegistryCalls.rotateAndAnchor(item.id(), item.anchor()));
    if (item.object().isPresent()) {
      giveUp(RegistryCalls.anchorInline(item.id(), item.anchor(), item.object().get()));
    }
  }

  private void giveUp(byte[] data) throws InftException {
    ahead.remove(Digest.keccak256(data));
    transactions.giveUp(data);
  }

  private Anchored move(DatabaseId id, Anchor anchor, ContractErrors.Request request, byte[] data)
      throws InftException {
    boolean isAhead = ahead.remove(Digest.keccak256(data));
    boolean wasSent = isAhead || transactions.isSent(data);
    // What was never sent is asked for only if the contract refuses it, which costs nothing; what
    // was sent ahead is expected to be mined.
    Optional<Anchored> found = wasSent && !isAhead ? recorded(id, anchor, data) : Optional.empty();
    for (boolean again = wasSent; found.isEmpty(); again = false) {
      try {
        found = Optional.of(outcome(id, anchor, data, transactions.send(request, data)));
      } catch (InftException failure) {
        // It may have gone through all the same: sent by another process of this account, or
        // mined without a receipt that anybody shows.
        found = recordedAfter(failure, id, anchor, data);
        // What was sent before, and is over, was refused as things stood then.
        boolean refused = again && found.isEmpty() && !transactions.isSent(data);
        if (refused && isAhead) {
          aheadNotBeforeNanos = System.nanoTime() + PAUSE_AFTER_REFUSAL.toNanos();
        }
        if (found.isEmpty() && !refused) {
          throw failure;
        }
      }
    }
    transactions.forget(data);
    return found.get();
  }

  private Anchored outcome(DatabaseId id, Anchor anchor, byte[] data, Receipt receipt)
      throws InftException {
    for (Log log : receipt.logs()) {
      boolean ofContract =
          log.address().equals(settings.contract())
              && RegistryEvents.is(RegistryEvents.ANCHORED, log)
              && log.topics().get(1).equals(id.hash());
      if (ofContract) {
        Anchored anchored = RegistryEvents.anchored(log).value();
        if (anchored.anchor().equals(anchor)) {
          return anchored;
        }
      }
    }
    return recorded(id, anchor, data)
        .orElseThrow(
            () ->
                new OutcomeUnknownException(
                    "anchoring version " + anchor.version() + " of '" + id + "'",
                    "transaction "
                        + receipt.transactionHash()
                        + " succeeded but the contract does not show its effect yet",
                    null));
  }

  private Optional<Anchored> recordedAfter(
      InftException failure, DatabaseId id, Anchor anchor, byte[] data) {
    try {
      return recorded(id, anchor, data);
    } catch (InftException second) {
      failure.addSuppressed(second);
      return Optional.empty();
    }
  }

  /** What is recorded as this version already, if it is exactly this anchor by this account. */
  private Optional<Anchored> recorded(DatabaseId id, Anchor anchor, byte[] data)
      throws InftException {
    if (reader.state(id).version() < anchor.version()) {
      return Optional.empty();
    }
    long hint = transactions.outcome(data).map(Receipt::blockNumber).orElse(0L);
    return Optional.of(reader.version(id, anchor.version(), hint))
        .filter(found -> found.anchor().equals(anchor))
        .filter(found -> found.author().equals(transactions.account().orElse(found.author())));
  }

  List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) throws InftException {
    AnchorRequest.requireBatch(requests);
    Address account = transactions.sender().account();
    return new AnchorBatch(
            new Steps(account), settings.gasLimit(), transactions.errors(), settings.contract())
        .anchor(requests, account);
  }

  private final class Steps implements AnchorBatch.Steps {
    private final Address account;

    private Steps(Address account) {
      this.account = account;
    }

    @Override
    public Optional<Anchored> find(AnchorRequest item) throws InftException {
      return recorded(item.id(), item.anchor(), RegistryCalls.anchor(item.id(), item.anchor()));
    }

    @Override
    public long transactionLimit() throws InftException {
      return check.transactionLimit();
    }

    @Override
    public Optional<BitSet> accepted(List<AnchorRequest> items) throws InftException {
      return check.accepted(items, account, BatchGas.of(items));
    }

    @Override
    public Receipt send(List<AnchorRequest> items, long gas) throws InftException {
      byte[] data = RegistryCalls.anchorMany(items);
      Receipt receipt =
          transactions.sendWithGas(
              transactions.request(items.size() + " versions", "anchor", null), data, gas);
      transactions.forget(data);
      return receipt;
    }

    @Override
    public Anchored alone(AnchorRequest item) throws InftException {
      return item.object().isPresent() ? anchorInline(item) : anchor(item.id(), item.anchor());
    }
  }
}

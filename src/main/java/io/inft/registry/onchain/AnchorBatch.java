package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.evm.Log;
import io.inft.evm.Receipt;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.registry.Anchored;
import io.inft.registry.Registry.AnchorOutcome;
import io.inft.registry.Registry.AnchorRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Anchors of several ids in as few transactions as their gas allows: sends those that would be
 * accepted, judges each alone. Every other one is anchored by itself, which tells why it is refused
 * before it costs anything.
 */
final class AnchorBatch {
  /** What a batch is made of. */
  interface Steps {
    /** Finds what is recorded already. */
    Optional<Anchored> find(AnchorRequest item) throws InftException;

    /** The most gas that a transaction can have. */
    long transactionLimit() throws InftException;

    /** Which items would be anchored; empty if they starve each other of gas. */
    Optional<BitSet> accepted(List<AnchorRequest> items) throws InftException;

    /** Sends one transaction. */
    Receipt send(List<AnchorRequest> items, long gas) throws InftException;

    /** Anchors one item in a transaction of its own. */
    Anchored alone(AnchorRequest item) throws InftException;
  }

  private final Steps steps;
  private final long itemGasLimit;
  private final ContractErrors errors;
  private final Address contract;

  AnchorBatch(Steps steps, long itemGasLimit, ContractErrors errors, Address contract) {
    this.steps = steps;
    this.itemGasLimit = itemGasLimit;
    this.errors = errors;
    this.contract = contract;
  }

  /**
   * One outcome for each, in their order. What fails for one transaction fails for what was to
   * follow it, but not for what is done. Which of them are recorded already is found out by what
   * would not be accepted: asked one by one, a thousand would take a thousand round trips.
   */
  List<AnchorOutcome> anchor(List<AnchorRequest> items, Address account) throws InftException {
    List<List<Integer>> groups = BatchGas.split(items, itemGasLimit, steps.transactionLimit());
    Map<Integer, AnchorOutcome> outcomes = new TreeMap<>();
    try {
      for (List<Integer> group : groups) {
        anchorGroup(items, group, account, outcomes);
      }
    } catch (InftException failure) {
      for (int i = 0; i < items.size(); i++) {
        outcomes.putIfAbsent(i, new AnchorOutcome(Optional.empty(), Optional.of(failure)));
      }
    }
    for (int i = 0; i < items.size(); i++) {
      if (!outcomes.containsKey(i)) {
        outcomes.put(i, alone(items.get(i)));
      }
    }
    return List.copyOf(outcomes.values());
  }

  private void anchorGroup(
      List<AnchorRequest> items,
      List<Integer> group,
      Address account,
      Map<Integer, AnchorOutcome> outcomes)
      throws InftException {
    List<Integer> accepted =
        new Acceptable(places -> steps.accepted(at(places, items))).among(group);
    for (int place : group) {
      // Before the batch moves its head; but what builds on an item of the same id waits for that.
      if (!accepted.contains(place) && isFirstOfItsId(place, items)) {
        outcomes.put(place, alone(items.get(place)));
      }
    }
    if (accepted.isEmpty()) {
      return;
    }
    List<AnchorRequest> sent = at(accepted, items);
    List<AnchorOutcome> judged = judge(sent, steps.send(sent, BatchGas.of(sent)), account);
    for (int i = 0; i < accepted.size(); i++) {
      outcomes.put(accepted.get(i), judged.get(i));
    }
  }

  private static boolean isFirstOfItsId(int place, List<AnchorRequest> items) {
    return items.subList(0, place).stream()
        .noneMatch(earlier -> earlier.id().equals(items.get(place).id()));
  }

  private static List<AnchorRequest> at(List<Integer> places, List<AnchorRequest> items) {
    return places.stream().map(items::get).toList();
  }

  /** Found where it is recorded, or anchored by itself. */
  private AnchorOutcome alone(AnchorRequest item) {
    try {
      Optional<Anchored> before = steps.find(item);
      return recorded(before.isPresent() ? before.get() : steps.alone(item));
    } catch (InftException failure) {
      return new AnchorOutcome(Optional.empty(), Optional.of(failure));
    }
  }

  private static AnchorOutcome recorded(Anchored anchored) {
    return new AnchorOutcome(Optional.of(anchored), Optional.empty());
  }

  private List<AnchorOutcome> judge(List<AnchorRequest> items, Receipt receipt, Address account)
      throws InftException {
    Map<Integer, RegistryEvents.Rejected> rejected = new HashMap<>();
    List<Anchored> anchored = new ArrayList<>();
    List<Log> anchoredLogs = new ArrayList<>();
    for (Log log : receipt.logs()) {
      if (!log.address().equals(contract)) {
        continue;
      }
      if (RegistryEvents.is(RegistryEvents.REJECTED, log)) {
        RegistryEvents.Rejected one = RegistryEvents.rejected(log);
        rejected.put(one.index(), one);
      } else if (RegistryEvents.is(RegistryEvents.ANCHORED, log)) {
        anchored.add(RegistryEvents.anchored(log).value());
        anchoredLogs.add(log);
      }
    }
    List<AnchorOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      AnchorRequest item = items.get(i);
      Optional<Anchored> found = Optional.empty();
      for (int j = 0; j < anchored.size() && found.isEmpty(); j++) {
        if (anchored.get(j).anchor().equals(item.anchor())
            && anchoredLogs.get(j).topics().get(1).equals(item.id().hash())) {
          found = Optional.of(anchored.get(j));
        }
      }
      if (found.isEmpty()) {
        found = steps.find(item); // another transaction of this account may have been faster
      }
      outcomes.add(
          found.isPresent()
              ? new AnchorOutcome(found, Optional.empty())
              : new AnchorOutcome(
                  Optional.empty(), Optional.of(reason(item, rejected.get(i), receipt, account))));
    }
    return outcomes;
  }

  private InftException reason(
      AnchorRequest item,
      RegistryEvents.@org.jspecify.annotations.Nullable Rejected rejected,
      Receipt receipt,
      Address account) {
    if (rejected == null) {
      return new OutcomeUnknownException(
          "anchoring version " + item.anchor().version() + " of '" + item.id() + "'",
          "the receipt of transaction " + receipt.transactionHash() + " does not name it",
          null);
    }
    return errors.explain(
        new ContractErrors.Request(item.id().toString(), account, "anchor", item.anchor()),
        rejected.reason());
  }
}

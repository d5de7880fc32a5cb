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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Anchors of several ids in one transaction: sends those that are missing, judges each alone. */
final class AnchorBatch {
  /** Finds what is recorded already. */
  interface Records {
    Optional<Anchored> find(AnchorRequest item) throws InftException;
  }

  /** Sends one transaction. */
  interface Sending {
    Receipt send(List<AnchorRequest> items) throws InftException;
  }

  private final Records records;
  private final Sending sending;
  private final ContractErrors errors;
  private final Address contract;

  AnchorBatch(Records records, Sending sending, ContractErrors errors, Address contract) {
    this.records = records;
    this.sending = sending;
    this.errors = errors;
    this.contract = contract;
  }

  List<AnchorOutcome> anchor(List<AnchorRequest> requests, Address account) throws InftException {
    Map<Integer, AnchorOutcome> outcomes = new HashMap<>();
    List<AnchorRequest> missing = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      Optional<Anchored> before = records.find(requests.get(i));
      if (before.isPresent()) {
        outcomes.put(i, new AnchorOutcome(before, Optional.empty()));
      } else {
        missing.add(requests.get(i));
        places.add(i);
      }
    }
    if (!missing.isEmpty()) {
      List<AnchorOutcome> fresh = judge(missing, sending.send(missing), account);
      for (int i = 0; i < places.size(); i++) {
        outcomes.put(places.get(i), fresh.get(i));
      }
    }
    List<AnchorOutcome> inOrder = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      AnchorOutcome outcome = outcomes.get(i);
      if (outcome != null) {
        inOrder.add(outcome);
      }
    }
    return inOrder;
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

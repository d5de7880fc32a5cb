package io.inft.registry.onchain;

import io.inft.evm.Log;
import io.inft.evm.Receipt;
import io.inft.failure.InftException;
import io.inft.registry.DatabaseId;

/** Sends control operations. Safe for many threads. */
final class Controlling {
  private final ContractReader reader;
  private final Transactions transactions;

  Controlling(ContractReader reader, Transactions transactions) {
    this.reader = reader;
    this.transactions = transactions;
  }

  /**
   * One control operation. If one with the same arguments was sent before and its outcome never
   * reported, that one is taken for this one, unless other operations came after it.
   */
  void control(String verb, DatabaseId id, byte[] data) throws InftException {
    ContractErrors.Request request = transactions.request(id.toString(), verb, null);
    boolean resumed = transactions.isSent(data);
    Receipt receipt = publish(request, data);
    if (resumed && !isNewest(id, receipt)) {
      publish(request, data);
    }
  }

  private boolean isNewest(DatabaseId id, Receipt receipt) throws InftException {
    long newest = reader.state(id).controlSequence();
    for (Log log : receipt.logs()) {
      if (RegistryEvents.is(RegistryEvents.CONTROL, log)) {
        return RegistryEvents.control(log).number() == newest;
      }
    }
    return false;
  }

  /** What is in no id's list of operations, so that the same twice is no harm. */
  Receipt publish(ContractErrors.Request request, byte[] data) throws InftException {
    Receipt receipt = transactions.send(request, data);
    transactions.forget(data);
    return receipt;
  }
}

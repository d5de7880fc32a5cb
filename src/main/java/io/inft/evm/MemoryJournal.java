package io.inft.evm;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** A journal that does not outlive the process, for development chains and tests. */
public final class MemoryJournal implements TransactionJournal {
  private final CopyOnWriteArrayList<SignedTransaction> remembered = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();

  @Override
  public void remember(SignedTransaction transaction) {
    remembered.add(transaction);
  }

  @Override
  public List<SignedTransaction> all() {
    return List.copyOf(remembered);
  }

  @Override
  public void forget(String purpose) {
    remembered.removeIf(transaction -> transaction.purpose().equals(purpose));
  }

  @Override
  public Lock lock() {
    lock.lock();
    return lock::unlock;
  }
}

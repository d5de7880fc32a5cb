package io.inft.evm;

import io.inft.failure.InftException;
import java.util.List;

/**
 * Remembers signed transactions until their purpose is forgotten. Safe for many threads; one
 * journal belongs to one account on one chain.
 */
public interface TransactionJournal {
  /** Writes a transaction down; durable when this returns. */
  void remember(SignedTransaction transaction) throws InftException;

  /** All that is remembered, oldest first. */
  List<SignedTransaction> all() throws InftException;

  /** Forgets everything signed for a purpose. Harmless if there is nothing. */
  void forget(String purpose) throws InftException;

  /**
   * Keeps other processes that share the journal out until the returned lock is closed: nonces are
   * taken under it.
   */
  Lock lock() throws InftException;

  /** An exclusive right, given back by closing. */
  interface Lock extends AutoCloseable {
    @Override
    void close() throws InftException;
  }
}

package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.util.Optional;

/**
 * Where a {@link LedgerRegistry} keeps its entries: numbered from 1, each written once and never
 * changed. All that is asked of the medium is that of several writers of the same number exactly
 * one succeeds. Safe for use by many threads; several processes may share it. What cannot be
 * reached is a {@link io.inft.failure.RegistryUnavailableException}.
 */
public interface LedgerLog {
  /** No entry is longer. */
  int MAX_ENTRY_BYTES = LedgerEntry.MAX_BYTES;

  /** The bytes of an entry; empty while there is none. */
  Optional<byte[]> read(long sequence) throws InftException;

  /**
   * The highest number there is.
   *
   * @param known an entry that is there, or 0; what lies before it need not be looked at
   * @return at least {@code known}
   */
  long newest(long known) throws InftException;

  /**
   * Adds an entry and returns when it is durable and everybody sees it: the compare-and-swap on
   * which everything else rests.
   *
   * @return false if somebody else's entry has this number; nothing was changed then
   */
  boolean append(long sequence, byte[] bytes) throws InftException;

  /**
   * Whether it keeps the objects that go along with anchors; else none go along, and everything is
   * put into the store.
   */
  default boolean keepsObjects() {
    return false;
  }

  /**
   * Keeps an object of at most 8,192 bytes and returns when it is durable; called before the entry
   * that names it is added. What lies under this name already stays.
   *
   * @param checksum SHA-256 of the object
   */
  default void writeObject(Digest checksum, byte[] object) throws InftException {
    throw new IllegalStateException(describe() + " keeps no objects");
  }

  /** The bytes of an object; empty if it is not there, or no longer. */
  default Optional<byte[]> readObject(Digest checksum) throws InftException {
    return Optional.empty();
  }

  /** Names this log for messages. No secrets. */
  String describe();

  /** Names an entry for messages. */
  default String name(long sequence) {
    return "entry " + sequence + " of " + describe();
  }

  /** What {@link #writeNote} left last; empty where notes are not kept, which only costs time. */
  default Optional<byte[]> readNote(Address account) throws InftException {
    return Optional.empty();
  }

  /** Replaces an account's note of at most 256 bytes, which is not part of the ledger. */
  default void writeNote(Address account, byte[] bytes) throws InftException {}
}

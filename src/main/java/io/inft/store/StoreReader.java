package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;
import io.inft.store.merkle.ObjectRef;

/**
 * Reads immutable objects. Safe for use by many threads at once.
 *
 * <h2>Small API</h2>
 *
 * There is no listing and no delete: what is not reachable from the head is never looked at, and
 * what was stored cannot be recalled.
 */
public interface StoreReader {
  /**
   * Opens an object for reading in any order. Nothing need be fetched yet. Every byte that later
   * leaves the source was checked against {@code object.root()}, whoever served it.
   *
   * @throws io.inft.failure.ObjectMissingException here or at a read: no holder has it
   * @throws io.inft.failure.SubstitutedObjectException here or at a read: all that was served for
   *     it are other bytes, or its length is another one
   * @throws io.inft.failure.StoreUnavailableException here or at a read: nobody could be asked
   */
  ByteSource open(ObjectRef object) throws InftException;

  /**
   * As {@link #open}, for a caller who proves every byte himself against something that the chain's
   * word covers: what leaves the source may be other bytes, so that nothing is hashed twice. A
   * caller whose proof fails opens the object again with {@link #open} to learn whether the store
   * served other bytes. Without an advantage of its own a store does the same as in {@link #open}.
   */
  default ByteSource openUnproved(ObjectRef object) throws InftException {
    return open(object);
  }

  /**
   * As {@link #open}, for a caller who reads parts that lie far from each other: no store fetches
   * what was not asked for yet because it comes next.
   */
  default ByteSource openScattered(ObjectRef object) throws InftException {
    return open(object);
  }

  /**
   * Whether the object is stored durably with exactly this size. An unfinished upload is not.
   *
   * @throws io.inft.failure.StoreUnavailableException nobody could be asked
   */
  boolean contains(ObjectRef object) throws InftException;

  /** Names this store for messages: "0G Storage at …", "directory …". No secrets. */
  String describe();
}

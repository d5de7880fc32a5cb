package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.SubstitutedObjectException;
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
   * Reads a few bytes of an object of which the caller knows the SHA-256: what is returned has it,
   * whoever served it, and need not be proved against {@code object.root()}. A store over a network
   * moves no more than these, in whole sectors of 256 bytes; without an advantage of its own it
   * reads them as in {@link #openUnproved}.
   *
   * @param length of the bytes; at least 1 and no more than a segment
   * @throws IllegalArgumentException if the range is not inside the object
   * @throws io.inft.failure.ObjectMissingException no holder has them
   * @throws io.inft.failure.SubstitutedObjectException all that was served for them are other
   *     bytes; then it may also be that the caller was told another digest than theirs
   * @throws io.inft.failure.StoreUnavailableException nobody could be asked
   */
  default byte[] readPart(ObjectRef object, long offset, int length, Digest sha256)
      throws InftException {
    byte[] part = openUnproved(object).read(offset, length);
    Digest found = Digest.sha256(part);
    if (!found.equals(sha256)) {
      throw new SubstitutedObjectException(
          length + " bytes at " + offset + " of object " + object,
          "bytes with SHA-256 " + sha256.hex(),
          found.hex());
    }
    return part;
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

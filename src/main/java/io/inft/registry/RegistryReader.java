package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Trust;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.PastStateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a registry. Safe for use by many threads at once. Every call may throw {@link
 * io.inft.failure.RegistryUnavailableException}; calls about an id that nobody registered throw
 * {@link io.inft.failure.NotRegisteredException}.
 */
public interface RegistryReader {
  /** EIP-155 chain id; part of every object's context. */
  long chainId();

  /** The contract's address; part of every object's context. */
  Address address();

  /** The newest state of an id. */
  Head head(DatabaseId id) throws InftException;

  /**
   * One version.
   *
   * @param blockHint number of the block it was anchored in, if known (jump pointers carry it),
   *     else 0; a wrong hint costs time, never correctness
   * @throws io.inft.failure.PastStateException if there is no such version
   */
  Anchored version(DatabaseId id, long version, long blockHint) throws InftException;

  /**
   * Versions in ascending order.
   *
   * @param from first version, at least 1
   * @param to last version; cut to the newest
   */
  List<Anchored> history(DatabaseId id, long from, long to) throws InftException;

  /**
   * The commit object of a version that says it was inlined.
   *
   * @param version as read from here
   * @throws io.inft.failure.PastStateException its block is no longer part of the chain: read the
   *     head again
   * @throws io.inft.failure.ObjectMissingException it went along, and the endpoint keeps it no
   *     longer
   */
  default Blob object(DatabaseId id, Anchored version) throws InftException {
    throw new PastStateException(
        "of '" + id + "' whose object went along", describe() + " carries no objects");
  }

  /**
   * The versions right up to one that went along with its anchor, as far back as they did, oldest
   * first, with what is at hand of their objects. Few questions, where asking for each with {@link
   * #object} would be many.
   *
   * @param newest as read from here
   * @throws io.inft.failure.PastStateException it is no longer what was read: read the head again
   */
  default List<Inlined> tail(DatabaseId id, Anchored newest) throws InftException {
    List<Inlined> tail = new ArrayList<>();
    for (Anchored version : Inlined.tail(this, id, newest)) {
      Optional<Blob> object = Optional.empty();
      try {
        object = Optional.of(object(id, version));
      } catch (ObjectMissingException gone) {
        // whoever needs it asks for it, and is told
      }
      tail.add(new Inlined(version, object));
    }
    return List.copyOf(tail);
  }

  /** Control operations in ascending order, by sequence, both ends included. */
  List<Control> controls(DatabaseId id, long from, long to) throws InftException;

  /** As far back from a block as {@link #sealedKeys} looks. */
  long SEALED_KEYS_BLOCKS = 1_000;

  /**
   * Keys that were published for an account in the last {@link #SEALED_KEYS_BLOCKS} blocks up to
   * one, newest first. Nobody vouches for what is in them. None where they are not kept.
   *
   * @param keyEpoch for which they were published
   * @param lastBlock it exists
   */
  default List<Blob> sealedKeys(DatabaseId id, Address recipient, int keyEpoch, long lastBlock)
      throws InftException {
    return List.of();
  }

  /** What {@code account} may do now, in one call. */
  Rights rights(DatabaseId id, Address account) throws InftException;

  /** Whether the block is still part of the chain and can no longer be reorganised away. */
  boolean isFinal(Block block) throws InftException;

  /** Whether the block is still part of the chain. */
  boolean isCanonical(Block block) throws InftException;

  /**
   * Whether the endpoint that answers has not come as far as this block, so that what it says may
   * be older than what was seen before. Never so where there is one ledger for all.
   */
  default boolean lagsBehind(Block block) throws InftException {
    return false;
  }

  /**
   * Begins to listen for new versions of an id, registered or not, until what is answered is
   * closed. Waits for nobody and does not fail. What comes are hints; by itself a registry gives
   * none.
   */
  default HeadNews follow(DatabaseId id) {
    return HeadNews.NONE;
  }

  /**
   * The storage hash that a client of the guide wrote for an id which has no version yet; empty
   * otherwise.
   */
  default Optional<String> guidePointer(DatabaseId id) throws InftException {
    return Optional.empty();
  }

  /**
   * A registered id that differs from this one in its case only; empty where there is none, or
   * where that cannot be told without asking for all ids.
   */
  default Optional<DatabaseId> spelledOtherwise(DatabaseId id) throws InftException {
    return Optional.empty();
  }

  /** How far whoever answers is believed, and how they stood when they were asked last. */
  default Trust trust() {
    return Trust.ofOne(describe());
  }

  /**
   * Whether any version is found as fast as the newest one. If not, a hint of its block is worth
   * some reading elsewhere.
   */
  default boolean looksUp() {
    return false;
  }

  /**
   * The transaction that anchored a version, with what its gas cost. One that anchored a batch
   * anchored others too. Empty where there are no transactions, or where the endpoint keeps it no
   * longer.
   *
   * @param version as read from here
   */
  default Optional<PaidRegistry.Mined> transaction(DatabaseId id, Anchored version)
      throws InftException {
    return Optional.empty();
  }

  /** Names this registry for messages. No secrets. */
  String describe();
}

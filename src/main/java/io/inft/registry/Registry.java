package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RegistryRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Changes a registry, as one account. Safe for use by many threads at once.
 *
 * <p>Every operation returns when its effect is part of the chain with the configured number of
 * confirmations on top. Common failures:
 *
 * <ul>
 *   <li>{@link io.inft.failure.NotAuthorizedException} the account lacks the right
 *   <li>{@link io.inft.failure.RegistryRefusedException} the contract said no and why (frozen,
 *       locked, expired, too soon …)
 *   <li>{@link io.inft.failure.OutcomeUnknownException} it was sent but could not be confirmed;
 *       call again with the same arguments: what went through is recognised, nothing is done twice
 *   <li>{@link io.inft.failure.SpendLimitException} the cap for fees is reached
 *   <li>{@link io.inft.failure.ReadOnlyException} there is no account
 * </ul>
 */
public interface Registry extends RegistryReader, AutoCloseable {
  /** Items of a batch. */
  int MAX_BATCH = 256;

  /** The account that signs; empty when only reading is possible. */
  Optional<Address> account();

  /**
   * Creates the record of an id in its name space. For the id of an NFT, which anybody may
   * register, it also observes the token's owner for good, which takes two more blocks; if the call
   * is cut off in between, {@link #observeOwner} finishes it.
   *
   * @throws io.inft.failure.AlreadyRegisteredException somebody did before
   */
  void register(DatabaseId id) throws InftException;

  /**
   * Fails if this account cannot make the first version of an id that nobody registered: it is in
   * the name space of another account, or of an NFT that is on another chain or belongs to another
   * account. Sends nothing.
   *
   * @throws io.inft.failure.NotAuthorizedException it is for another account to begin
   */
  default void requireMayBegin(DatabaseId id) throws InftException {
    Optional<Address> account = account();
    if (account.isEmpty()) {
      throw new ReadOnlyException(
          describe(), "no signing key is configured; set privateKey or privateKeyFile");
    }
    Optional<Address> scope = id.account();
    if (scope.isPresent() && !scope.equals(account)) {
      throw new NotAuthorizedException(
          id.toString(),
          account.get().toString(),
          "begin",
          "registering",
          "its name space belongs to "
              + scope.get()
              + "; this account's own ids begin with '"
              + account.get()
              + "/'");
    }
    if (id.token().isPresent() && id.token().get().chainId() != chainId()) {
      throw new RegistryRefusedException(
          describe(),
          "register '" + id + "'",
          "NFTs of chain "
              + id.token().get().chainId()
              + " are registered on that chain; this one has number "
              + chainId());
    }
  }

  /**
   * Moves the head by compare-and-swap. If exactly this anchor by this account is the head or in
   * the history already, it is returned and nothing is sent.
   *
   * @throws io.inft.failure.HeadConflictException the head is another one
   * @throws io.inft.failure.KeyEpochConflictException epoch or keyring are not the current ones
   */
  Anchored anchor(DatabaseId id, Anchor anchor) throws InftException;

  /**
   * Sends what {@link #anchor} or {@link #anchorInline} would for a request, without waiting, if
   * what was asked for before it is on its way: then both may take effect in one block. It is
   * refused unless that does, and the head moves by compare-and-swap as ever. What became of it the
   * same request says, by {@link #anchor} or {@link #anchorInline} in its turn. A registry that
   * keeps nothing on its way does nothing.
   *
   * @return false if what was asked for before it is not on its way yet, so that it may be asked
   *     again when that is
   */
  default boolean sendAhead(AnchorRequest before, AnchorRequest request) throws InftException {
    return true;
  }

  /**
   * Whether what was sent ahead is known to have taken effect beside what was confirmed last, so
   * that {@link #anchor} or {@link #anchorInline} will not wait. Asks nothing anew; not to know is
   * false.
   */
  default boolean isMinedToo(AnchorRequest request) throws InftException {
    return false;
  }

  /**
   * What was asked for is not asked for again, because another writer was first: if it was sent,
   * takes note of what became of it as far as that is known by now, and forgets it then. Waits for
   * nothing; while nobody can know, it is as if this had not been called. A registry that keeps
   * nothing on its way does nothing.
   */
  default void giveUp(AnchorRequest request) throws InftException {}

  /**
   * Changes keyring and, when {@code anchor.keyEpoch()} is one higher, the key epoch, and moves the
   * head, all in one step; for the owner and key admins. Version 1 is made this way, with epoch 1.
   * A new epoch of an NFT's id is refused during the first hour after its owner was observed.
   */
  Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException;

  /**
   * Whether {@link #rotateAndAnchor} for this anchor was sent by this account, perhaps by a process
   * that died, and its outcome was never learned: it may yet take effect, whatever the head is now.
   * Who calls it again waits for what was sent. A registry that keeps nothing on its way says no.
   */
  default boolean isUnderWay(DatabaseId id, Anchor anchor) throws InftException {
    return false;
  }

  /** The same of what a request asks for, {@link #anchorInline} if its object goes along. */
  default boolean isUnderWay(AnchorRequest request) throws InftException {
    return isUnderWay(request.id(), request.anchor());
  }

  /** Result of one item of {@link #anchorMany}: what was recorded, or why not. */
  record AnchorOutcome(Optional<Anchored> anchored, Optional<InftException> failure) {}

  /**
   * Anchors up to 256 items in one transaction; each item succeeds or fails alone. Items with and
   * without objects that go along may be mixed.
   */
  List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) throws InftException;

  /**
   * How long an object that went along with its anchor may lie here alone, where the user does not
   * say: well below the time for which it is sure to be kept.
   */
  default Duration inlineMaxAge() {
    return Duration.ofMinutes(30);
  }

  /**
   * The longest commit object that may go along with its anchor. 0 of a registry that carries none,
   * which is what one of your own does unless it says otherwise: its objects go to the store.
   */
  default int maxInlineBytes() {
    return 0;
  }

  /**
   * As {@link #anchor}, and the commit object goes along: nothing else holds it until somebody
   * stores it. What is recorded already without its object is returned all the same.
   *
   * @throws IllegalArgumentException if the object is not what the anchor names
   */
  default Anchored anchorInline(DatabaseId id, Anchor anchor, Blob object) throws InftException {
    throw new RegistryRefusedException(
        describe(),
        "anchor '" + id + "' with its commit object",
        "it carries no objects; put it into the store and anchor without it");
  }

  /**
   * One item of {@link #anchorMany}.
   *
   * @param object the commit object if it goes along; then it is what the anchor names by length
   *     and SHA-256
   */
  record AnchorRequest(DatabaseId id, Anchor anchor, Optional<Blob> object) {
    /** No registry carries longer objects. */
    public static final int MAX_OBJECT_BYTES = 8192;

    /** No batch carries more bytes of objects. */
    public static final int MAX_BATCH_OBJECT_BYTES = 96 * 1024;

    public AnchorRequest {
      if (object.isPresent()) {
        byte[] bytes = object.get().toBytes();
        if (bytes.length > MAX_OBJECT_BYTES
            || bytes.length != anchor.sizeBytes()
            || !Digest.sha256(bytes).equals(anchor.checksum())) {
          throw new IllegalArgumentException(
              "an object of "
                  + bytes.length
                  + " bytes cannot go along: the anchor names one of "
                  + anchor.sizeBytes()
                  + " bytes with SHA-256 "
                  + anchor.checksum()
                  + ", and at most "
                  + MAX_OBJECT_BYTES
                  + " are carried");
        }
      }
    }

    public AnchorRequest(DatabaseId id, Anchor anchor) {
      this(id, anchor, Optional.empty());
    }

    /** Refuses more than one call of the contract carries. */
    public static void requireBatch(List<AnchorRequest> batch) {
      if (batch.size() > MAX_BATCH) {
        throw new IllegalArgumentException(
            "a batch has at most " + MAX_BATCH + " items, not " + batch.size());
      }
      int total = 0;
      for (AnchorRequest request : batch) {
        total += request.object().map(Blob::sizeBytes).orElse(0);
      }
      if (total > MAX_BATCH_OBJECT_BYTES) {
        throw new IllegalArgumentException(
            "a batch carries at most "
                + MAX_BATCH_OBJECT_BYTES
                + " bytes of objects, not "
                + total);
      }
    }
  }

  /**
   * Gives an account roles ({@link Rights#WRITER} …, added bitwise) until a time.
   *
   * @param minIntervalSeconds shortest time between two anchors by it, 0 for none
   */
  void grant(DatabaseId id, Address who, int roles, Instant expiry, long minIntervalSeconds)
      throws InftException;

  void revoke(DatabaseId id, Address who) throws InftException;

  /** Ends every grant at once. */
  void revokeAll(DatabaseId id) throws InftException;

  /** Offers the id to an account; an NFT's id changes hands with the NFT instead. */
  void proposeOwner(DatabaseId id, Address to) throws InftException;

  void cancelProposal(DatabaseId id) throws InftException;

  /** Fails when root or control hash are not those that the new owner inspected. */
  void acceptOwner(DatabaseId id, Digest expectedRoot, Digest expectedControlHash)
      throws InftException;

  /**
   * Records a changed owner of an NFT: once as candidate, again at least two blocks later for good.
   * Anybody may. Does nothing while the owner is the one on record.
   */
  void observeOwner(DatabaseId id) throws InftException;

  void freeze(DatabaseId id) throws InftException;

  void unfreeze(DatabaseId id) throws InftException;

  /**
   * Nobody anchors until then or until the owner changes; never shortened, at most 365 days ahead.
   */
  void lockUntil(DatabaseId id, Instant time) throws InftException;

  /** Marks versions as disputed; history stays as it is. */
  void flagVersions(DatabaseId id, long from, long to, Digest reason) throws InftException;

  void setSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash)
      throws InftException;

  /**
   * Publishes a sealed key of 1 to 4096 bytes for a recipient as an event; nothing is stored. For
   * the owner and key admins.
   */
  void publishSealedKey(DatabaseId id, Address recipient, int keyEpoch, byte[] sealedKey)
      throws InftException;

  /** Publishes the account's own encryption key as an event; nothing is stored. */
  void publishEncryptionKey(int scheme, byte[] publicKey) throws InftException;

  @Override
  void close();
}

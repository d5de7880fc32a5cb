package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.PastStateException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The registry over a ledger, in memory or in a folder: turns calls into actions and reads the
 * ledger. Where the ledger lies, and how an action becomes an entry in it, is the subclass's part.
 */
abstract class ReplayedRegistry implements Registry {
  /** Something read from an up-to-date ledger. */
  interface Reading<T> {
    T from(Ledger ledger, long nowSeconds) throws InftException;
  }

  /**
   * Records an action of the account or says why not.
   *
   * @param objects those that go along; they are kept durably before the action is recorded
   */
  abstract List<AnchorOutcome> submit(Address account, Action action, List<Blob> objects)
      throws InftException;

  /** An object that was kept; empty if it is not there any more. */
  abstract Optional<Blob> kept(Digest checksum) throws InftException;

  /** Reads the ledger as it is now; no entry is added meanwhile by this object. */
  abstract <T> T read(Reading<T> reading) throws InftException;

  @Override
  public long chainId() {
    return Ledger.CHAIN_ID;
  }

  @Override
  public Address address() {
    return Ledger.ADDRESS;
  }

  // Reading.

  @Override
  public Head head(DatabaseId id) throws InftException {
    return read((ledger, now) -> ledger.record(id).head(ledger.tip()));
  }

  @Override
  public Optional<DatabaseId> spelledOtherwise(DatabaseId id) throws InftException {
    return read((ledger, now) -> ledger.spelledOtherwise(id));
  }

  @Override
  public Anchored version(DatabaseId id, long version, long blockHint) throws InftException {
    return read(
        (ledger, now) -> {
          LedgerRecord record = ledger.record(id);
          Anchored found = record.version(version);
          if (found == null) {
            long newest = record.head(ledger.tip()).version();
            throw new PastStateException(
                "version " + version + " of '" + id + "'",
                newest == 0 ? "nothing was anchored yet" : "there are versions 1 to " + newest);
          }
          return found;
        });
  }

  /** Every entry is at hand. */
  @Override
  public boolean looksUp() {
    return true;
  }

  @Override
  public List<Anchored> history(DatabaseId id, long from, long to) throws InftException {
    requireFirst(from);
    return read((ledger, now) -> ledger.record(id).history(from, to));
  }

  @Override
  public Blob object(DatabaseId id, Anchored version) throws InftException {
    String what = "version " + version.version() + " of '" + id + "'";
    if (!isCanonical(version.block())) {
      throw new PastStateException(
          what, "its block " + version.block().number() + " is not part of the ledger");
    }
    if (!version.inlined()) {
      throw new PastStateException(what + " whose object went along", "its object did not");
    }
    return kept(version.anchor().checksum())
        .orElseThrow(
            () ->
                ObjectMissingException.dropped(
                    version.anchor().root() + " (" + what + ")",
                    describe(),
                    "block " + version.block().number()));
  }

  @Override
  public List<Control> controls(DatabaseId id, long from, long to) throws InftException {
    requireFirst(from);
    return read((ledger, now) -> ledger.record(id).controls(from, to));
  }

  @Override
  public List<Blob> sealedKeys(DatabaseId id, Address recipient, int keyEpoch, long lastBlock)
      throws InftException {
    long first = lastBlock - SEALED_KEYS_BLOCKS + 1;
    return read(
        (ledger, now) -> ledger.record(id).sealedKeys(recipient, keyEpoch, first, lastBlock));
  }

  private static void requireFirst(long from) {
    if (from < 1) {
      throw new IllegalArgumentException("the first one has number 1, not " + from);
    }
  }

  @Override
  public Rights rights(DatabaseId id, Address account) throws InftException {
    return read((ledger, now) -> ledger.record(id).rights(account, now));
  }

  /** Blocks of a ledger are final at once. */
  @Override
  public boolean isFinal(Block block) throws InftException {
    return isCanonical(block);
  }

  @Override
  public boolean isCanonical(Block block) throws InftException {
    return read((ledger, now) -> ledger.contains(block));
  }

  // Writing.

  private void submit(Action action) throws InftException {
    submit(requireAccount(), action, List.of());
  }

  private Address requireAccount() throws ReadOnlyException {
    Optional<Address> account = account();
    if (account.isEmpty()) {
      throw new ReadOnlyException(
          describe(), "no signing key is configured; set privateKey or privateKeyFile");
    }
    return account.get();
  }

  @Override
  public void requireMayBegin(DatabaseId id) throws InftException {
    Registry.super.requireMayBegin(id);
    Address account = requireAccount();
    if (id.namespace() == DatabaseId.Namespace.BOUND) {
      Optional<Address> owner = read((ledger, now) -> ledger.knownTokenOwner(id));
      if (owner.isPresent() && !owner.get().equals(account)) {
        throw new NotAuthorizedException(
            id.toString(),
            account.toString(),
            "begin",
            "owner's",
            "the NFT belongs to " + owner.get() + ", who begins it");
      }
    }
  }

  /** Of an NFT: the blocks until its owner is observed pass within the call. */
  @Override
  public void register(DatabaseId id) throws InftException {
    submit(new Action.Register(id));
    if (id.namespace() == DatabaseId.Namespace.BOUND) {
      observeOwner(id);
    }
  }

  @Override
  public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
    return moveHead(new Action.MoveHead(id, anchor, Action.Road.PLAIN), List.of());
  }

  @Override
  public Anchored anchorInline(DatabaseId id, Anchor anchor, Blob object) throws InftException {
    Action.MoveHead move = Action.MoveHead.of(new AnchorRequest(id, anchor, Optional.of(object)));
    if (maxInlineBytes() == 0) {
      return Registry.super.anchorInline(id, anchor, object);
    }
    return moveHead(move, List.of(object));
  }

  @Override
  public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
    return moveHead(new Action.MoveHead(id, anchor, Action.Road.ROTATING), List.of());
  }

  private Anchored moveHead(Action.MoveHead action, List<Blob> objects) throws InftException {
    Address account = requireAccount();
    Optional<Anchored> before = recorded(account, action.id(), action.anchor());
    if (before.isPresent()) {
      return before.get();
    }
    try {
      return submit(account, action, objects).get(0).anchored().orElseThrow();
    } catch (HeadConflictException conflict) {
      // The same account may have won against itself, in another process.
      return recorded(account, action.id(), action.anchor()).orElseThrow(() -> conflict);
    }
  }

  private Optional<Anchored> recorded(Address account, DatabaseId id, Anchor anchor)
      throws InftException {
    return read((ledger, now) -> ledger.recorded(id, anchor, account));
  }

  @Override
  public List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) throws InftException {
    AnchorRequest.requireBatch(requests);
    Address account = requireAccount();
    List<Optional<Anchored>> before = recordedOnes(account, requests);
    List<AnchorRequest> missing = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      if (before.get(i).isEmpty()) {
        missing.add(requests.get(i));
      }
    }
    List<AnchorOutcome> fresh = missing.isEmpty() ? List.of() : submitBatch(account, missing);
    List<Optional<Anchored>> after = recordedOnes(account, requests);
    List<AnchorOutcome> outcomes = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < requests.size(); i++) {
      AnchorOutcome judged = before.get(i).isEmpty() ? fresh.get(next++) : null;
      outcomes.add(
          judged == null || after.get(i).isPresent()
              ? new AnchorOutcome(after.get(i), Optional.empty())
              : judged);
    }
    return outcomes;
  }

  private List<AnchorOutcome> submitBatch(Address account, List<AnchorRequest> requests)
      throws InftException {
    List<Blob> objects = requests.stream().flatMap(request -> request.object().stream()).toList();
    if (!objects.isEmpty() && maxInlineBytes() == 0) {
      throw new RegistryRefusedException(
          describe(), "anchor a batch with its objects", "it carries no objects");
    }
    List<Action.MoveHead> items = requests.stream().map(Action.MoveHead::of).toList();
    return submit(account, new Action.AnchorMany(items), objects);
  }

  private List<Optional<Anchored>> recordedOnes(Address account, List<AnchorRequest> requests)
      throws InftException {
    return read(
        (ledger, now) -> {
          List<Optional<Anchored>> found = new ArrayList<>();
          for (AnchorRequest request : requests) {
            found.add(
                ledger.isRegistered(request.id())
                    ? ledger.recorded(request.id(), request.anchor(), account)
                    : Optional.empty());
          }
          return found;
        });
  }

  @Override
  public void grant(DatabaseId id, Address who, int roles, Instant expiry, long minIntervalSeconds)
      throws InftException {
    long seconds = requireTime(expiry);
    if (minIntervalSeconds < 0 || minIntervalSeconds >= 1L << 32 || roles < 0 || roles > 0xffff) {
      throw new IllegalArgumentException("interval or roles do not fit the contract's fields");
    }
    submit(new Action.Grant(id, who, roles, seconds, minIntervalSeconds));
  }

  private static long requireTime(Instant time) {
    long seconds = time.getEpochSecond();
    if (seconds < 0 || seconds >= 1L << 48) {
      throw new IllegalArgumentException("the contract keeps times in 48 bits: " + time);
    }
    return seconds;
  }

  @Override
  public void revoke(DatabaseId id, Address who) throws InftException {
    submit(new Action.Revoke(id, who));
  }

  @Override
  public void revokeAll(DatabaseId id) throws InftException {
    submit(new Action.RevokeAll(id));
  }

  @Override
  public void proposeOwner(DatabaseId id, Address to) throws InftException {
    submit(new Action.ProposeOwner(id, to));
  }

  @Override
  public void cancelProposal(DatabaseId id) throws InftException {
    submit(new Action.CancelProposal(id));
  }

  @Override
  public void acceptOwner(DatabaseId id, Digest expectedRoot, Digest expectedControlHash)
      throws InftException {
    submit(new Action.AcceptOwner(id, expectedRoot, expectedControlHash));
  }

  /** Blocks come only with entries here, so the ones to wait for are made by the call. */
  @Override
  public void observeOwner(DatabaseId id) throws InftException {
    requireAccount();
    long from = read((ledger, now) -> ledger.record(id).observableFrom());
    while (read((ledger, now) -> ledger.tip().number()) + 1 < from) {
      submit(new Action.EmptyBlock());
    }
    submit(new Action.ObserveOwner(id));
  }

  @Override
  public void freeze(DatabaseId id) throws InftException {
    submit(new Action.Freeze(id, true));
  }

  @Override
  public void unfreeze(DatabaseId id) throws InftException {
    submit(new Action.Freeze(id, false));
  }

  @Override
  public void lockUntil(DatabaseId id, Instant time) throws InftException {
    submit(new Action.LockUntil(id, requireTime(time)));
  }

  @Override
  public void flagVersions(DatabaseId id, long from, long to, Digest reason) throws InftException {
    if (from < 0 || to < 0) {
      throw new IllegalArgumentException("versions begin at 1");
    }
    submit(new Action.FlagVersions(id, from, to, reason));
  }

  @Override
  public void setSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash)
      throws InftException {
    if (chainId < 0) {
      throw new IllegalArgumentException("a chain id is not negative");
    }
    submit(new Action.SetSuccessor(id, chainId, registry, newIdHash));
  }

  @Override
  public void publishSealedKey(DatabaseId id, Address recipient, int keyEpoch, byte[] sealedKey)
      throws InftException {
    requirePublishable(sealedKey);
    if (keyEpoch < 0 || keyEpoch > Anchor.MAX_KEY_EPOCH) {
      throw new IllegalArgumentException("no such key epoch: " + keyEpoch);
    }
    submit(new Action.PublishSealedKey(id, recipient, keyEpoch, Blob.of(sealedKey)));
  }

  @Override
  public void publishEncryptionKey(int scheme, byte[] publicKey) throws InftException {
    requirePublishable(publicKey);
    if (scheme < 0 || scheme > 255) {
      throw new IllegalArgumentException("no such scheme: " + scheme);
    }
    submit(new Action.PublishEncryptionKey(scheme, Blob.of(publicKey)));
  }

  private static void requirePublishable(byte[] key) {
    if (key.length == 0 || key.length > ActionFormat.MAX_PUBLISHED_BYTES) {
      throw new IllegalArgumentException(
          "a published key has 1 to " + ActionFormat.MAX_PUBLISHED_BYTES + " bytes");
    }
  }

  // Development only.

  /**
   * Lets a token of the pretended NFT contracts change hands, as a sale would; {@link Address#ZERO}
   * burns it. A token that nobody moved belongs to the account that registered its id.
   *
   * @throws IllegalArgumentException if the id is not in the BOUND name space
   */
  public void setTokenOwner(DatabaseId token, Address owner) throws InftException {
    if (token.namespace() != DatabaseId.Namespace.BOUND) {
      throw new IllegalArgumentException(token + " is not the id of an NFT");
    }
    submit(new Action.SetTokenOwner(token, owner));
  }

  /** Lets empty blocks pass. */
  public void mine(int blocks) throws InftException {
    for (int i = 0; i < blocks; i++) {
      submit(new Action.EmptyBlock());
    }
  }

  @Override
  public String toString() {
    return describe();
  }
}

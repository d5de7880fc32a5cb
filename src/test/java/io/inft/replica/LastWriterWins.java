package io.inft.replica;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.PastStateException;
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
 * A registry as the guide's first pointer was: whoever writes last is the head, whatever he built
 * on. It shows what the compare-and-swap is for. Of one database, for one account; safe for many
 * threads.
 */
final class LastWriterWins implements Registry {
  private final Address account;

  // Guarded by this.
  private final List<Anchored> versions = new ArrayList<>();
  private boolean registered;

  LastWriterWins(Address account) {
    this.account = account;
  }

  @Override
  public synchronized Anchored anchor(DatabaseId id, Anchor anchor) {
    Anchored anchored =
        new Anchored(
            anchor, account, Digest.ZERO, 0, new Block(anchor.version(), Digest.ZERO, 1), 0, false);
    while (versions.size() >= anchor.version()) {
      versions.remove(versions.size() - 1);
    }
    versions.add(anchored);
    return anchored;
  }

  @Override
  public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) {
    return anchor(id, anchor);
  }

  @Override
  public synchronized Head head(DatabaseId id) throws InftException {
    if (!registered) {
      throw new NotRegisteredException(id.toString(), describe());
    }
    Optional<Anchored> newest =
        versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
    return new Head(
        id,
        account,
        Head.LIVE,
        newest,
        newest.map(one -> one.anchor().keyEpoch()).orElse(0),
        newest.map(one -> one.anchor().keyringHash()).orElse(Digest.ZERO),
        0,
        Digest.ZERO,
        new Block(versions.size(), Digest.ZERO, 1));
  }

  @Override
  public synchronized void register(DatabaseId id) {
    registered = true;
  }

  @Override
  public synchronized Anchored version(DatabaseId id, long version, long blockHint)
      throws InftException {
    if (version < 1 || version > versions.size()) {
      throw new PastStateException("version " + version, "there is none");
    }
    return versions.get((int) version - 1);
  }

  @Override
  public synchronized List<Anchored> history(DatabaseId id, long from, long to) {
    return List.copyOf(versions.subList((int) from - 1, (int) Math.min(to, versions.size())));
  }

  @Override
  public long chainId() {
    return 7;
  }

  @Override
  public Address address() {
    return account;
  }

  @Override
  public List<Control> controls(DatabaseId id, long from, long to) {
    return List.of();
  }

  @Override
  public Rights rights(DatabaseId id, Address who) {
    return new Rights(true, true, true, true, Long.MAX_VALUE);
  }

  @Override
  public boolean isFinal(Block block) {
    return false;
  }

  @Override
  public boolean isCanonical(Block block) {
    return true;
  }

  @Override
  public String describe() {
    return "a registry without compare-and-swap";
  }

  @Override
  public Optional<Address> account() {
    return Optional.of(account);
  }

  @Override
  public void close() {}

  private static UnsupportedOperationException notNeeded() {
    return new UnsupportedOperationException("two writers do not need it");
  }

  @Override
  public List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) {
    throw notNeeded();
  }

  @Override
  public void grant(
      DatabaseId id, Address who, int roles, Instant expiry, long minIntervalSeconds) {
    throw notNeeded();
  }

  @Override
  public void revoke(DatabaseId id, Address who) {
    throw notNeeded();
  }

  @Override
  public void revokeAll(DatabaseId id) {
    throw notNeeded();
  }

  @Override
  public void proposeOwner(DatabaseId id, Address to) {
    throw notNeeded();
  }

  @Override
  public void cancelProposal(DatabaseId id) {
    throw notNeeded();
  }

  @Override
  public void acceptOwner(DatabaseId id, Digest expectedRoot, Digest expectedControlHash) {
    throw notNeeded();
  }

  @Override
  public void observeOwner(DatabaseId id) {
    throw notNeeded();
  }

  @Override
  public void freeze(DatabaseId id) {
    throw notNeeded();
  }

  @Override
  public void unfreeze(DatabaseId id) {
    throw notNeeded();
  }

  @Override
  public void lockUntil(DatabaseId id, Instant time) {
    throw notNeeded();
  }

  @Override
  public void flagVersions(DatabaseId id, long from, long to, Digest reason) {
    throw notNeeded();
  }

  @Override
  public void setSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash) {
    throw notNeeded();
  }

  @Override
  public void publishSealedKey(DatabaseId id, Address recipient, int keyEpoch, byte[] sealedKey) {
    throw notNeeded();
  }

  @Override
  public void publishEncryptionKey(int scheme, byte[] publicKey) {
    throw notNeeded();
  }
}

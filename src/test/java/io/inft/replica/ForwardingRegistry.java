package io.inft.replica;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Inlined;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A registry that does as another one does, but for what is overridden. Safe for many threads. */
public abstract class ForwardingRegistry implements Registry {
  private final Registry real;

  public ForwardingRegistry(Registry real) {
    this.real = real;
  }

  @Override
  public Optional<Address> account() {
    return real.account();
  }

  @Override
  public void register(DatabaseId id) throws InftException {
    real.register(id);
  }

  @Override
  public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
    return real.anchor(id, anchor);
  }

  @Override
  public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
    return real.rotateAndAnchor(id, anchor);
  }

  @Override
  public boolean isUnderWay(DatabaseId id, Anchor anchor) throws InftException {
    return real.isUnderWay(id, anchor);
  }

  @Override
  public boolean isUnderWay(AnchorRequest request) throws InftException {
    return isUnderWay(request.id(), request.anchor()) || real.isUnderWay(request);
  }

  @Override
  public Duration inlineMaxAge() {
    return real.inlineMaxAge();
  }

  @Override
  public int maxInlineBytes() {
    return real.maxInlineBytes();
  }

  @Override
  public Anchored anchorInline(DatabaseId id, Anchor anchor, Blob object) throws InftException {
    return real.anchorInline(id, anchor, object);
  }

  @Override
  public Blob object(DatabaseId id, Anchored version) throws InftException {
    return real.object(id, version);
  }

  @Override
  public List<Inlined> tail(DatabaseId id, Anchored newest) throws InftException {
    return real.tail(id, newest);
  }

  @Override
  public List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) throws InftException {
    return real.anchorMany(requests);
  }

  @Override
  public void grant(DatabaseId id, Address who, int roles, Instant expiry, long minIntervalSeconds)
      throws InftException {
    real.grant(id, who, roles, expiry, minIntervalSeconds);
  }

  @Override
  public void revoke(DatabaseId id, Address who) throws InftException {
    real.revoke(id, who);
  }

  @Override
  public void revokeAll(DatabaseId id) throws InftException {
    real.revokeAll(id);
  }

  @Override
  public void proposeOwner(DatabaseId id, Address to) throws InftException {
    real.proposeOwner(id, to);
  }

  @Override
  public void cancelProposal(DatabaseId id) throws InftException {
    real.cancelProposal(id);
  }

  @Override
  public void acceptOwner(DatabaseId id, Digest expectedRoot, Digest expectedControlHash)
      throws InftException {
    real.acceptOwner(id, expectedRoot, expectedControlHash);
  }

  @Override
  public void observeOwner(DatabaseId id) throws InftException {
    real.observeOwner(id);
  }

  @Override
  public void freeze(DatabaseId id) throws InftException {
    real.freeze(id);
  }

  @Override
  public void unfreeze(DatabaseId id) throws InftException {
    real.unfreeze(id);
  }

  @Override
  public void lockUntil(DatabaseId id, Instant time) throws InftException {
    real.lockUntil(id, time);
  }

  @Override
  public void flagVersions(DatabaseId id, long from, long to, Digest reason) throws InftException {
    real.flagVersions(id, from, to, reason);
  }

  @Override
  public void setSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash)
      throws InftException {
    real.setSuccessor(id, chainId, registry, newIdHash);
  }

  @Override
  public void publishSealedKey(DatabaseId id, Address recipient, int keyEpoch, byte[] sealedKey)
      throws InftException {
    real.publishSealedKey(id, recipient, keyEpoch, sealedKey);
  }

  @Override
  public void publishEncryptionKey(int scheme, byte[] publicKey) throws InftException {
    real.publishEncryptionKey(scheme, publicKey);
  }

  @Override
  public long chainId() {
    return real.chainId();
  }

  @Override
  public Address address() {
    return real.address();
  }

  @Override
  public Head head(DatabaseId id) throws InftException {
    return real.head(id);
  }

  @Override
  public Anchored version(DatabaseId id, long version, long blockHint) throws InftException {
    return real.version(id, version, blockHint);
  }

  @Override
  public List<Anchored> history(DatabaseId id, long from, long to) throws InftException {
    return real.history(id, from, to);
  }

  @Override
  public List<Control> controls(DatabaseId id, long from, long to) throws InftException {
    return real.controls(id, from, to);
  }

  @Override
  public List<Blob> sealedKeys(DatabaseId id, Address recipient, int keyEpoch, long lastBlock)
      throws InftException {
    return real.sealedKeys(id, recipient, keyEpoch, lastBlock);
  }

  @Override
  public Rights rights(DatabaseId id, Address account) throws InftException {
    return real.rights(id, account);
  }

  @Override
  public boolean isFinal(Block block) throws InftException {
    return real.isFinal(block);
  }

  @Override
  public boolean isCanonical(Block block) throws InftException {
    return real.isCanonical(block);
  }

  @Override
  public String describe() {
    return real.describe();
  }

  @Override
  public void close() {
    real.close();
  }
}

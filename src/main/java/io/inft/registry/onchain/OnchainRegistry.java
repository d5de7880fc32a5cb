package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.Trust;
import io.inft.evm.Chain;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.HeadNews;
import io.inft.registry.Inlined;
import io.inft.registry.PaidRegistry;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The registry as the contract on a chain keeps it. Every transaction is in the sender's journal
 * before it is sent. This class puts the parts together: {@link ContractReader} reads, {@link
 * HeadMoves}, {@link Registering} and {@link Controlling} send through {@link Transactions}. Safe
 * for many threads; holds no files of its own, and a thread only while an id is followed.
 */
public final class OnchainRegistry implements PaidRegistry {
  private final Chain chain;
  private final OnchainSettings settings;
  private final @Nullable TransactionSender signer;
  private final ContractReader reader;
  private final Patience.Waiting waiting;
  private final Transactions transactions;
  private final HeadMoves heads;
  private final Controlling controlling;
  private final Registering registering;

  private OnchainRegistry(
      Chain chain,
      long chainId,
      OnchainSettings settings,
      @Nullable TransactionSender signer,
      @Nullable Sending sender,
      Patience.Waiting waiting) {
    String name = ContractReader.describe(chain, chainId, settings);
    Patience patience = new Patience(name, settings.patience(), waiting);
    this.chain = chain;
    this.settings = settings;
    this.signer = signer;
    this.waiting = waiting;
    this.reader = new ContractReader(chain, chainId, settings, patience);
    this.transactions = new Transactions(settings, name, sender, patience);
    this.heads =
        new HeadMoves(
            settings, reader, transactions, new BatchCheck(chain, settings.contract(), patience));
    this.controlling = new Controlling(reader, transactions);
    this.registering =
        new Registering(chain, settings, reader, patience, transactions, controlling);
  }

  /**
   * A registry that is changed as the account of {@code sender}.
   *
   * @throws io.inft.failure.WrongChainException the endpoint is on another chain than expected
   * @throws io.inft.failure.SettingException what lies at the address is not a registry that this
   *     driver can use; the message says what it is
   */
  public static OnchainRegistry open(
      OnchainSettings settings, Chain chain, TransactionSender sender) throws InftException {
    return open(settings, chain, sender, Patience.asleep());
  }

  /** A registry that is only read: there is no key. Throws as {@link #open} does. */
  public static OnchainRegistry readOnly(OnchainSettings settings, Chain chain)
      throws InftException {
    return open(settings, chain, null, Patience.asleep());
  }

  static OnchainRegistry open(
      OnchainSettings settings,
      Chain chain,
      @Nullable TransactionSender sender,
      Patience.Waiting waiting)
      throws InftException {
    long chainId = chain.chainId();
    ContractCheck.requireRegistry(chain, chainId, settings);
    Sending sending = sender == null ? null : Sending.by(sender, mined -> {});
    return new OnchainRegistry(chain, chainId, settings, sender, sending, waiting);
  }

  // Reading.

  @Override
  public long chainId() {
    return reader.chainId();
  }

  @Override
  public Address address() {
    return reader.address();
  }

  @Override
  public Trust trust() {
    return reader.trust();
  }

  @Override
  public Head head(DatabaseId id) throws InftException {
    return reader.head(id);
  }

  @Override
  public Anchored version(DatabaseId id, long version, long blockHint) throws InftException {
    return reader.version(id, version, blockHint);
  }

  @Override
  public Blob object(DatabaseId id, Anchored version) throws InftException {
    return reader.object(id, version);
  }

  @Override
  public Optional<Mined> transaction(DatabaseId id, Anchored version) throws InftException {
    return reader.transaction(id, version);
  }

  @Override
  public List<Inlined> tail(DatabaseId id, Anchored newest) throws InftException {
    return reader.tail(id, newest);
  }

  @Override
  public List<Anchored> history(DatabaseId id, long from, long to) throws InftException {
    return reader.history(id, from, to);
  }

  @Override
  public List<Control> controls(DatabaseId id, long from, long to) throws InftException {
    return reader.controls(id, from, to);
  }

  @Override
  public List<Blob> sealedKeys(DatabaseId id, Address recipient, int keyEpoch, long lastBlock)
      throws InftException {
    return reader.sealedKeys(id, recipient, keyEpoch, lastBlock);
  }

  @Override
  public Rights rights(DatabaseId id, Address account) throws InftException {
    return reader.rights(id, account);
  }

  @Override
  public boolean lagsBehind(Block block) throws InftException {
    return reader.lagsBehind(block);
  }

  @Override
  public HeadNews follow(DatabaseId id) {
    return HeadFollower.follow(chain.logSource(), settings.contract(), id);
  }

  @Override
  public Optional<String> guidePointer(DatabaseId id) throws InftException {
    return reader.guidePointer(id);
  }

  @Override
  public boolean isFinal(Block block) throws InftException {
    return reader.isFinal(block);
  }

  @Override
  public boolean isCanonical(Block block) throws InftException {
    return reader.isCanonical(block);
  }

  @Override
  public String describe() {
    return reader.describe();
  }

  @Override
  public String toString() {
    return describe();
  }

  // Sending.

  @Override
  public Optional<Address> account() {
    return transactions.account();
  }

  @Override
  public boolean isPublic() {
    return !chain.isPrivate();
  }

  @Override
  public Price price(Operation operation) throws InftException {
    Estimating estimating = new Estimating(chain, transactions.sender().account());
    operation.on(with(estimating));
    return estimating.price();
  }

  @Override
  public Registry telling(Consumer<Mined> listener) {
    return signer == null ? this : with(Sending.by(signer, listener));
  }

  private OnchainRegistry with(Sending sending) {
    return new OnchainRegistry(chain, chainId(), settings, signer, sending, waiting);
  }

  @Override
  public void register(DatabaseId id) throws InftException {
    if (!registering.isUnderWay(id)) {
      registering.requireUnregistered(id);
      PaidRegistry.super.requireMayBegin(id);
    }
    registering.register(id);
  }

  @Override
  public void requireMayBegin(DatabaseId id) throws InftException {
    PaidRegistry.super.requireMayBegin(id);
    registering.requireOwner(id);
  }

  @Override
  public void observeOwner(DatabaseId id) throws InftException {
    registering.observeOwner(id);
  }

  @Override
  public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
    return heads.anchor(id, anchor);
  }

  @Override
  public int maxInlineBytes() {
    return BatchGas.maxObjectBytes(settings.gasLimit());
  }

  @Override
  public Duration inlineMaxAge() {
    return settings.inlineMaxAge();
  }

  @Override
  public Anchored anchorInline(DatabaseId id, Anchor anchor, Blob object) throws InftException {
    return heads.anchorInline(new AnchorRequest(id, anchor, Optional.of(object)));
  }

  @Override
  public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
    return heads.rotateAndAnchor(id, anchor);
  }

  @Override
  public boolean isUnderWay(DatabaseId id, Anchor anchor) throws InftException {
    return heads.isUnderWay(id, anchor);
  }

  @Override
  public boolean isUnderWay(AnchorRequest request) throws InftException {
    return heads.isUnderWay(request);
  }

  @Override
  public boolean sendAhead(AnchorRequest before, AnchorRequest request) throws InftException {
    return heads.sendAhead(before, request);
  }

  @Override
  public boolean isMinedToo(AnchorRequest request) throws InftException {
    return heads.isMinedToo(request);
  }

  @Override
  public void giveUp(AnchorRequest request) throws InftException {
    heads.giveUp(request);
  }

  @Override
  public List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) throws InftException {
    return heads.anchorMany(requests);
  }

  // Control operations.

  @Override
  public void grant(DatabaseId id, Address who, int roles, Instant expiry, long minIntervalSeconds)
      throws InftException {
    byte[] data = RegistryCalls.grant(id, who, roles, expiry, minIntervalSeconds);
    controlling.control("grant rights to", id, data);
  }

  @Override
  public void revoke(DatabaseId id, Address who) throws InftException {
    controlling.control("revoke rights to", id, RegistryCalls.revoke(id, who));
  }

  @Override
  public void revokeAll(DatabaseId id) throws InftException {
    controlling.control("revoke rights to", id, RegistryCalls.withId("revokeAll", id));
  }

  @Override
  public void proposeOwner(DatabaseId id, Address to) throws InftException {
    controlling.control("propose an owner of", id, RegistryCalls.proposeOwner(id, to));
  }

  @Override
  public void cancelProposal(DatabaseId id) throws InftException {
    controlling.control("cancel the proposal for", id, RegistryCalls.withId("cancelProposal", id));
  }

  @Override
  public void acceptOwner(DatabaseId id, Digest expectedRoot, Digest expectedControlHash)
      throws InftException {
    controlling.control(
        "accept", id, RegistryCalls.acceptOwner(id, expectedRoot, expectedControlHash));
  }

  @Override
  public void freeze(DatabaseId id) throws InftException {
    controlling.control("freeze", id, RegistryCalls.withId("freeze", id));
  }

  @Override
  public void unfreeze(DatabaseId id) throws InftException {
    controlling.control("unfreeze", id, RegistryCalls.withId("unfreeze", id));
  }

  @Override
  public void lockUntil(DatabaseId id, Instant time) throws InftException {
    controlling.control("lock", id, RegistryCalls.lockUntil(id, time));
  }

  @Override
  public void flagVersions(DatabaseId id, long from, long to, Digest reason) throws InftException {
    controlling.control("flag versions of", id, RegistryCalls.flagVersions(id, from, to, reason));
  }

  @Override
  public void setSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash)
      throws InftException {
    controlling.control(
        "name a successor of", id, RegistryCalls.setSuccessor(id, chainId, registry, newIdHash));
  }

  @Override
  public void publishSealedKey(DatabaseId id, Address recipient, int keyEpoch, byte[] sealedKey)
      throws InftException {
    controlling.publish(
        transactions.request(id.toString(), "publish a key of", null),
        RegistryCalls.publishSealedKey(id, recipient, keyEpoch, sealedKey));
  }

  @Override
  public void publishEncryptionKey(int scheme, byte[] publicKey) throws InftException {
    controlling.publish(
        transactions.request("this account", "publish the encryption key of", null),
        RegistryCalls.publishEncryptionKey(scheme, publicKey));
  }

  /** Nothing is held open. */
  @Override
  public void close() {}
}

package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.AlreadyRegisteredException;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.RevertedException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.PaidRegistry;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The registry as the contract on a chain keeps it. Every transaction is in the sender's journal
 * before it is sent; whether an anchor succeeded is judged by what the contract says afterwards, so
 * a lost answer, a missing receipt or a crash leads neither to a second payment nor to a false
 * report. Safe for many threads; holds no threads and no files of its own.
 */
public final class OnchainRegistry implements PaidRegistry {
  private final Chain chain;
  private final OnchainSettings settings;
  private final @Nullable TransactionSender signer;
  private final @Nullable Sending sender;
  private final ContractReader reader;
  private final ContractErrors errors;
  private final Patience patience;
  private final Patience.Waiting waiting;

  private OnchainRegistry(
      Chain chain,
      long chainId,
      OnchainSettings settings,
      @Nullable TransactionSender signer,
      @Nullable Sending sender,
      Patience.Waiting waiting) {
    String name = ContractReader.describe(chain, chainId, settings);
    this.chain = chain;
    this.settings = settings;
    this.signer = signer;
    this.sender = sender;
    this.waiting = waiting;
    this.patience = new Patience(name, settings.patience(), waiting);
    this.reader = new ContractReader(chain, chainId, settings, patience);
    this.errors = new ContractErrors(name);
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
  public Head head(DatabaseId id) throws InftException {
    return reader.head(id);
  }

  @Override
  public Anchored version(DatabaseId id, long version, long blockHint) throws InftException {
    return reader.version(id, version, blockHint);
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
  public Rights rights(DatabaseId id, Address account) throws InftException {
    return reader.rights(id, account);
  }

  @Override
  public boolean lagsBehind(Block block) throws InftException {
    return reader.lagsBehind(block);
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
    return Optional.ofNullable(sender).map(Sending::account);
  }

  private Sending requireSender() throws ReadOnlyException {
    if (sender == null) {
      throw new ReadOnlyException(
          describe(), "no signing key is configured; set privateKey or privateKeyFile");
    }
    return sender;
  }

  @Override
  public boolean isPublic() {
    return !chain.isPrivate();
  }

  @Override
  public Price price(Operation operation) throws InftException {
    Estimating estimating = new Estimating(chain, requireSender().account());
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

  private ContractErrors.Request request(String id, String verb, @Nullable Anchor anchor)
      throws ReadOnlyException {
    return new ContractErrors.Request(id, requireSender().account(), verb, anchor);
  }

  /** The same call data is the same purpose until it is settled. */
  private String purpose(byte[] data) {
    return "registry " + settings.contract() + " " + Digest.keccak256(data);
  }

  private Receipt send(ContractErrors.Request request, byte[] data, long gasLimit)
      throws InftException {
    try {
      return patience.ask(
          request.verb() + " '" + request.id() + "'",
          () ->
              requireSender()
                  .send(
                      purpose(data),
                      request.verb() + " '" + request.id() + "'",
                      Call.of(settings.contract(), data),
                      gasLimit));
    } catch (RevertedException e) {
      throw errors.explain(request, e);
    }
  }

  private void control(String verb, DatabaseId id, byte[] data) throws InftException {
    control(request(id.toString(), verb, null), id, data);
  }

  /**
   * One control operation. If one with the same arguments was sent before and its outcome never
   * reported, that one is taken for this one, unless other operations came after it.
   */
  private void control(ContractErrors.Request request, DatabaseId id, byte[] data)
      throws InftException {
    boolean resumed = !requireSender().hashes(purpose(data)).isEmpty();
    Receipt receipt = send(request, data, settings.gasLimit());
    requireSender().settle(purpose(data));
    if (resumed && !isNewest(id, receipt)) {
      send(request, data, settings.gasLimit());
      requireSender().settle(purpose(data));
    }
  }

  private boolean isNewest(DatabaseId id, Receipt receipt) throws InftException {
    long newest = reader.state(id).controlSequence();
    for (Log log : receipt.logs()) {
      if (RegistryEvents.is(RegistryEvents.CONTROL, log)) {
        return RegistryEvents.control(log).number() == newest;
      }
    }
    return false;
  }

  // Registering.

  @Override
  public void register(DatabaseId id) throws InftException {
    byte[] data = RegistryCalls.register(id);
    if (requireSender().hashes(purpose(data)).isEmpty()) {
      RecordState state = reader.state(id);
      if (state.isRegistered()) {
        throw new AlreadyRegisteredException(id.toString(), state.liveOwner().toString());
      }
      PaidRegistry.super.requireMayBegin(id);
    }
    try {
      patience.ask(
          "register '" + id + "'",
          () ->
              requireSender()
                  .send(
                      purpose(data),
                      "register '" + id + "'",
                      Call.of(settings.contract(), data),
                      settings.gasLimit()));
    } catch (RevertedException e) {
      RecordState state = reader.state(id);
      if (state.isRegistered()) {
        throw new AlreadyRegisteredException(id.toString(), state.liveOwner().toString());
      }
      throw errors.explain(request(id.toString(), "register", null), e);
    }
    requireSender().settle(purpose(data));
    if (id.namespace() == DatabaseId.Namespace.BOUND && requireSender().happens()) {
      observeOwner(id);
    }
  }

  @Override
  public void requireMayBegin(DatabaseId id) throws InftException {
    PaidRegistry.super.requireMayBegin(id);
    Optional<DatabaseId.Token> token = id.token();
    Optional<Address> account = account();
    if (token.isPresent() && account.isPresent()) {
      Address owner = ownerOf(id, token.get());
      if (!owner.equals(account.get())) {
        throw new NotAuthorizedException(
            id.toString(),
            account.get().toString(),
            "begin",
            "owner's",
            "the NFT belongs to " + owner + ", who begins it");
      }
    }
  }

  private Address ownerOf(DatabaseId id, DatabaseId.Token token) throws InftException {
    try {
      byte[] question = new AbiWriter().uint(token.number()).call("ownerOf(uint256)");
      return new AbiReader("owner of an NFT", chain.call(token.contract(), question))
          .address("owner");
    } catch (RevertedException | CorruptObjectException e) {
      throw new RegistryRefusedException(
          describe(), "register '" + id + "'", "the token has no owner: " + e.getMessage());
    }
  }

  // Moving the head.

  @Override
  public Anchored anchor(DatabaseId id, Anchor anchor) throws InftException {
    return move(
        id, anchor, request(id.toString(), "anchor", anchor), RegistryCalls.anchor(id, anchor));
  }

  @Override
  public Anchored rotateAndAnchor(DatabaseId id, Anchor anchor) throws InftException {
    return move(
        id,
        anchor,
        request(id.toString(), "rotate the key of", anchor),
        RegistryCalls.rotateAndAnchor(id, anchor));
  }

  @Override
  public boolean isUnderWay(DatabaseId id, Anchor anchor) throws InftException {
    return account().isPresent()
        && (isSent(RegistryCalls.rotateAndAnchor(id, anchor))
            || isSent(RegistryCalls.anchor(id, anchor)));
  }

  private boolean isSent(byte[] data) throws InftException {
    return !requireSender().hashes(purpose(data)).isEmpty();
  }

  private Anchored move(DatabaseId id, Anchor anchor, ContractErrors.Request request, byte[] data)
      throws InftException {
    Optional<Anchored> found = recorded(id, anchor, data);
    if (found.isEmpty()) {
      try {
        Receipt receipt = send(request, data, settings.gasLimit());
        found = Optional.of(settled(id, anchor, data, receipt));
      } catch (InftException failure) {
        // It may have gone through all the same: sent by another process of this account, or
        // mined without a receipt that anybody shows.
        found = recordedAfter(failure, id, anchor, data);
        if (found.isEmpty()) {
          throw failure;
        }
      }
    }
    requireSender().settle(purpose(data));
    return found.get();
  }

  private Anchored settled(DatabaseId id, Anchor anchor, byte[] data, Receipt receipt)
      throws InftException {
    for (Log log : receipt.logs()) {
      boolean ofContract =
          log.address().equals(settings.contract())
              && RegistryEvents.is(RegistryEvents.ANCHORED, log)
              && log.topics().get(1).equals(id.hash());
      if (ofContract) {
        Anchored anchored = RegistryEvents.anchored(log).value();
        if (anchored.anchor().equals(anchor)) {
          return anchored;
        }
      }
    }
    return recorded(id, anchor, data)
        .orElseThrow(
            () ->
                new OutcomeUnknownException(
                    "anchoring version " + anchor.version() + " of '" + id + "'",
                    "transaction "
                        + receipt.transactionHash()
                        + " succeeded but the contract does not show its effect yet",
                    null));
  }

  private Optional<Anchored> recordedAfter(
      InftException failure, DatabaseId id, Anchor anchor, byte[] data) {
    try {
      return recorded(id, anchor, data);
    } catch (InftException second) {
      failure.addSuppressed(second);
      return Optional.empty();
    }
  }

  /** What is recorded as this version already, if it is exactly this anchor by this account. */
  private Optional<Anchored> recorded(DatabaseId id, Anchor anchor, byte[] data)
      throws InftException {
    if (reader.state(id).version() < anchor.version()) {
      return Optional.empty();
    }
    long hint = requireSender().outcome(purpose(data)).map(Receipt::blockNumber).orElse(0L);
    return Optional.of(reader.version(id, anchor.version(), hint))
        .filter(found -> found.anchor().equals(anchor))
        .filter(found -> found.author().equals(requireAccountOf(found)));
  }

  private Address requireAccountOf(Anchored found) {
    return account().orElse(found.author());
  }

  @Override
  public List<AnchorOutcome> anchorMany(List<AnchorRequest> requests) throws InftException {
    if (requests.size() > RegistryCalls.MAX_BATCH) {
      throw new IllegalArgumentException(
          "a batch has at most " + RegistryCalls.MAX_BATCH + " items, not " + requests.size());
    }
    requireSender();
    return new AnchorBatch(this::recordedItem, this::sendBatch, errors, settings.contract())
        .anchor(requests, requireSender().account());
  }

  private Optional<Anchored> recordedItem(AnchorRequest item) throws InftException {
    return recorded(item.id(), item.anchor(), RegistryCalls.anchor(item.id(), item.anchor()));
  }

  private Receipt sendBatch(List<AnchorRequest> items) throws InftException {
    byte[] data = RegistryCalls.anchorMany(items);
    Receipt receipt =
        send(
            request(items.size() + " versions", "anchor", null),
            data,
            Math.multiplyExact(settings.gasLimit(), (long) items.size()));
    requireSender().settle(purpose(data));
    return receipt;
  }

  // Control operations.

  @Override
  public void grant(DatabaseId id, Address who, int roles, Instant expiry, long minIntervalSeconds)
      throws InftException {
    byte[] data = RegistryCalls.grant(id, who, roles, expiry, minIntervalSeconds);
    control("grant rights to", id, data);
  }

  @Override
  public void revoke(DatabaseId id, Address who) throws InftException {
    control("revoke rights to", id, RegistryCalls.revoke(id, who));
  }

  @Override
  public void revokeAll(DatabaseId id) throws InftException {
    control("revoke rights to", id, RegistryCalls.withId("revokeAll", id));
  }

  @Override
  public void proposeOwner(DatabaseId id, Address to) throws InftException {
    control("propose an owner of", id, RegistryCalls.proposeOwner(id, to));
  }

  @Override
  public void cancelProposal(DatabaseId id) throws InftException {
    control("cancel the proposal for", id, RegistryCalls.withId("cancelProposal", id));
  }

  @Override
  public void acceptOwner(DatabaseId id, Digest expectedRoot, Digest expectedControlHash)
      throws InftException {
    control("accept", id, RegistryCalls.acceptOwner(id, expectedRoot, expectedControlHash));
  }

  /** Waits for the two blocks after a first observation. */
  @Override
  public void observeOwner(DatabaseId id) throws InftException {
    requireSender();
    RecordState state = reader.state(id);
    if (state.hasCandidate()) { // also before an estimate, which would be 'too soon'
      long from = state.candidateBlock() + 2;
      patience.until(
          "wait for block " + from,
          chain.settings().receiptTimeout(),
          () -> Optional.of(chain.blockNumber()).filter(number -> number >= from));
    }
    control("observe the owner of", id, RegistryCalls.withId("observeOwner", id));
  }

  @Override
  public void freeze(DatabaseId id) throws InftException {
    control("freeze", id, RegistryCalls.withId("freeze", id));
  }

  @Override
  public void unfreeze(DatabaseId id) throws InftException {
    control("unfreeze", id, RegistryCalls.withId("unfreeze", id));
  }

  @Override
  public void lockUntil(DatabaseId id, Instant time) throws InftException {
    control("lock", id, RegistryCalls.lockUntil(id, time));
  }

  @Override
  public void flagVersions(DatabaseId id, long from, long to, Digest reason) throws InftException {
    control("flag versions of", id, RegistryCalls.flagVersions(id, from, to, reason));
  }

  @Override
  public void setSuccessor(DatabaseId id, long chainId, Address registry, Digest newIdHash)
      throws InftException {
    control(
        "name a successor of", id, RegistryCalls.setSuccessor(id, chainId, registry, newIdHash));
  }

  @Override
  public void publishSealedKey(DatabaseId id, Address recipient, int keyEpoch, byte[] sealedKey)
      throws InftException {
    publish(
        request(id.toString(), "publish a key of", null),
        RegistryCalls.publishSealedKey(id, recipient, keyEpoch, sealedKey));
  }

  @Override
  public void publishEncryptionKey(int scheme, byte[] publicKey) throws InftException {
    publish(
        request("this account", "publish the encryption key of", null),
        RegistryCalls.publishEncryptionKey(scheme, publicKey));
  }

  private void publish(ContractErrors.Request request, byte[] data) throws InftException {
    send(request, data, settings.gasLimit());
    requireSender().settle(purpose(data));
  }

  /** Nothing is held open. */
  @Override
  public void close() {}
}

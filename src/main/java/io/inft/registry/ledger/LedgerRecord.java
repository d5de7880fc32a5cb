package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.UnixTime;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.KeyEpochConflictException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import io.inft.registry.RunningHashes;
import io.inft.registry.RunningHashes.AbiWords;
import io.inft.registry.ledger.Action.Change;
import io.inft.registry.ledger.Action.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a ledger knows of one id and the rules by which it changes. Every rule checks first, in the
 * order of the contract, and returns the change; see the format document {@code registry.md}.
 */
public final class LedgerRecord {
  static final long OBSERVATION_BLOCKS = 2;
  static final long SETTLE_SECONDS = 3600;
  static final long MAX_LOCK_SECONDS = 365L * 24 * 3600;
  private static final int ALL_ROLES = Rights.WRITER | Rights.KEY_ADMIN | Rights.GUARDIAN;

  private record Grant(long epoch, long expirySeconds, int roles, long minInterval, long last) {}

  private record SealedFor(long block, Address recipient, int epoch, Blob key) {}

  private final Ledger ledger;
  private final DatabaseId id;
  private final boolean bound;
  private final Digest genesis;

  // Mutable state; only changes that the ledger applies touch it.
  private final List<Anchored> history = new ArrayList<>();
  private final List<Control> controls = new ArrayList<>();
  private final Map<Address, Grant> grants = new HashMap<>();
  private final List<SealedFor> sealedKeys = new ArrayList<>();
  private Address owner;
  private Address pending = Address.ZERO;
  private Address candidate = Address.ZERO;
  private long candidateBlock;
  private long ownerSinceSeconds;
  private boolean frozen;
  private long lockedUntilSeconds;
  private long grantEpoch;
  private int keyEpoch;
  private Digest keyringHash = Digest.ZERO;
  private Digest historyHash;
  private Digest controlHash;

  public LedgerRecord(Ledger ledger, DatabaseId id, Address registrant, long blockNumber) {
    this.ledger = ledger;
    this.id = id;
    this.bound = id.namespace() == DatabaseId.Namespace.BOUND;
    this.owner = bound ? Address.ZERO : registrant;
    if (bound) {
      candidate = ledger.tokenOwner(id);
      candidateBlock = blockNumber;
    }
    this.genesis = RunningHashes.genesis(Ledger.CHAIN_ID, Ledger.ADDRESS, id, registrant);
    this.historyHash = genesis;
    this.controlHash = genesis;
  }

  /** Who controls the id now; of an NFT its live owner, observed or not. */
  public Address controller() {
    return bound ? ledger.tokenOwner(id) : owner;
  }

  /** Where both running hashes began. */
  public Digest genesis() {
    return genesis;
  }

  public Head head(Block asOf) {
    return new Head(
        id,
        controller(),
        frozen ? Head.FROZEN : Head.LIVE,
        Optional.ofNullable(version(history.size())),
        keyEpoch,
        keyringHash,
        controls.size(),
        controlHash,
        asOf);
  }

  @Nullable Anchored version(long version) {
    return version < 1 || version > history.size() ? null : history.get((int) version - 1);
  }

  List<Anchored> history(long from, long to) {
    return range(history, from, to);
  }

  List<Control> controls(long from, long to) {
    return range(controls, from, to);
  }

  private static <T> List<T> range(List<T> all, long from, long to) {
    long end = Math.min(to, all.size());
    return from > end ? List.of() : List.copyOf(all.subList((int) from - 1, (int) end));
  }

  Rights rights(Address account, long nowSeconds) {
    if (isOwner(account)) {
      return new Rights(true, true, true, true, Long.MAX_VALUE);
    }
    Grant grant = grants.get(account);
    if (grant == null || !standing(grant) || grant.expirySeconds() <= nowSeconds) {
      return new Rights(false, false, false, false, 0);
    }
    int roles = grant.roles();
    return new Rights(
        false,
        (roles & Rights.WRITER) != 0,
        (roles & Rights.KEY_ADMIN) != 0,
        (roles & Rights.GUARDIAN) != 0,
        grant.expirySeconds());
  }

  /** The first block in which the owner seen last could be observed for good, 0 if none waits. */
  long observableFrom() {
    boolean waiting = bound && candidateBlock != 0 && candidate.equals(controller());
    return waiting && !candidate.equals(owner) ? candidateBlock + OBSERVATION_BLOCKS : 0;
  }

  // Moving the head.

  Change moveHead(Turn turn, Anchor anchor, Action.Road road) throws InftException {
    boolean rotate = road == Action.Road.ROTATING;
    String action = rotate ? "rotate the key of" : "anchor";
    if (frozen) {
      throw refused(action, "it is frozen");
    }
    if (turn.timeSeconds() < lockedUntilSeconds) {
      throw refused(action, "it is locked until " + UnixTime.instant(lockedUntilSeconds));
    }
    Grant grant = requireRoles(turn, Rights.toMoveHead(rotate, anchor.kind()), action);
    if (grant != null && grant.last() != 0) {
      requireTime(turn, grant.last() + grant.minInterval(), action);
    }
    requireHead(anchor);
    if (rotate) {
      requireNextEpoch(turn, anchor, action);
    } else if (keyEpoch == 0
        || anchor.keyEpoch() != keyEpoch
        || !anchor.keyringHash().equals(keyringHash)) {
      throw new KeyEpochConflictException(id.toString(), anchor.keyEpoch(), keyEpoch);
    }
    if (anchor.root().isZero() || anchor.checksum().isZero() || anchor.keyringHash().isZero()) {
      throw refused(action, "root, checksum and keyring hash must not be zero");
    }
    boolean inlined = road == Action.Road.INLINED;
    if (inlined && anchor.sizeBytes() > Registry.AnchorRequest.MAX_OBJECT_BYTES) {
      throw refused(
          action,
          "an object of "
              + anchor.sizeBytes()
              + " bytes cannot go along, at most "
              + Registry.AnchorRequest.MAX_OBJECT_BYTES
              + " can");
    }
    return block -> {
      candidateBlock = 0;
      if (grant != null && grant.minInterval() != 0) {
        grants.put(
            turn.actor(),
            new Grant(
                grant.epoch(),
                grant.expirySeconds(),
                grant.roles(),
                grant.minInterval(),
                block.timeSeconds()));
      }
      if (rotate) {
        keyEpoch = anchor.keyEpoch();
        keyringHash = anchor.keyringHash();
        control(
            turn,
            block,
            Control.Operation.KEYRING,
            new AbiWords().word(keyringHash).word(keyEpoch));
      }
      return List.of(
          new Registry.AnchorOutcome(
              Optional.of(append(turn.actor(), anchor, block, inlined)), Optional.empty()));
    };
  }

  private void requireHead(Anchor anchor) throws HeadConflictException {
    Anchored newest = version(history.size());
    Digest root = newest == null ? Digest.ZERO : newest.anchor().root();
    if (anchor.version() != history.size() + 1 || !anchor.previousRoot().equals(root)) {
      throw new HeadConflictException(
          id.toString(),
          anchor.version() - 1,
          anchor.previousRoot().toString(),
          history.size(),
          root.toString());
    }
  }

  private void requireNextEpoch(Turn turn, Anchor anchor, String action) throws InftException {
    boolean sameEpoch = keyEpoch != 0 && anchor.keyEpoch() == keyEpoch;
    if (!sameEpoch && anchor.keyEpoch() != keyEpoch + 1) {
      throw new KeyEpochConflictException(id.toString(), anchor.keyEpoch(), keyEpoch);
    }
    if (bound && !sameEpoch && keyEpoch != 0) {
      requireTime(turn, ownerSinceSeconds + SETTLE_SECONDS, action);
    }
  }

  private Anchored append(Address author, Anchor anchor, Block block, boolean inlined) {
    long previousBlock = history.isEmpty() ? 0 : history.get(history.size() - 1).block().number();
    historyHash =
        RunningHashes.history(
            historyHash, anchor, author, controls.size(), block, previousBlock, inlined);
    Anchored anchored =
        new Anchored(anchor, author, historyHash, controls.size(), block, previousBlock, inlined);
    history.add(anchored);
    return anchored;
  }

  // Control operations.

  Change grant(Turn turn, Address who, int roles, long expirySeconds, long minIntervalSeconds)
      throws InftException {
    requireOwner(turn, "grant rights to");
    if (who.isZero() || roles < 1 || roles > ALL_ROLES) {
      throw refused("grant rights to", "there are no such roles or no such account");
    }
    if (expirySeconds <= turn.timeSeconds()) {
      throw refused("grant rights to", "the expiry has passed");
    }
    return recorded(
        turn,
        Control.Operation.GRANT,
        new AbiWords().word(who).word(roles).word(expirySeconds).word(minIntervalSeconds),
        block ->
            grants.put(who, new Grant(grantEpoch, expirySeconds, roles, minIntervalSeconds, 0)));
  }

  Change revoke(Turn turn, Address who) throws InftException {
    requireOwner(turn, "revoke rights to");
    return recorded(
        turn, Control.Operation.REVOKE, new AbiWords().word(who), block -> grants.remove(who));
  }

  Change revokeAll(Turn turn) throws InftException {
    requireOwner(turn, "revoke rights to");
    return recorded(
        turn,
        Control.Operation.REVOKE_ALL,
        new AbiWords().word(grantEpoch + 1),
        block -> grantEpoch++);
  }

  Change proposeOwner(Turn turn, Address to) throws InftException {
    requireTransferable("propose an owner of");
    requireOwner(turn, "propose an owner of");
    if (to.isZero()) {
      throw refused("propose an owner of", "there is no account zero");
    }
    return recorded(
        turn, Control.Operation.PROPOSE_OWNER, new AbiWords().word(to), block -> pending = to);
  }

  Change cancelProposal(Turn turn) throws InftException {
    requireTransferable("cancel the proposal for");
    requireOwner(turn, "cancel the proposal for");
    if (pending.isZero()) {
      throw refused("cancel the proposal for", "no owner is proposed");
    }
    return recorded(
        turn, Control.Operation.CANCEL_PROPOSAL, new AbiWords(), block -> pending = Address.ZERO);
  }

  Change acceptOwner(Turn turn, Digest expectedRoot, Digest expectedControlHash)
      throws InftException {
    requireTransferable("accept");
    if (pending.isZero() || !pending.equals(turn.actor())) {
      throw new NotAuthorizedException(id.toString(), turn.actor().toString(), "accept");
    }
    Anchored newest = version(history.size());
    Digest root = newest == null ? Digest.ZERO : newest.anchor().root();
    if (!root.equals(expectedRoot)) {
      throw refused("accept", "its root is " + root + ", not the inspected " + expectedRoot);
    }
    if (!controlHash.equals(expectedControlHash)) {
      throw refused(
          "accept",
          "its control hash is " + controlHash + ", not the inspected " + expectedControlHash);
    }
    return recorded(
        turn,
        Control.Operation.ACCEPT_OWNER,
        new AbiWords().word(turn.actor()),
        block -> changeOwner(turn.actor(), block));
  }

  Change observeOwner(Turn turn) throws InftException {
    if (!bound) {
      throw refused("observe the owner of", "it is not an id of an NFT");
    }
    Address live = controller();
    if (live.isZero()) {
      throw refused("observe the owner of", "the token has no owner");
    }
    if (live.equals(owner)) {
      return block -> {
        candidateBlock = 0;
        return List.of();
      };
    }
    if (candidateBlock == 0 || !candidate.equals(live)) {
      return block -> {
        candidate = live;
        candidateBlock = block.number();
        return List.of();
      };
    }
    long from = candidateBlock + OBSERVATION_BLOCKS;
    if (turn.number() < from) {
      throw refused("observe the owner of", "too soon: not before block " + from);
    }
    return recorded(
        turn,
        Control.Operation.OWNER_OBSERVED,
        new AbiWords().word(live),
        block -> changeOwner(live, block));
  }

  private void changeOwner(Address to, Block block) {
    owner = to;
    pending = Address.ZERO;
    candidate = Address.ZERO;
    candidateBlock = 0;
    ownerSinceSeconds = block.timeSeconds();
    lockedUntilSeconds = 0;
    grantEpoch++;
  }

  Change freeze(Turn turn, boolean freeze) throws InftException {
    String action = freeze ? "freeze" : "unfreeze";
    if (freeze) {
      requireRoles(turn, Rights.GUARDIAN, action);
    } else {
      requireOwner(turn, action);
    }
    if (freeze == frozen) {
      throw refused(action, frozen ? "it is frozen already" : "it is not frozen");
    }
    return recorded(
        turn, Control.Operation.FREEZE, new AbiWords().word(freeze), block -> frozen = freeze);
  }

  Change lockUntil(Turn turn, long timeSeconds) throws InftException {
    requireOwner(turn, "lock");
    if (timeSeconds <= turn.timeSeconds() || timeSeconds < lockedUntilSeconds) {
      throw refused("lock", "a lock ends in the future and is never shortened");
    }
    if (timeSeconds > turn.timeSeconds() + MAX_LOCK_SECONDS) {
      throw refused("lock", "a lock lasts at most 365 days");
    }
    return recorded(
        turn,
        Control.Operation.LOCK_UNTIL,
        new AbiWords().word(timeSeconds),
        block -> lockedUntilSeconds = timeSeconds);
  }

  Change flagVersions(Turn turn, long from, long to, Digest reason) throws InftException {
    requireOwner(turn, "flag versions of");
    if (from < 1 || from > to || to > history.size()) {
      throw refused(
          "flag versions of",
          "there are versions 1 to " + history.size() + ", not " + from + " to " + to);
    }
    return recorded(
        turn,
        Control.Operation.FLAG_VERSIONS,
        new AbiWords().word(from).word(to).word(reason),
        block -> {});
  }

  Change setSuccessor(Turn turn, long chainId, Address registry, Digest newIdHash)
      throws InftException {
    requireOwner(turn, "name a successor of");
    if (bound) {
      requireTime(turn, ownerSinceSeconds + SETTLE_SECONDS, "name a successor of");
    }
    return recorded(
        turn,
        Control.Operation.SUCCESSOR,
        new AbiWords().word(chainId).word(registry).word(newIdHash),
        block -> {});
  }

  Change publishSealedKey(Turn turn, Address recipient, int epoch, Blob key) throws InftException {
    requireRoles(turn, Rights.KEY_ADMIN, "publish a key of");
    return block -> {
      sealedKeys.add(new SealedFor(block.number(), recipient, epoch, key));
      return List.of();
    };
  }

  List<Blob> sealedKeys(Address recipient, int epoch, long firstBlock, long lastBlock) {
    List<Blob> found = new ArrayList<>();
    for (SealedFor one : sealedKeys) {
      if (one.recipient.equals(recipient)
          && one.epoch == epoch
          && one.block >= firstBlock
          && one.block <= lastBlock) {
        found.add(0, one.key);
      }
    }
    return List.copyOf(found);
  }

  // Who may.

  /** Whether the owner on record still is the owner: always, unless an NFT moved. */
  private boolean ownerStands() {
    return !bound || (!owner.isZero() && owner.equals(controller()));
  }

  private boolean isOwner(Address account) {
    return ownerStands() && owner.equals(account);
  }

  private boolean standing(Grant grant) {
    return ownerStands() && grant.epoch() == grantEpoch;
  }

  private void requireOwner(Turn turn, String action) throws InftException {
    if (!isOwner(turn.actor())) {
      throw notAuthorized(turn, action);
    }
  }

  /** The grant by which the actor may, null if it is the owner. */
  private @Nullable Grant requireRoles(Turn turn, int roles, String action) throws InftException {
    if (isOwner(turn.actor())) {
      return null;
    }
    Grant grant = grants.get(turn.actor());
    if (grant == null || !standing(grant) || (grant.roles() & roles) != roles) {
      throw notAuthorized(turn, action);
    }
    if (grant.expirySeconds() <= turn.timeSeconds()) {
      throw refused(action, "the grant expired at " + UnixTime.instant(grant.expirySeconds()));
    }
    return grant;
  }

  private InftException notAuthorized(Turn turn, String action) {
    if (bound && controller().equals(turn.actor())) {
      return refused(
          action, "its new owner must be observed first: observeOwner, twice, two blocks apart");
    }
    return new NotAuthorizedException(id.toString(), turn.actor().toString(), action);
  }

  private void requireTransferable(String action) throws RegistryRefusedException {
    if (bound) {
      throw refused(action, "it belongs to whoever owns the NFT");
    }
  }

  private void requireTime(Turn turn, long fromSeconds, String action)
      throws RegistryRefusedException {
    if (turn.timeSeconds() < fromSeconds) {
      throw refused(action, "too soon: not before " + UnixTime.instant(fromSeconds));
    }
  }

  private RegistryRefusedException refused(String action, String reason) {
    return new RegistryRefusedException(ledger.description(), action + " '" + id + "'", reason);
  }

  /** An effect and its line in the control log. */
  private interface Effect {
    void take(Block block);
  }

  private Change recorded(Turn turn, Control.Operation operation, AbiWords data, Effect effect) {
    return block -> {
      effect.take(block);
      control(turn, block, operation, data);
      return List.of();
    };
  }

  private void control(Turn turn, Block block, Control.Operation operation, AbiWords words) {
    byte[] data = words.toBytes();
    long sequence = controls.size() + 1L;
    controlHash =
        RunningHashes.control(controlHash, sequence, operation.code(), turn.actor(), data, block);
    controls.add(
        new Control(sequence, operation.code(), turn.actor(), Blob.of(data), controlHash, block));
  }
}

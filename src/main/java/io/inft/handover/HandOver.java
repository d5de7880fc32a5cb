package io.inft.handover;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.PublicKey;
import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.WrongKeyException;
import io.inft.jdbc.Target;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.PaidRegistry;
import io.inft.registry.PaidRegistry.Mined;
import io.inft.registry.Registry;
import io.inft.replica.KeyringState;
import io.inft.replica.Session;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The steps of a change of hands, each done unless it is done already: who was interrupted calls
 * the same again. For one thread.
 *
 * <p>Seller: the buyer's account gets a slot; nobody publishes for a while; the id is offered.
 * Buyer: what he inspected is accepted, and a key epoch begins of which nobody else has a key. In
 * between everything can be opened by both; after it by the buyer alone.
 */
public final class HandOver {
  /** How far it got; for tests that stop it there. */
  public enum Step {
    LET_IN,
    LOCKED,
    OFFERED,
    ACCEPTED,
    ROTATED
  }

  private final Target target;
  private final Registry registry;
  private final DatabaseId id;
  private final Clock clock;
  private final SecureRandom random;
  private final Consumer<Step> watcher;

  /**
   * @param target the database, with what opens it
   * @param mined told of every transaction of the registry's own; versions are paid by their engine
   * @param watcher told of every step that this call did
   */
  public HandOver(
      Target target,
      Clock clock,
      SecureRandom random,
      Consumer<Mined> mined,
      Consumer<Step> watcher) {
    this.target = target;
    this.registry =
        target.network().registry() instanceof PaidRegistry paid
            ? paid.telling(mined)
            : target.network().registry();
    this.id = target.settings().id();
    this.clock = clock;
    this.random = random;
    this.watcher = watcher;
  }

  /** How far it is. Needs no secret. */
  public HandOverState state() throws SQLException, InftException {
    KeyringState keys = target.keys();
    Head head = registry.head(id);
    Offer offer = Offer.of(registry.controls(id, 1, head.controlSequence()));
    Anchored began = registry.version(id, keys.sinceVersion(), 0);
    boolean byOwner =
        began.author().equals(head.owner()) && began.controlSequence() > offer.ownedAt();
    return new HandOverState(head, offer, keys, byOwner);
  }

  /**
   * The seller's part.
   *
   * @param buyer the account that is to own it, by its public key
   * @param lock how long nobody publishes, from now; not made shorter if it is locked already
   * @throws NotAuthorizedException it is somebody else's; nobody was let in
   * @throws SQLException it is offered to another account, or locked before he was let in
   */
  public HandOverState offer(PublicKey buyer, Duration lock) throws SQLException, InftException {
    HandOverState state = state();
    Address account = buyer.address();
    requireOwner(state);
    if (!state.isBound() && state.offer().to().filter(to -> !to.equals(account)).isPresent()) {
      throw refused(
          "it is offered to " + state.offer().to().get(),
          "'inft hand-over cancel " + id + "' takes that back");
    }
    if (state.keys().slots().stream().noneMatch(slot -> slot.isWalletOf(account))) {
      if (state.offer().isLocked(clock.instant())) {
        throw refused(
            "it is locked until " + state.offer().lockedUntil().orElseThrow(),
            "an account can be let in when that is over");
      }
      letIn(buyer, state);
      watcher.accept(Step.LET_IN);
    }
    if (!state.offer().isLocked(clock.instant())) {
      registry.lockUntil(id, clock.instant().plus(lock));
      watcher.accept(Step.LOCKED);
    }
    if (!state.isBound() && !state.isOfferedTo(account)) {
      registry.proposeOwner(id, account);
      watcher.accept(Step.OFFERED);
    }
    return state();
  }

  /**
   * Who buys an NFT gets a key of his own besides, sealed as ERC-7857 has it: for tools that know
   * that standard and not our keyrings. It is published before it opens anything, so that there is
   * none that nobody has; one that never comes to open anything is no harm.
   */
  private void letIn(PublicKey buyer, HandOverState state) throws SQLException, InftException {
    try (Session session = target.openSession()) {
      List<SlotRequest> slots = new ArrayList<>();
      slots.add(session.slotFor(Secret.walletOf(buyer)));
      if (state.isBound()) {
        Secret key = Secret.randomKey(random);
        slots.add(session.slotFor(key));
        registry.publishSealedKey(
            id, buyer.address(), state.keys().epoch(), Secret.sealTo(buyer, key, random));
      }
      target.rotate(session, new KeyChange.Add(slots));
    }
  }

  /**
   * The keys that were published for an account with the newest keyring, newest first. Whether one
   * opens anything is to be tried.
   */
  public List<Blob> sealedKeys(Address account) throws InftException {
    Head head = registry.head(id);
    long block = 0;
    for (Control control : registry.controls(id, 1, head.controlSequence())) {
      if (control.operation().filter(Control.Operation.KEYRING::equals).isPresent()) {
        block = control.block().number();
      }
    }
    return registry.sealedKeys(id, account, head.keyEpoch(), block);
  }

  /**
   * What opens the newest keyring for an account: its slot, what the target has, or a key that was
   * published for it.
   *
   * @return the account's key if nothing does, for whoever tries it to be told
   */
  public Secret secretOf(SigningKey account) throws SQLException, InftException {
    Secret wallet = Secret.wallet(account);
    List<Secret> candidates = new ArrayList<>(List.of(wallet));
    target.settings().secret().ifPresent(candidates::add);
    Optional<Secret> opens = target.whatOpens(candidates);
    return opens.isPresent() ? opens.get() : target.whatOpens(published(account)).orElse(wallet);
  }

  private List<Secret> published(SigningKey account) throws InftException {
    List<Secret> keys = new ArrayList<>();
    for (Blob sealed : sealedKeys(account.address())) {
      try {
        keys.add(Secret.sealedKey(sealed.toBytes(), account));
      } catch (WrongKeyException notSealedToIt) {
        // whoever may change keys can publish anything for anybody
      }
    }
    return keys;
  }

  /** Takes an offer back. The lock stays, and so does what the account can read. */
  public HandOverState cancel() throws SQLException, InftException {
    if (state().offer().to().isPresent()) {
      registry.cancelProposal(id);
    }
    return state();
  }

  /**
   * The buyer's part.
   *
   * @param root the newest version that he inspected
   * @param controlHash the rights that he inspected; both are looked at only until he is the owner
   * @param slots the ways in from then on, that of the target's secret first; there are no others
   * @return its {@link HandOverState#needsRotation} is false; or it is an NFT's, whose owner must
   *     be observed again, or may not begin an epoch yet
   * @throws SQLException it is offered to nobody or to another account
   */
  public HandOverState accept(Digest root, Digest controlHash, List<SlotRequest> slots)
      throws SQLException, InftException {
    Address account = account();
    if (!registry.rights(id, account).owner()) {
      HandOverState state = state();
      if (state.isBound()) {
        registry.observeOwner(id);
      } else if (state.isOfferedTo(account)) {
        registry.acceptOwner(id, root, controlHash);
      } else {
        throw refused(
            "it is offered to " + state.offer().to().map(Address::toString).orElse("nobody"),
            "its owner offers it with 'inft hand-over offer " + id + "'");
      }
      if (registry.rights(id, account).owner()) {
        watcher.accept(Step.ACCEPTED);
      }
    }
    HandOverState state = state();
    boolean mine = registry.rights(id, account).owner();
    if (mine && state.needsRotation() && state.rotationFrom(now()).isEmpty()) {
      try (Session session = target.openSession()) {
        target.rotate(session, new KeyChange.NewEpoch(slots, true));
      }
      watcher.accept(Step.ROTATED);
    }
    return state();
  }

  /** Before anybody is let in: who may change keys could do that much without being the owner. */
  private void requireOwner(HandOverState state) throws SQLException, InftException {
    Address own = account();
    if (!registry.rights(id, own).owner()) {
      throw new NotAuthorizedException(
          id.toString(),
          own.toString(),
          "offer",
          "owner's",
          "it belongs to " + state.head().owner() + ", whose key signs an offer (privateKeyFile)");
    }
  }

  private Address account() throws SQLException {
    return registry
        .account()
        .orElseThrow(() -> refused("no signing key is given", "set privateKeyFile"));
  }

  private SQLException refused(String reason, String hint) {
    return Target.refused("'" + id + "' does not change hands: " + reason + "; " + hint);
  }

  private Instant now() {
    return clock.instant();
  }
}

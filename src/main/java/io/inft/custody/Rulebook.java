package io.inft.custody;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Rights;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Replays the control log by the contract's rules, so that every version can be judged by the
 * rights that were in force when it was anchored. The contract judged the same; this says whether
 * what is shown can have come from it. Not safe for many threads.
 *
 * <p>Of an NFT only the observed owners are in the log. Whether the owner on record still owned the
 * token at an anchor is not, so it is taken as given: the contract refuses the anchor otherwise.
 */
final class Rulebook {
  private static final long SETTLE_SECONDS = 3600;

  private record Grant(
      long sequence, long epoch, int roles, long expiry, long interval, long last) {}

  private final boolean bound;
  private final Findings findings;

  // Mutable state: what the contract would hold.
  private final Map<Address, Grant> grants = new HashMap<>();
  private Address owner;
  private Address pending = Address.ZERO;
  private long ownerSince;
  private boolean frozen;
  private long lockedUntil;
  private long grantEpoch;
  private int keyEpoch;
  private Digest keyringHash = Digest.ZERO;
  private boolean certain = true;

  /**
   * @param firstOwner who registered it; not used for an id of an NFT
   */
  Rulebook(DatabaseId id, Address firstOwner, Findings findings) {
    this.bound = id.namespace() == DatabaseId.Namespace.BOUND;
    this.owner = bound ? Address.ZERO : firstOwner;
    this.findings = findings;
  }

  /** Operations are missing, so nothing that follows can be judged. */
  void loseCertainty() {
    certain = false;
  }

  /** The next operation of the log. */
  void apply(Control control) {
    if (control.operation().isEmpty()) {
      loseCertainty();
      findings.add(
          Code.OPERATION_UNKNOWN,
          0,
          "control operation "
              + control.sequence()
              + " has the code "
              + control.code()
              + "; who had which right from then on cannot be told");
      return;
    }
    apply(control, control.operation().get());
  }

  private void apply(Control control, Control.Operation operation) {
    try {
      ControlData data = new ControlData(control);
      String broken = replay(control, operation, data);
      data.end();
      if (!broken.isEmpty() && certain) {
        findings.add(
            Code.AUTHOR_UNAUTHORIZED,
            0,
            "control operation "
                + control.sequence()
                + " ("
                + operation
                + ") by "
                + control.actor()
                + ": "
                + broken);
      }
    } catch (CorruptObjectException e) {
      loseCertainty();
      findings.add(Code.LOG_FORGED, 0, String.valueOf(e.getMessage()));
    }
  }

  /** Takes the effect and says which rule was broken, if one was. */
  private String replay(Control control, Control.Operation operation, ControlData data)
      throws CorruptObjectException {
    Address actor = control.actor();
    long time = control.block().timeSeconds();
    String mustOwn = isOwner(actor) ? "" : "only the owner " + owner + " may";
    switch (operation) {
      case GRANT -> {
        Address who = data.address();
        int roles = Math.toIntExact(Math.min(data.number(), Integer.MAX_VALUE));
        grants.put(
            who, new Grant(control.sequence(), grantEpoch, roles, data.number(), data.number(), 0));
        return mustOwn;
      }
      case REVOKE -> grants.remove(data.address());
      case REVOKE_ALL -> {
        grantEpoch++;
        long named = data.number();
        return mustOwn.isEmpty() && named != grantEpoch
            ? "it names grant epoch " + named + ", the next one is " + grantEpoch
            : mustOwn;
      }
      case KEYRING -> {
        return keyring(control, data.digest(), data.number());
      }
      case PROPOSE_OWNER -> pending = data.address();
      case CANCEL_PROPOSAL -> pending = Address.ZERO;
      case ACCEPT_OWNER -> {
        Address next = data.address();
        boolean proposed = !bound && !pending.isZero() && pending.equals(actor);
        changeOwner(next, time);
        return proposed && next.equals(actor) ? "" : "it was not proposed to this account";
      }
      case OWNER_OBSERVED -> {
        changeOwner(data.address(), time);
        return bound ? "" : "only the owner of an NFT is observed";
      }
      case FREEZE -> {
        boolean freeze = data.number() == 1;
        String broken = freeze ? right(actor, Rights.GUARDIAN, time).broken() : mustOwn;
        frozen = freeze;
        return broken;
      }
      case LOCK_UNTIL -> lockedUntil = data.number();
      case SUCCESSOR -> {
        data.digest(); // a chain id of 256 bits, any will do
        data.address();
        data.digest();
      }
      case FLAG_VERSIONS -> flag(data.number(), data.number(), data.digest());
    }
    return mustOwn;
  }

  /** Whether the account may is judged with the version that the keyring came with. */
  private String keyring(Control control, Digest hash, long epoch) {
    long settled = ownerSince + SETTLE_SECONDS;
    boolean follows = epoch == keyEpoch + 1L || (epoch == keyEpoch && keyEpoch > 0);
    boolean early = epoch > keyEpoch && keyEpoch > 0 && control.block().timeSeconds() < settled;
    String broken = follows ? "" : "key epoch " + epoch + " does not follow " + keyEpoch;
    if (bound && follows && early) {
      broken = "a new epoch within an hour after the owner was observed";
    }
    keyringHash = hash;
    keyEpoch = (int) Math.min(epoch, Integer.MAX_VALUE);
    return broken;
  }

  private void changeOwner(Address to, long time) {
    owner = to;
    pending = Address.ZERO;
    ownerSince = time;
    lockedUntil = 0;
    grantEpoch++;
  }

  private void flag(long from, long to, Digest reason) {
    findings.add(
        Code.DISPUTED,
        from,
        "the owner disputes versions " + from + " to " + to + ", reason " + reason);
  }

  /**
   * Judges a version by the operations applied so far.
   *
   * @param rotation whether it came with a new keyring
   * @return by what right, empty if by none (then there is a finding) or if that cannot be told
   */
  Optional<Authority> judge(Anchored version, boolean rotation) {
    if (!certain) {
      return Optional.empty();
    }
    int roles = Rights.toMoveHead(rotation, version.anchor().kind());
    long time = version.block().timeSeconds();
    Judgement judgement = mayAnchor(version.author(), roles, time);
    if (!judgement.broken().isEmpty()) {
      findings.add(
          Code.AUTHOR_UNAUTHORIZED,
          version.version(),
          "anchored by " + version.author() + ": " + judgement.broken());
    }
    Grant grant = grants.get(version.author());
    if (grant != null && grant.interval() > 0 && !isOwner(version.author())) {
      grants.put(
          version.author(),
          new Grant(
              grant.sequence(),
              grant.epoch(),
              grant.roles(),
              grant.expiry(),
              grant.interval(),
              time));
    }
    if (version.anchor().keyEpoch() != keyEpoch
        || !version.anchor().keyringHash().equals(keyringHash)) {
      findings.add(
          Code.KEYRING_MISMATCH,
          version.version(),
          "anchored with key epoch "
              + version.anchor().keyEpoch()
              + " and keyring "
              + version.anchor().keyringHash()
              + "; in force were "
              + keyEpoch
              + " and "
              + keyringHash);
    }
    return Optional.ofNullable(judgement.authority());
  }

  /** The registry's newest words must be what the control log leads to. */
  void compare(Head head) {
    if (!certain) {
      return;
    }
    same("owner", bound ? head.owner() : owner, head.owner());
    same("status", frozen ? Head.FROZEN : Head.LIVE, head.status());
    same("key epoch", keyEpoch, head.keyEpoch());
    same("keyring hash", keyringHash, head.keyringHash());
  }

  private void same(String field, Object expected, Object found) {
    if (!Objects.equals(expected, found)) {
      findings.add(
          Code.LOG_FORGED,
          0,
          "the registry's " + field + " is " + found + ", its control log leads to " + expected);
    }
  }

  /** By what right, or which rule stands against it. */
  private record Judgement(@org.jspecify.annotations.Nullable Authority authority, String broken) {
    static Judgement against(String rule) {
      return new Judgement(null, rule);
    }
  }

  private boolean isOwner(Address account) {
    return !owner.isZero() && owner.equals(account);
  }

  private Judgement mayAnchor(Address account, int roles, long time) {
    if (frozen) {
      return Judgement.against("the id was frozen");
    }
    if (time < lockedUntil) {
      return Judgement.against("the id was locked until " + lockedUntil + ", it was " + time);
    }
    Judgement judgement = right(account, roles, time);
    Grant grant = grants.get(account);
    if (judgement.broken().isEmpty()
        && !isOwner(account)
        && grant != null
        && grant.last() != 0
        && time < grant.last() + grant.interval()) {
      return Judgement.against(
          "the grant allows one anchor every " + grant.interval() + " seconds");
    }
    return judgement;
  }

  private Judgement right(Address account, int roles, long time) {
    if (isOwner(account)) {
      return new Judgement(Authority.OWNER, "");
    }
    Grant grant = grants.get(account);
    if (grant == null) {
      return Judgement.against("it was neither the owner " + owner + " nor granted a right");
    }
    if (grant.epoch() != grantEpoch) {
      return Judgement.against(
          "its grant (control operation " + grant.sequence() + ") had ended with all others");
    }
    if ((grant.roles() & roles) != roles) {
      return Judgement.against("its grant has roles " + grant.roles() + ", not " + roles);
    }
    if (grant.expiry() <= time) {
      return Judgement.against("its grant expired at " + grant.expiry() + ", it was " + time);
    }
    Authority.Role as =
        (roles & Rights.KEY_ADMIN) != 0 ? Authority.Role.KEY_ADMIN : Authority.Role.WRITER;
    boolean writer = (grant.roles() & Rights.WRITER) != 0;
    return new Judgement(new Authority(as, writer, grant.sequence(), grant.expiry()), "");
  }
}

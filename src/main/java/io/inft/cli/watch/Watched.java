package io.inft.cli.watch;

import io.inft.bytes.Address;
import io.inft.bytes.Trust;
import io.inft.cli.watch.Notice.Kind;
import io.inft.cli.watch.Notice.Level;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.SplitViewException;
import io.inft.jdbc.Target;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.replica.Databases;
import io.inft.replica.local.Fork;
import io.inft.replica.local.LocalStatus;
import io.inft.upkeep.Upkeep;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One database that is watched: compares each look with the one before. What happens once is told
 * once; what lasts is told when it begins and when it is over. For one thread.
 */
final class Watched {
  /** So many versions are looked at one by one between two looks; of more, the newest. */
  private static final long MOST_VERSIONS = 1_000;

  private static final Duration PAYMENTS_ASKED_EVERY = Duration.ofHours(1);

  private final Target target;
  private final Expected expected;
  private final Clock clock;
  private final RegistryReader registry;

  // Mutable: what lasts, what was seen last, and what this look has found.
  private final Set<Lasting> lasting = new HashSet<>();
  private @Nullable Seen seen;
  private @Nullable Instant paymentsAsked;
  private List<Notice> found = new ArrayList<>();

  /** Whom was asked in vain: each of them is well again by itself. */
  private enum Asked {
    REGISTRY,
    VERSIONS,
    STORAGE,
    /** Nobody: it was an answer. */
    NOBODY
  }

  /** Something that lasts. */
  private record Lasting(Kind kind, Asked asked) {}

  /**
   * @param before what an earlier watch saw last; empty to begin with what is there now
   */
  Watched(Target target, Expected expected, Clock clock, Optional<Seen> before) {
    this.target = target;
    this.expected = expected;
    this.clock = clock;
    this.registry = target.network().registry();
    this.seen = before.orElse(null);
  }

  Target target() {
    return target;
  }

  private String id() {
    return target.settings().id().toString();
  }

  /** What was seen last; empty before the registry was reached. */
  Optional<Seen> seen() {
    return Optional.ofNullable(seen);
  }

  /** Looks once; never fails for what is wrong with chain or storage. */
  List<Notice> look() throws SQLException {
    found = new ArrayList<>();
    Optional<Head> head = head();
    if (head.isPresent()) {
      compare(head.get());
      payments(head.get());
    }
    here();
    return List.copyOf(found);
  }

  private void tell(Level level, Kind kind, long version, String message) {
    found.add(new Notice(clock.instant(), id(), level, kind, version, message));
  }

  private void warn(Kind kind, long version, String message) {
    tell(Level.WARNING, kind, version, message);
  }

  /** Tells of something that lasts when it begins, and when it is over. */
  private void lasts(Kind kind, Optional<String> message) {
    lasts(new Lasting(kind, Asked.NOBODY), message, "no longer");
  }

  private void unreachable(Asked asked, Optional<String> message) {
    lasts(
        new Lasting(Kind.UNREACHABLE, asked),
        message,
        asked == Asked.STORAGE ? "storage answers again" : "the registry answers again");
  }

  private void lasts(Lasting what, Optional<String> message, String over) {
    if (message.isPresent() && lasting.add(what)) {
      warn(what.kind(), 0, message.get());
    } else if (message.isEmpty() && lasting.remove(what)) {
      tell(Level.OVER, what.kind(), 0, over);
    }
  }

  // What the chain says ---------------------------------------------------------------------------

  private Optional<Head> head() {
    Optional<Head> head = Optional.empty();
    Optional<String> unreachable = Optional.empty();
    Optional<String> unregistered = Optional.empty();
    Optional<String> dissent = Optional.empty();
    try {
      head = Optional.of(registry.head(target.settings().id()));
      dissent = dissent(registry.trust());
    } catch (NotRegisteredException e) {
      unregistered = Optional.of(String.valueOf(e.getMessage()));
    } catch (SplitViewException e) {
      dissent = Optional.of(String.valueOf(e.getMessage()));
    } catch (InftException e) {
      unreachable = Optional.of(String.valueOf(e.getMessage()));
    }
    unreachable(Asked.REGISTRY, unreachable);
    lasts(Kind.UNREGISTERED, unregistered);
    lasts(Kind.DISSENT, dissent);
    return head;
  }

  private static Optional<String> dissent(Trust trust) {
    List<Trust.Endpoint> others = trust.dissenting();
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            others.stream()
                .map(one -> one.name() + " (" + one.standing() + ")")
                .collect(Collectors.joining(", ")));
  }

  private void compare(Head head) {
    Optional<String> unreachable = Optional.empty();
    try {
      Seen before = seen == null ? begin(head) : seen;
      if (head.version() < before.version() && registry.lagsBehind(before.block())) {
        // An older state says nothing of what came after it: what was seen stays what it was.
        unreachable(Asked.VERSIONS, Optional.of("the endpoint has not come as far as before"));
        return;
      }
      versions(head, before, isGone(head, before));
      controls(head, before);
      owner(head, before);
      seen = Seen.of(head, isFinal(head), before.writers());
    } catch (InftException e) {
      unreachable = Optional.of(String.valueOf(e.getMessage()));
    }
    unreachable(Asked.VERSIONS, unreachable);
    boolean frozen = head.status() == Head.FROZEN;
    lasts(Kind.FROZEN, frozen ? Optional.of(Kind.FROZEN.meaning()) : Optional.empty());
  }

  /** Begins with what this machine saw before, or with what is there now. */
  private Seen begin(Head head) throws InftException {
    Set<String> writers = new TreeSet<>();
    expected.writers().forEach(one -> writers.add(one.toString()));
    if (writers.isEmpty()) {
      writers.add(head.owner().toString());
      long from = Math.max(1, head.version() - MOST_VERSIONS + 1);
      if (head.version() > 0) {
        registry
            .history(head.id(), from, head.version())
            .forEach(one -> writers.add(one.author().toString()));
      }
    }
    Seen now = Seen.of(head, isFinal(head), writers);
    Optional<Databases.Seen> here = Databases.finalHead(target.settings(), target.network());
    return here.isEmpty()
        ? now
        : new Seen(
            here.get().version(),
            here.get().root(),
            here.get().block(),
            true,
            now.owner(),
            now.controls(),
            writers);
  }

  private boolean isFinal(Head head) throws InftException {
    return head.newest().isPresent() && registry.isFinal(head.newest().get().block());
  }

  /** Whether what was seen before is not there any more. */
  private boolean isGone(Head head, Seen before) throws InftException {
    if (before.version() == 0) {
      return false;
    }
    String there = "nothing";
    if (head.version() >= before.version()) {
      Anchored same = registry.version(head.id(), before.version(), before.block().number());
      if (same.anchor().root().equals(before.root())) {
        return false;
      }
      there = "root " + same.anchor().root();
    }
    warn(
        before.isFinal() ? Kind.ROLLBACK : Kind.REORG,
        before.version(),
        "version "
            + before.version()
            + " was root "
            + before.root()
            + ", now there is "
            + there
            + "; the head is version "
            + head.version());
    return true;
  }

  /**
   * Tells what came since. Of versions in the place of some that are gone, all that nobody expected
   * are told: which of them are new is not known.
   */
  private void versions(Head head, Seen before, boolean gone) throws InftException {
    if (head.version() <= (gone ? 0 : before.version())) {
      return;
    }
    long from = Math.max(gone ? 1 : before.version() + 1, head.version() - MOST_VERSIONS + 1);
    for (Anchored one : registry.history(head.id(), from, head.version())) {
      String what =
          "version "
              + one.version()
              + " ("
              + one.anchor().kind().word()
              + ", "
              + one.anchor().sizeBytes()
              + " bytes) by "
              + one.author();
      if (!before.expects(one.author())) {
        warn(Kind.WRITER, one.version(), what + ", who is not expected to publish");
      } else if (one.version() > before.version()) {
        tell(Level.NEWS, Kind.VERSION, one.version(), what);
      }
    }
  }

  private void controls(Head head, Seen before) throws InftException {
    if (head.controlSequence() <= before.controls()) {
      return;
    }
    long from = Math.max(before.controls() + 1, head.controlSequence() - MOST_VERSIONS + 1);
    for (Control one : registry.controls(head.id(), from, head.controlSequence())) {
      String operation =
          one.operation()
              .map(known -> known.name().toLowerCase(Locale.ROOT).replace('_', ' '))
              .orElse("operation " + one.code());
      tell(Level.NEWS, Kind.CONTROL, 0, operation + " by " + one.actor());
    }
  }

  private void owner(Head head, Seen before) {
    String now = head.owner().toString();
    if (expected.owner().isPresent()) {
      String wanted = expected.owner().map(Address::toString).orElse("");
      lasts(
          Kind.OWNER,
          now.equals(wanted)
              ? Optional.empty()
              : Optional.of("the owner is " + now + ", not " + wanted));
    } else if (!now.equals(before.owner())) {
      warn(Kind.OWNER, 0, "the owner was " + before.owner() + ", and is " + now);
    }
  }

  // Storage, and this machine ---------------------------------------------------------------------

  private void payments(Head head) throws SQLException {
    Instant now = clock.instant();
    boolean asked =
        paymentsAsked != null
            && Duration.between(paymentsAsked, now).compareTo(PAYMENTS_ASKED_EVERY) < 0;
    if (asked || head.newest().isEmpty()) {
      return;
    }
    paymentsAsked = now;
    Upkeep upkeep = target.upkeep();
    try {
      Optional<Instant> until =
          upkeep.paidUntil(upkeep.needed(Upkeep.Reach.HEAD)).map(Upkeep.PaidUntil::until);
      boolean soon = until.isPresent() && until.get().isBefore(now.plus(expected.paidFor()));
      unreachable(Asked.STORAGE, Optional.empty());
      lasts(
          Kind.PAID,
          soon
              ? Optional.of("storage is paid until " + until.get() + " ('inft renew " + id() + "')")
              : Optional.empty());
    } catch (InftException e) {
      paymentsAsked = null;
      unreachable(Asked.STORAGE, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private void here() throws SQLException {
    LocalStatus local = target.local();
    Duration age = local.unpublished().age(clock.instant());
    boolean late = !local.unpublished().isNothing() && age.compareTo(expected.maxLag()) > 0;
    lasts(
        Kind.LAG,
        late ? Optional.of(local.unpublished().sentence(clock.instant())) : Optional.empty());
    List<Fork> pending = local.pending();
    lasts(
        Kind.FORK,
        pending.isEmpty()
            ? Optional.empty()
            : Optional.of(pending.size() + " put aside ('inft forks list " + id() + "')"));
  }
}

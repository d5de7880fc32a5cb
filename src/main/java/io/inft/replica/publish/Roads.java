package io.inft.replica.publish;

import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.registry.PaidRegistry;
import io.inft.registry.Registry;
import io.inft.replica.local.ChainTime;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.publish.policy.RoadPolicy;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Tip;
import io.inft.store.merkle.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which road the next version takes, and when one is due for the sake of those before it. Knows
 * what the policy asks for: the registry, the clock, whether the store answers, whether this is the
 * end. Safe for many threads; waits for nobody.
 */
final class Roads {
  /** The store is asked for so long before it is needed. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  private final DatabaseScope scope;
  private final RoadPolicy policy;
  private final StoreWatch store;
  private final LongSupplier nanos;
  private final ChainTime time;

  /** Whether nobody uses the database: what is published now may be the last for a while. */
  private volatile boolean last;

  /** Whether the store was asked then and did not answer. */
  private volatile boolean isStoreLost;

  /** When that is so long that the inlined versions are carried, if it is. */
  private volatile @Nullable Long foldAtNanos;

  /** What was in vain is not tried at once again. */
  private volatile long notBeforeNanos;

  private volatile boolean warned;

  /** Why it took nothing, though it may answer; null while it does. */
  private volatile @Nullable String refusal;

  Roads(DatabaseScope scope, Inlining inlining) {
    this(scope, inlining, System::nanoTime);
  }

  Roads(DatabaseScope scope, Inlining inlining, LongSupplier nanos) {
    this.scope = scope;
    this.nanos = nanos;
    this.time = new ChainTime(scope.clock(), nanos);
    Registry registry = scope.registry();
    this.policy =
        new RoadPolicy(
            inlining,
            new RoadPolicy.Carrier(registry.maxInlineBytes(), registry instanceof PaidRegistry));
    this.store = new StoreWatch(scope.store(), nanos);
    this.notBeforeNanos = nanos.getAsLong();
  }

  /**
   * The longest commit object that goes along with the next version's anchor, 0 for none.
   *
   * @param stores whether it must be stored whatever else is so
   */
  int mostBytes(long version, boolean stores, WriterState state) {
    boolean answers = last ? !isStoreLost : store.answer() == StoreWatch.Answer.REACHED;
    return policy.mostBytes(
        new RoadPolicy.Next(version, stores, last, answers && refusal == null),
        tailOf(state),
        nowSeconds(state));
  }

  /**
   * The longest commit object that may go along with its anchor because the store takes nothing,
   * however old the tail is; 0 for none.
   *
   * @param state with this version on its way, and no other
   */
  int mostBytesWithoutStore(long version, WriterState state) {
    return policy.mostBytes(
        new RoadPolicy.Next(version, false, last, false),
        tailOf(state.withoutFold(List.of())),
        nowSeconds(state));
  }

  /** What was to carry versions to the store could not be stored. It is tried again later. */
  void storeFailed(String why) {
    refusal = why;
    notBeforeNanos = nanos.getAsLong() + StoreWatch.FRESH.toNanos();
  }

  /** The store took something. */
  void storeTook() {
    refusal = null;
  }

  /** From now on nobody uses the database; the versions in the log are carried after a while. */
  void unused(Duration foldAfter) {
    last = true;
    foldAtNanos = nanos.getAsLong() + foldAfter.toNanos();
  }

  /**
   * Finds out whether what is published last can be stored, if that matters.
   *
   * @param most no answer by then is one too
   * @return whether it can be
   */
  boolean lookForStore(WriterState state, Optional<Tip> tip, Duration most) {
    boolean matters = policy.mayInline() || !state.tail().isEmpty();
    if (matters && tip.isPresent()) {
      store.ask(stored(tip.get()));
      isStoreLost = !store.awaitAnswer(most) || store.answer() == StoreWatch.Answer.UNREACHED;
    }
    return !isStoreLost;
  }

  /** Somebody uses it. */
  void used() {
    last = false;
    isStoreLost = false;
    foldAtNanos = null;
  }

  /**
   * Whether a version should be made for the sake of those that it carries; to be asked every now
   * and then. Finds out beside whether the store can be reached.
   */
  boolean wantsFold(WriterState state, Optional<Tip> tip) {
    RoadPolicy.Tail tail = tailOf(state);
    if (!wantsLook(state, tip)) {
      return false;
    }
    store.ask(stored(tip.get()));
    return (isAbandoned(tail) || policy.wantsFold(tail, nowSeconds(state)))
        && store.answer() == StoreWatch.Answer.REACHED;
  }

  /** Whether versions are, or will soon be, to be carried to the store. */
  boolean wantsLook(WriterState state, Optional<Tip> tip) {
    RoadPolicy.Tail tail = tailOf(state);
    return tail.length() > 0
        && tip.isPresent()
        && nanos.getAsLong() - notBeforeNanos >= 0
        && (isAbandoned(tail) || policy.isFoldDue(tail, nowSeconds(state) + AHEAD.toSeconds()));
  }

  private boolean isAbandoned(RoadPolicy.Tail tail) {
    Long unusedUntil = foldAtNanos;
    return tail.own() && unusedUntil != null && nanos.getAsLong() - unusedUntil >= 0;
  }

  /** Somebody else's version is the head: he carries them. That is looked at again later. */
  void postponeFold() {
    notBeforeNanos = nanos.getAsLong() + StoreWatch.PAUSE.toNanos();
  }

  /** Told once when the store cannot be reached though versions should be carried there. */
  Optional<String> takeWarning(WriterState state) {
    RoadPolicy.Tail tail = tailOf(state);
    boolean overdue = policy.isFoldDue(tail, nowSeconds(state)) && isLost();
    boolean now = overdue && !warned;
    warned = overdue;
    return now
        ? Optional.of(
            (refusal == null ? scope.store().describe() + " cannot be reached" : refusal)
                + "; "
                + tail(state).sentence()
                + ". It is tried again; versions go on to be anchored, until a version whose number"
                + " is a multiple of "
                + RoadPolicy.STORED_EVERY)
        : Optional.empty();
  }

  Duration foldAfter() {
    return policy.inlining().maxAge();
  }

  InlinedTail tail(WriterState state) {
    return InlinedTail.of(state, policy, isStoreLost || isLost());
  }

  private boolean isLost() {
    return refusal != null || store.answer() == StoreWatch.Answer.UNREACHED;
  }

  private static RoadPolicy.Tail tailOf(WriterState state) {
    List<WriterState.Inlined> tail = state.tail();
    return tail.isEmpty()
        ? RoadPolicy.Tail.NONE
        : new RoadPolicy.Tail(
            tail.size(), tail.get(0).timeSeconds(), tail.get(tail.size() - 1).own());
  }

  /** An object that a version before the inlined ones has brought to the store. */
  private static ObjectRef stored(Tip tip) {
    PackEntry snapshot = tip.commit().body().restoreSet().get(0);
    if (snapshot.location() instanceof Location.Own own) {
      return new ObjectRef(own.root(), snapshot.sizeBytes());
    }
    if (snapshot.location() instanceof Location.Within within) {
      return new ObjectRef(within.commitRoot(), within.commitSizeBytes());
    }
    return tip.ref();
  }

  private long nowSeconds(WriterState state) {
    return time.seconds(state);
  }
}

package io.inft.replica.publish;

import io.inft.capture.Pin;
import io.inft.capture.SqliteLink;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.CompactionPolicy;
import io.inft.replica.publish.version.GenerationFolder;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Tip;
import io.inft.store.RenewableStore;
import io.inft.upkeep.PayingAgain;
import io.inft.upkeep.Upkeep;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Has a new snapshot made when the deltas outweigh the old one, or a pack grows old: a small one
 * rides with the next version, a large one is made in the background, one at a time. Safe for many
 * threads.
 */
final class Compactions {
  private final DatabaseScope scope;
  private final GenerationFolder folder;
  private final GenerationState state;
  private final Fencing fencing;
  private final CompactionPolicy policy;
  private final PayingAgain payments;

  // Mutable, guarded by this.
  private volatile @Nullable Compaction running;

  Compactions(
      DatabaseScope scope, GenerationFolder folder, GenerationState state, Fencing fencing) {
    this.scope = scope;
    this.folder = folder;
    this.state = state;
    this.fencing = fencing;
    this.policy =
        new CompactionPolicy(scope.objects().renewAfter(), scope.store() instanceof RenewableStore);
    this.payments =
        new PayingAgain(
            scope.id().toString(),
            new Upkeep(scope.registry(), scope.store(), folder.objects(), scope.id()),
            scope.objects().renewAfter(),
            scope.clock(),
            EngineThreads.anchoring());
  }

  /** Begins if it is worth it, from the very position that a version was just staged at. */
  synchronized void beginIfWorthIt(Pin pin, Tip newest) throws InftException {
    if (state.isPartial()) {
      return; // it would bring all pages, and another version comes
    }
    CompactionPolicy.Decision decision =
        policy.decide(
            new CompactionPolicy.Known(
                newest.commit().body().restoreSet(),
                pin.pageCount() * folder.pageSize(),
                running != null || state.written().spare().isPresent()),
            nowSeconds());
    switch (decision) {
      case NOTHING -> {}
      case WITH_THE_NEXT_VERSION -> state.snapshotNext();
      case IN_THE_BACKGROUND -> beginInBackground(pin, newest);
    }
  }

  private void beginInBackground(Pin pin, Tip newest) throws InftException {
    Optional<SqliteLink> link = state.capture().alsoPin(pin);
    if (link.isPresent()) {
      begin(
          newest.version(),
          Compaction.ofSnapshot(
              surroundings(),
              new Compaction.Source(
                  newest.version(), pin, link.get(), state.keys(), state.hashes())));
    }
  }

  /** Goes on with a snapshot that was on its way to the store when the process ended. */
  synchronized void resume() {
    Optional<WriterState.SpareSnapshot> spare = state.written().spare();
    if (spare.isPresent() && !spare.get().stored() && running == null) {
      begin(spare.get().version(), Compaction.ofUpload(surroundings(), spare.get()));
    }
  }

  private void begin(long version, Compaction compaction) {
    state.compacting(version);
    state.enter();
    running = compaction;
    compaction.start();
  }

  private Compaction.Surroundings surroundings() {
    return new Compaction.Surroundings(scope, folder, state, fencing, this::ended);
  }

  /** It ended, well or not; without a stored snapshot it is tried again later. */
  private synchronized void ended() {
    state.compacted();
    state.leave();
    running = null;
  }

  /** Whether a snapshot is being made or stored in the background. */
  boolean isRunning() {
    return running != null;
  }

  /**
   * Whether a pack of the newest version is so old that a new snapshot must be made. Where it is
   * cheaper to pay for it again, that is begun in the background instead.
   */
  boolean wantsRenewal() {
    List<PackEntry> packs = packs();
    if (isPaymentToAskFor(packs)) {
      payments.beginIfDue(); // which asks what was paid, whatever the author says
    }
    return isSnapshotDue(packs);
  }

  /** Whether {@link #wantsRenewal} would say yes, or begin something. */
  boolean wantsLook() {
    List<PackEntry> packs = packs();
    return isSnapshotDue(packs) || (payments.isDue() && isPaymentToAskFor(packs));
  }

  private List<PackEntry> packs() {
    return state.tip().map(newest -> newest.commit().body().restoreSet()).orElse(List.of());
  }

  private boolean isSnapshotDue(List<PackEntry> packs) {
    return policy.renewal(packs, nowSeconds()) == CompactionPolicy.Renewal.BY_A_SNAPSHOT;
  }

  private boolean isPaymentToAskFor(List<PackEntry> packs) {
    long now = nowSeconds();
    return policy.renewal(packs, now) == CompactionPolicy.Renewal.BY_PAYING_AGAIN
        || policy.isAgeUntold(packs, now);
  }

  /** Until when all that the head needs is paid, as far as it is known. */
  Optional<Instant> paidUntil() {
    return payments.paidUntil();
  }

  /** Whether anything must be stored or paid again by then. */
  boolean isRenewalDueBy(long seconds) {
    return state
        .tip()
        .map(newest -> policy.renewal(newest.commit().body().restoreSet(), seconds))
        .filter(renewal -> renewal != CompactionPolicy.Renewal.NOTHING)
        .isPresent();
  }

  private long nowSeconds() {
    return scope.clock().millis() / 1000;
  }

  /**
   * Has background work stop as soon as it can.
   *
   * @return done when no thread is at work any more
   */
  CompletableFuture<Void> quiet() {
    Compaction now = running;
    CompletableFuture<Void> paid = payments.quiet();
    if (now == null) {
      return paid;
    }
    now.cancel();
    return CompletableFuture.allOf(now.ended(), paid);
  }

  /** Breaks off what background work waits for, as far as that listens. */
  void interrupt() {
    payments.interrupt();
    Compaction now = running;
    if (now != null) {
      now.interrupt();
    }
  }
}

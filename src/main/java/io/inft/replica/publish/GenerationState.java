package io.inft.replica.publish;

import io.inft.bytes.Digest;
import io.inft.capture.Capture;
import io.inft.capture.Pin;
import io.inft.commit.CommitObject;
import io.inft.commit.DriverEvent;
import io.inft.failure.InftException;
import io.inft.failure.PublishTimeoutException;
import io.inft.pack.state.StateTree;
import io.inft.registry.Anchored;
import io.inft.registry.Kind;
import io.inft.replica.local.Backlog;
import io.inft.replica.local.CommitAge;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Fork;
import io.inft.replica.local.PageHashesFile;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.Withdrawal;
import io.inft.replica.local.WriterState;
import io.inft.replica.partial.PartialBase;
import io.inft.replica.publish.policy.RestoreSetPlan;
import io.inft.replica.publish.version.GenerationFolder;
import io.inft.replica.publish.version.StagedVersion;
import io.inft.replica.publish.version.VersionContent;
import io.inft.replica.publish.version.VersionOrder;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Predecessor;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.Tip;
import io.inft.store.merkle.ObjectRef;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a generation stands: its state on disk, and what belongs to that in memory. This is the one
 * place that changes either. What is written down counts: memory follows after it, so what could
 * not be written has not happened. Safe for many threads; its lock is held while it writes.
 */
final class GenerationState {
  private final DatabaseScope scope;
  private final GenerationFolder folder;
  private final Capture capture;
  private final CommitAge age;
  private final Roads roads;
  private final IntegrityFindings findings = new IntegrityFindings();
  private final Optional<PartialBase> base;

  // Mutable, guarded by this; the volatile ones are read without it.
  private volatile Keys keys;
  private volatile WriterState written;
  private volatile Optional<Tip> tip;
  private @Nullable StateTree tree;

  /** Whether the page hashes are those of the base, and still to come. */
  private boolean hashesToCome;

  private boolean snapshotNext;
  private boolean foldNext;

  /** The driver's own events in a version that only carries others, to be given back. */
  private List<WriterState.PendingEvent> foldEvents = List.of();

  private Optional<Predecessor> over = Optional.empty();
  private Optional<Kind> nextKind = Optional.empty();

  /** A version that a background snapshot is being made of, 0 for none. */
  private long barrier;

  /** How many are at work with objects that nothing names yet. */
  private int atWork;

  /** Whether the next version is being made, upon the newest one. */
  private boolean staging;

  private boolean closed;

  GenerationState(
      DatabaseScope scope,
      GenerationFolder folder,
      Capture capture,
      GenerationWriter.Standing standing,
      Roads roads) {
    this.scope = scope;
    this.folder = folder;
    this.capture = capture;
    this.roads = roads;
    this.keys = standing.keys();
    this.written = standing.state();
    this.tip = standing.tip();
    this.tree = standing.tree().orElse(null);
    this.base = standing.hashesToCome() ? standing.base().partial() : standing.base().missing();
    this.hashesToCome = standing.hashesToCome();
    this.snapshotNext = standing.tree().isEmpty() && !hashesToCome;
    this.age = new CommitAge(scope.clock(), written.backlog().looseSinceMillis());
  }

  Keys keys() {
    return keys;
  }

  /** The state as it is on disk. */
  WriterState written() {
    return written;
  }

  Optional<Tip> tip() {
    return tip;
  }

  Capture capture() {
    return capture;
  }

  CommitAge age() {
    return age;
  }

  IntegrityFindings findings() {
    return findings;
  }

  Optional<WriterState.Outgoing> oldestOutgoing() {
    return written.outgoing().stream().findFirst();
  }

  // Staging -------------------------------------------------------------------------------------

  /**
   * Has what a version is made of here that did not come yet: the page hashes, which takes a few
   * fetches, and all pages where all are looked at.
   *
   * @throws InftException it cannot be had now, or what came of the base is not what it must be
   */
  void requireBase(Staging.Wanted wanted) throws InftException {
    if (base.isEmpty()) {
      return;
    }
    Optional<InftException> refusal = base.get().refusal();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    StateTree leaves = base.get().leaves(); // also where they are not needed: they prove it
    synchronized (this) {
      if (hashesToCome) {
        tree = leaves.copy();
        hashesToCome = false;
      }
    }
    if (looksAtAll(wanted) || !capture.isExact()) {
      base.get().requireWhole("the next version");
    }
  }

  private synchronized boolean looksAtAll(Staging.Wanted wanted) {
    return snapshotNext
        || tree == null
        || wanted.rekeyed().filter(Staging.Rekeyed::newEpoch).isPresent();
  }

  /** So many pages changed that a snapshot may be made instead. */
  void requirePages(VersionContent content, Pin pin) throws InftException {
    if (base.isPresent()
        && RestoreSetPlan.wholesale(content.pages().pages().size(), pin.pageCount())) {
      base.get().requireWhole("a snapshot");
    }
  }

  /** Whether not all pages are here, so that no snapshot is made without need. */
  boolean isPartial() {
    return base.filter(one -> !one.isWhole()).isPresent();
  }

  /**
   * An order and what of the state it covers.
   *
   * @param pending how many of the driver's own events that wait
   */
  record Ordered(VersionOrder order, int pending) {}

  /** What the next version is to be, of what is pinned. */
  synchronized Ordered order(Pin pin, Staging.Wanted wanted) {
    Optional<Staging.Rekeyed> rekeyed = wanted.rekeyed();
    StateTree current = tree == null ? folder.emptyTree() : tree;
    WriterState from =
        rekeyed.isEmpty()
            ? written
            : written.withPending(rekeyed.get().event(scope.clock().millis()));
    Optional<Predecessor> before =
        over.isPresent() ? over : tip.map(one -> Predecessor.of(one, from));
    boolean snapshot =
        (snapshotNext && tip.isPresent()) || rekeyed.filter(Staging.Rekeyed::newEpoch).isPresent();
    boolean stores =
        snapshot
            || rekeyed.isPresent()
            || nextKind.isPresent()
            || tip.isEmpty()
            || over.isPresent();
    long version = before.map(Predecessor::version).orElse(0L) + 1;
    int inlineBytes = foldNext ? 0 : roads.mostBytes(version, stores, written);
    VersionOrder order =
        new VersionOrder(
            pin,
            current,
            new VersionOrder.Base(tip, before, from, barrier),
            new VersionOrder.Wanted(
                rekeyed.map(Staging.Rekeyed::keys).orElse(keys),
                nextKind,
                snapshot,
                wanted.always(),
                new VersionOrder.Road(inlineBytes, foldNext)));
    return new Ordered(order, written.pending().size());
  }

  /** There is nothing to publish up to a pin. */
  synchronized void nothingTo(Pin pin) throws InftException {
    if (!pin.position().equals(written.staged()) || written.backlog().looseSinceMillis() != 0) {
      written = written.withPosition(pin.position());
      written.write(folder.path());
    }
    capture.staged(pin, written.newest());
  }

  /** Names a version that is in the outbox: it is staged. */
  synchronized void staged(Ordered ordered, StagedVersion version, long sinceMillis)
      throws InftException {
    VersionOrder order = ordered.order();
    Pin pin = order.pin();
    Backlog.Ride ride =
        new Backlog.Ride(
            version.outgoing().version(), capture.pinnedCommits(), pin.dirty().size(), sinceMillis);
    WriterState next =
        written
            .withStaged(
                version.outgoing(), pin.position(), ordered.pending(), version.spareUsed(), ride)
            .withPageSize(folder.pageSize());
    next.write(folder.path());
    foldEvents =
        version.outgoing().kind().equals(Kind.ARCHIVE)
            ? List.copyOf(written.pending().subList(0, ordered.pending()))
            : List.of();
    written = next;
    keys = order.wanted().keys();
    tip = Optional.of(version.tip());
    tree = order.tree();
    snapshotNext = false;
    foldNext = false;
    over = Optional.empty();
    nextKind = Optional.empty();
    capture.staged(pin, version.tip().version());
    version.integrity().ifPresent(findings::checked);
  }

  /** The next version follows one that this machine does not have. */
  synchronized void follow(Predecessor head) {
    over = Optional.of(head);
  }

  /** What the next version is called in the registry. */
  synchronized void nextIs(Kind kind) {
    nextKind = Optional.of(kind);
  }

  /** Makes the next version a snapshot. */
  synchronized void snapshotNext() {
    snapshotNext = true;
  }

  /** Has the next version carry the inlined ones before it to the store. */
  synchronized void foldNext() {
    foldNext = true;
  }

  /** Where the generation stands, to go back to. */
  record Position(Keys keys, Optional<Tip> tip) {}

  synchronized Position position() {
    return new Position(keys, tip);
  }

  /**
   * Takes back the newest staged version, which the registry refused for good. The database stays
   * as it is; all of it is compared and goes out with the next version, as a snapshot.
   */
  synchronized void withdraw(Position to) throws InftException {
    written = Withdrawal.of(folder.path(), written);
    capture.distrust(written.newest());
    keys = to.keys();
    tip = to.tip();
    tree = null;
    hashesToCome = false;
    snapshotNext = true;
  }

  /**
   * Takes back the only version on its way, if that brings nothing but what it carries and nobody
   * builds upon it: nothing of anybody's is lost by that. It must not be the head, or become it.
   *
   * @return false if it cannot be done without a loss
   */
  synchronized boolean withdrawFold() throws InftException {
    Optional<WriterState.Outgoing> fold = written.lonelyFold();
    return fold.isPresent() && takeBackFold(fold.get().version(), written);
  }

  /**
   * Takes back the newest anchored version, whose block is gone and whose number another writer's
   * version has, if it brought nothing but what it carried and nobody builds upon it.
   *
   * @return false if it cannot be done without a loss
   */
  synchronized boolean loseFold(long version) throws InftException {
    boolean isFold =
        tip.filter(one -> one.commit().body().kind() == Kind.ARCHIVE.code())
            .filter(one -> one.version() == version)
            .isPresent();
    if (!isFold || written.anchored() != version || written.inlined().isEmpty()) {
      return false;
    }
    WriterState.Inlined last = written.inlined().get(written.inlined().size() - 1);
    WriterState before =
        written.withAnchored(last.version(), last.commit(), last.block(), last.timeSeconds());
    return takeBackFold(version, before);
  }

  /**
   * @param from the state in which the version before it is the newest anchored one
   */
  private boolean takeBackFold(long version, WriterState from) throws InftException {
    List<WriterState.Inlined> carried = from.inlined();
    boolean isBuiltUpon = staging || version == barrier;
    if (isBuiltUpon || tree == null || carried.isEmpty()) {
      return false;
    }
    WriterState.Inlined last = carried.get(carried.size() - 1);
    if (last.version() != version - 1 || from.anchored() != last.version()) {
      return false;
    }
    CommitObject commit =
        CommitObject.parse(scope.commits().kept(last, folder.objects()).toBytes());
    Tip before =
        new Restore(folder.objects(), scope.context(), scope.commits(), EngineThreads.pooled())
            .tip(last.commit(), commit, keys);
    written = Withdrawal.ofFold(folder.path(), from, foldEvents, capture::renumber);
    tip = Optional.of(before);
    foldEvents = List.of();
    foldNext = false;
    new PageHashesFile(folder.path()).writeAll(last.version(), tree);
    return true;
  }

  /** The only version on its way, if it may still become another one. */
  synchronized Optional<Tip> changeable() {
    boolean isAlone = written.outgoing().size() == 1 && !staging;
    return isAlone ? tip.filter(one -> one.version() != barrier) : Optional.empty();
  }

  /**
   * The only version on its way, which carries others, goes along with its anchor instead. It must
   * not be the head, or become it.
   *
   * @param small the same version without what it carries
   * @return false if it cannot
   */
  synchronized boolean goAlong(CommitObject small) throws InftException {
    Optional<Tip> before = changeable();
    WriterState.Outgoing stored = written.outgoing().get(0);
    boolean isThat =
        before.isPresent()
            && stored.version() == small.body().version()
            && stored.kind().equals(Kind.DELTA)
            && !stored.rotates()
            && !stored.inlined()
            && stored.objects().isEmpty();
    if (!isThat) {
      return false;
    }
    ObjectRef ref = folder.objects().keep(small.toBytes());
    WriterState next =
        written.withInstead(
            new WriterState.Outgoing(
                stored.version(),
                stored.previousRoot(),
                ref,
                Digest.sha256(small.toBytes()),
                stored.keyEpoch(),
                stored.keyringHash(),
                false,
                stored.kind(),
                List.of(),
                true));
    next.write(folder.path());
    written = next;
    tip = Optional.of(new Tip(ref, small, before.get().manifest(), before.get().ends()));
    return true;
  }

  // Anchoring -----------------------------------------------------------------------------------

  /**
   * A version is anchored.
   *
   * @param unfinalized versions whose objects may have to be sent again
   */
  synchronized void advance(Anchored anchored, List<UnfinalizedVersions.Entry> unfinalized)
      throws InftException {
    WriterState next =
        written
            .withAnchored(
                anchored.version(),
                Commits.refOf(anchored),
                anchored.block().number(),
                anchored.block().timeSeconds())
            .settled(unfinalized);
    next.write(folder.path());
    // Only now: what could not be written down is still on its way, and is looked for again.
    written = next;
    if (atWork == 0) {
      // Whatever is at work keeps objects that nothing names yet.
      folder
          .objects()
          .retain(NeededObjects.of(written, tip, unfinalized, folder.stateKey().kind()));
    }
  }

  /** The newest anchored version is in another block now; others change nothing. */
  synchronized void moved(Anchored anchored, List<UnfinalizedVersions.Entry> unfinalized)
      throws InftException {
    if (anchored.version() == written.anchored()) {
      advance(anchored, unfinalized);
    }
  }

  /** Until {@link #endStaging}, nothing is taken back. */
  synchronized void beginStaging() {
    staging = true;
    enter();
  }

  synchronized void endStaging() {
    staging = false;
    leave();
  }

  /** Until {@link #leave}, objects that nothing names are kept. */
  synchronized void enter() {
    atWork++;
  }

  synchronized void leave() {
    atWork--;
  }

  // Compaction ----------------------------------------------------------------------------------

  /**
   * Deltas up to a version are not merged with later ones from now on: a snapshot is made of it.
   */
  synchronized void compacting(long version) {
    barrier = version;
  }

  /** The background work ended; without a snapshot there is no barrier. */
  synchronized void compacted() {
    if (written.spare().isEmpty()) {
      barrier = 0;
    }
  }

  /** A copy of the page hashes of the version that was just staged. */
  synchronized StateTree hashes() {
    return Objects.requireNonNull(tree, "a version was just staged").copy();
  }

  /**
   * Writes down a snapshot before it is sent, and again when it is stored. Not after this was
   * closed: somebody else may go on with the generation.
   */
  synchronized void spare(WriterState.SpareSnapshot snapshot) throws InftException {
    if (closed) {
      throw new PublishTimeoutException("a background snapshot", "its generation was closed", null);
    }
    written = written.withSpare(Optional.of(snapshot));
    written.write(folder.path());
  }

  // What else is written down -------------------------------------------------------------------

  /** Remembers an event of the driver's own for the next version. */
  synchronized void remember(DriverEvent event) throws InftException {
    int count = written.pending().size();
    if (count > 0 && written.pending().get(count - 1).type().equals(event.type())) {
      return; // a hundred closes in a row without a change are one
    }
    written =
        written.withPending(
            new WriterState.PendingEvent(
                scope.clock().millis(), event.type(), event.payloadJson()));
    written.write(folder.path());
  }

  /** Whether the age of what waits is not on disk. */
  boolean isAgeUnwritten() {
    long since = age.sinceMillis();
    return since != 0 && written.backlog().looseSinceMillis() != since;
  }

  synchronized void writeAge() throws InftException {
    if (isAgeUnwritten()) {
      WriterState next = written.withLooseSince(age.sinceMillis());
      next.write(folder.path());
      written = next;
    }
  }

  /** The generation is put aside: nothing is lost, and nothing goes on as if it had won. */
  synchronized void putAside(Fork.Kind kind, String reason) throws InftException {
    // Only then: what could not be written down is found and put aside at the next try.
    written =
        scope.workingCopy().putAside(folder.path(), written, kind, reason, scope.clock().instant());
  }

  /** False if it was closed before. */
  synchronized boolean beginClose() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /**
   * The last thing written.
   *
   * @param untouched whether the file may be taken for what it looks like now, without looking into
   *     it; if not, its pages tell at the next open
   */
  synchronized void close(boolean untouched) throws InftException {
    WriterState last = written.withPageSize(folder.pageSize());
    written = untouched ? last.withClosed(folder.database()) : last;
    written.write(folder.path());
  }
}

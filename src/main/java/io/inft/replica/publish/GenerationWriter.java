package io.inft.replica.publish;

import io.inft.bytes.Blob;
import io.inft.capture.Capture;
import io.inft.capture.LogAtRest;
import io.inft.capture.Pin;
import io.inft.capture.SqliteLink;
import io.inft.commit.CommitObject;
import io.inft.commit.DriverEvent;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.ForkException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.pack.PackType;
import io.inft.pack.StateTree;
import io.inft.registry.Anchored;
import io.inft.registry.Kind;
import io.inft.replica.local.Backlog;
import io.inft.replica.local.Fork;
import io.inft.replica.local.Lag;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.Waits;
import io.inft.replica.local.Withdrawal;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.CompactionPolicy;
import io.inft.replica.publish.policy.RestoreSetPlan;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Predecessor;
import io.inft.replica.restore.Tip;
import io.inft.sqlite.IntegrityReport;
import io.inft.sqlite.WalPosition;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation that is being written: its capture, its newest version, what is on its way out.
 * The flow "publish" is {@link #publish}, line by line. Only the publisher's thread publishes; the
 * rest may be called from any thread.
 */
public final class GenerationWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationWriter.class);

  /** How long a close waits for background work that was told to stop. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  /** What was committed to a database file that another one was put in the place of. */
  private static final String RESCUED = "rescued.sqlite";

  private final DatabaseScope site;
  private final Path generation;
  private final Capture capture;
  private final ObjectFolder objects;
  private final Sender sender;
  private final FinalityWatcher settlement;
  private final Blob stateKey;
  private final int pageSize;
  private final CompactionPolicy compactions;

  // Mutable, guarded by this.
  private volatile Keys keys;
  private volatile WriterState state;
  private volatile Optional<Tip> tip;
  private @Nullable StateTree tree;
  private boolean snapshotNext;
  private boolean staging;
  private volatile @Nullable ForkException fork;
  private boolean closed;
  private long barrier;

  /** When the oldest commit was noted that no version holds, 0 if there is none; any thread. */
  private final AtomicLong looseSinceMillis = new AtomicLong();

  private volatile @Nullable Compaction consolidation;
  private volatile @Nullable String keysOnly;
  private Optional<Predecessor> over = Optional.empty();
  private Optional<Kind> nextKind = Optional.empty();
  private volatile IntegrityReport integrity = IntegrityReport.NOTHING;
  private boolean adviceTold = true;
  private boolean rescued;

  public GenerationWriter(
      DatabaseScope site,
      Path generation,
      Capture capture,
      ObjectFolder objects,
      Keys keys,
      Blob stateKey,
      int pageSize,
      WriterState state,
      Optional<Tip> tip,
      Optional<StateTree> tree)
      throws InftException {
    this.site = site;
    this.generation = generation;
    this.capture = capture;
    this.objects = objects;
    this.sender = new Sender(site.id(), site.store(), site.registry(), objects);
    sender.leftOver(state.newest());
    this.settlement = new FinalityWatcher(site, sender, UnfinalizedVersions.open(generation));
    this.keys = keys;
    this.stateKey = stateKey;
    this.pageSize = pageSize;
    this.compactions = new CompactionPolicy(site.objects().renewAfter());
    this.state = state;
    this.tip = tip;
    this.tree = tree.orElse(null);
    this.snapshotNext = tree.isEmpty();
    this.looseSinceMillis.set(state.backlog().looseSinceMillis());
  }

  /** A line is gone on with: what its files said of it before SQLite opened them. */
  public void tookUp(Lag found) {
    if (found.exact()) {
      capture.recounted(Math.max(0, found.commits() - state.backlog().commits()));
    }
    if (state.backlog().rides().isEmpty() || state.backlog().looseSinceMillis() == 0) {
      found.since().ifPresent(since -> looseSinceMillis.compareAndSet(0, since.toEpochMilli()));
    }
  }

  /** Takes note that something was committed that no version holds. */
  void committed() {
    looseSinceMillis.compareAndSet(0, Math.max(1, site.clock().millis()));
  }

  /** Writes down since when, unless that is written already; for waits that are worth it. */
  synchronized void writeDownSince() throws InftException {
    long since = looseSinceMillis.get();
    if (since != 0 && fork == null && state.backlog().looseSinceMillis() != since) {
      WriterState next = state.withLooseSince(since);
      next.write(generation);
      state = next;
    }
  }

  /** Whether that is worth a write: something has been waiting, and it is not on disk. */
  boolean wantsSinceWrittenDown() {
    long since = looseSinceMillis.get();
    return since != 0 && fork == null && state.backlog().looseSinceMillis() != since;
  }

  /** What is committed here and the registry does not know. */
  public Lag unpublished() throws InftException {
    Capture.Loose loose = capture.loose();
    WriterState now = state;
    if (loose.commits() == 0 && loose.pages() == 0 && loose.exact() && now.outgoing().isEmpty()) {
      return Lag.NOTHING;
    }
    long pages = loose.pages() + now.backlog().pages();
    return new Lag(
        loose.commits() + now.backlog().commits(),
        pages,
        pages * loose.pageSize(),
        now.outgoing().size(),
        unpublishedSince(),
        loose.exact());
  }

  /** How old the oldest commit is that is not published. */
  Duration unpublishedAge() {
    Duration age =
        unpublishedSince()
            .map(since -> Duration.between(since, site.clock().instant()))
            .orElse(Duration.ZERO);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** When the oldest commit was made that is not published; empty if there is none. */
  Optional<Instant> unpublishedSince() {
    long oldest = looseSinceMillis.get();
    for (Backlog.Ride ride : state.backlog().rides()) {
      if (ride.sinceMillis() != 0 && (oldest == 0 || ride.sinceMillis() < oldest)) {
        oldest = ride.sinceMillis();
      }
    }
    return oldest == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest));
  }

  public Capture capture() {
    return capture;
  }

  public Path generation() {
    return generation;
  }

  public Path database() {
    return generation.resolve(WorkingCopy.DATABASE);
  }

  public Keys keys() {
    return keys;
  }

  public WriterState state() {
    return state;
  }

  public Optional<Tip> tip() {
    return tip;
  }

  /** Why this line was put aside; empty while it goes on. */
  Optional<ForkException> fork() {
    return Optional.ofNullable(fork);
  }

  /** Takes note of what SQLite's checks said; the same findings are told once. */
  synchronized void checked(IntegrityReport report) {
    if (!report.equals(integrity)) {
      integrity = report;
      adviceTold = report.warnings().isEmpty();
    }
  }

  /** What SQLite's checks said last. */
  public IntegrityReport integrity() {
    return integrity;
  }

  /** What should be looked after in the database, if nobody was told yet. */
  synchronized Optional<String> takeAdvice() {
    if (adviceTold) {
      return Optional.empty();
    }
    adviceTold = true;
    return Optional.of(integrity.advice());
  }

  /**
   * Whether there is anything to publish that the registry does not know. The log is asked before
   * the state: asked the other way round, what is staged in between would be in neither.
   */
  public boolean hasUnpublished() throws InftException {
    return (keysOnly == null && capture.isDirty()) || !state().outgoing().isEmpty();
  }

  /** Whether anything waits that only a WRITER may publish: all but a changed keyring. */
  public boolean hasCommits() throws InftException {
    return capture.knowsChanges()
        || !state().outgoing().stream().allMatch(WriterState.Outgoing::rotates);
  }

  /** From now on nothing but changed keyrings is published, because the account may not do more. */
  public void keepToKeys(String reason) {
    keysOnly = reason;
  }

  /** Why nothing but changed keyrings is published; empty while everything is. */
  public Optional<String> keysOnly() {
    return Optional.ofNullable(keysOnly);
  }

  /**
   * The flow from SQLite's log to the chain. What was staged before goes first; then the next
   * version is staged, which makes it durable here; then it is sent.
   *
   * @param always make a version even if nothing changed
   * @return the newest anchored version, if one was anchored now
   * @throws ForkException another writer moved the head first; this line was put aside
   */
  public Optional<Anchored> publish(boolean always) throws InftException {
    return publish(always, site.registry()::anchor);
  }

  /** The same, with the anchor of a version that keeps the keyring left to somebody else. */
  public Optional<Anchored> publish(boolean always, Anchoring anchoring) throws InftException {
    Optional<Anchored> resumed = sendStaged(anchoring);
    stage(always, Optional.empty());
    Optional<Anchored> sent = sendStaged(anchoring);
    return sent.isPresent() ? sent : resumed;
  }

  /**
   * Stages a version that carries another keyring; from then on it counts here.
   *
   * @throws InftException nothing was staged, the old keyring counts
   */
  void stageKeys(Keys next, KeyChange change) throws InftException {
    stage(true, Optional.of(new Rekeyed(next, change)));
  }

  private record Rekeyed(Keys keys, KeyChange change) {
    boolean newEpoch() {
      return change instanceof KeyChange.NewEpoch;
    }

    /** What the event log will say of it. */
    WriterState.PendingEvent event(long timeMillis) {
      return Rekeying.event(timeMillis, change.word(), keys);
    }
  }

  /**
   * Stages the next version, if there is anything to publish. What was staged before may be on its
   * way meanwhile.
   *
   * @param always make a version even if nothing changed
   */
  public void stage(boolean always) throws InftException {
    stage(always, Optional.empty());
  }

  private void stage(boolean always, Optional<Rekeyed> rekeyed) throws InftException {
    if (keysOnly != null && rekeyed.isEmpty()) {
      return;
    }
    staging(true);
    try {
      stageNewest(always, rekeyed);
    } catch (ForeignChangeException e) {
      throw foreign(e);
    } finally {
      staging(false);
    }
  }

  private void stageNewest(boolean always, Optional<Rekeyed> rekeyed) throws InftException {
    long since = looseSinceMillis.getAndSet(0);
    boolean staged = false;
    Optional<Tip> made;
    Pin pin = null;
    try {
      pin = capture.pin();
      made = stagePinned(pin, always, rekeyed, since);
      staged = true;
    } finally {
      if (!staged) {
        looseSinceMillis.set(since);
        if (pin != null) {
          capture.release(pin);
        }
      }
    }
    // Only now: if it fails, the version is there all the same, and the capture knows of it.
    if (made.isPresent()) {
      consolidateIfWorthIt(pin, made.get());
    }
  }

  /**
   * Looks whether the files that are open here are those at their paths.
   *
   * @throws ForkException they are not; this line was put aside
   */
  public void requireOwnFiles() throws InftException {
    ForkException before = fork;
    if (before != null) {
      throw before;
    }
    try {
      capture.requireSameFiles();
    } catch (ForeignChangeException e) {
      throw foreign(e);
    }
  }

  /** Puts this line aside because its file is another one than SQLite left; nothing is lost. */
  ForkException foreign(ForeignChangeException found) throws InftException {
    synchronized (this) {
      if (fork == null && !rescued) {
        rescued = true;
        rescue();
      }
      if (fork == null && !Files.isDirectory(generation)) {
        // Nothing is left to put aside, and nowhere to say so.
        fork = ForkException.of(site.id().toString(), generation.toString(), found);
      }
    }
    return putAside(found);
  }

  /** What was committed to a file that is not at its path any more; without it nobody could. */
  private void rescue() {
    Path target = Files.exists(database()) ? generation.resolve(RESCUED) : database();
    try {
      if (!target.equals(database()) && capture.isAtItsPath()) {
        return;
      }
      capture.rescueTo(target);
      LOG.warn("what was committed is saved in {}", target);
    } catch (InftException e) {
      LOG.warn("what was committed could not be saved to {}: {}", target, e.getMessage(), e);
    }
  }

  private synchronized void staging(boolean begins) {
    staging = begins;
  }

  /** The version that was made, empty if there was nothing to publish. */
  private Optional<Tip> stagePinned(
      Pin pin, boolean always, Optional<Rekeyed> rekeyed, long sinceMillis) throws InftException {
    StateTree current;
    int pending;
    Keys under;
    VersionBuilder.Order order;
    synchronized (this) {
      current = tree == null ? new StateTree(stateKey.toBytes(), pageSize) : tree;
      pending = state.pending().size();
      under = rekeyed.map(Rekeyed::keys).orElse(keys);
      WriterState from =
          rekeyed.isEmpty() ? state : state.withPending(rekeyed.get().event(site.clock().millis()));
      boolean snapshot =
          (snapshotNext && tip.isPresent()) || rekeyed.filter(Rekeyed::newEpoch).isPresent();
      order =
          new VersionBuilder.Order(
              pin, tip, over, nextKind, under, from, stateKey, snapshot, always, barrier);
    }
    // Not under the lock: the version before may be confirmed meanwhile.
    Optional<VersionBuilder.Staged> result =
        new VersionBuilder(site, generation, objects).stage(order, current, pageSize);
    synchronized (this) {
      if (result.isEmpty()) {
        if (!pin.position().equals(state.staged()) || state.backlog().looseSinceMillis() != 0) {
          state = state.withPosition(pin.position());
          state.write(generation);
        }
        capture.staged(pin, state.newest());
        return Optional.empty();
      }
      VersionBuilder.Staged version = result.get();
      WriterState next =
          state
              .withStaged(
                  version.outgoing(),
                  pin.position(),
                  pending,
                  version.spareUsed(),
                  new Backlog.Ride(
                      version.outgoing().version(),
                      capture.pinnedCommits(),
                      pin.dirty().size(),
                      sinceMillis))
              .withPageSize(pageSize);
      try {
        next.write(generation);
      } catch (InftException e) {
        version.changes().undo();
        throw e;
      }
      state = next;
      keys = under;
      tip = Optional.of(version.tip());
      tree = current;
      snapshotNext = false;
      over = Optional.empty();
      nextKind = Optional.empty();
      capture.staged(pin, version.tip().version());
      version.integrity().ifPresent(this::checked);
      return tip;
    }
  }

  /**
   * When the deltas outweigh their snapshot, or a pack grows old, a new snapshot is due. A small
   * one rides with the next version; a large one is made in the background from this very position.
   */
  private synchronized void consolidateIfWorthIt(Pin pin, Tip newest) throws InftException {
    CompactionPolicy.Decision decision =
        compactions.decide(
            new CompactionPolicy.Known(
                newest.commit().body().restoreSet(),
                pin.pageCount() * pageSize,
                consolidation != null || state.spare().isPresent()),
            site.clock().millis() / 1000);
    if (decision == CompactionPolicy.Decision.WITH_THE_NEXT_VERSION) {
      snapshotNext = true;
    }
    if (decision != CompactionPolicy.Decision.IN_THE_BACKGROUND) {
      return;
    }
    Optional<SqliteLink> link = capture.alsoPin(pin);
    if (link.isPresent()) {
      StateTree hashes = Objects.requireNonNull(tree, "a version was just staged").copy();
      barrier = newest.version();
      consolidation =
          Compaction.ofSnapshot(
              site, this, objects, keys, hashes, pin, link.get(), newest.version());
      consolidation.start();
    }
  }

  /** Goes on with a snapshot that was on its way to the store when the process ended. */
  public synchronized void resumeConsolidation() {
    Optional<WriterState.SpareSnapshot> spare = state.spare();
    if (spare.isPresent() && !spare.get().stored() && consolidation == null) {
      barrier = spare.get().version();
      consolidation = Compaction.ofUpload(site, this, objects, spare.get());
      consolidation.start();
    }
  }

  /**
   * Writes down a snapshot before it is sent, and again when it is stored. Not after this was
   * closed: somebody else may go on with the generation.
   */
  synchronized void spare(WriterState.SpareSnapshot snapshot) throws InftException {
    if (closed) {
      throw new PublishTimeoutException("a background snapshot", "its line was closed", null);
    }
    state = state.withSpare(Optional.of(snapshot));
    state.write(generation);
  }

  /** The background work ended, well or not; without a stored snapshot it is tried again later. */
  synchronized void consolidated() {
    consolidation = null;
    if (state.spare().isEmpty()) {
      barrier = 0;
    }
  }

  /** Whether a snapshot is being made or stored in the background. */
  boolean isConsolidating() {
    return consolidation != null;
  }

  /**
   * Has background work stop as soon as it can.
   *
   * @return done when no thread of this line is at work any more
   */
  public CompletableFuture<Void> quiet() {
    Compaction running = consolidation;
    if (running == null) {
      return CompletableFuture.completedFuture(null);
    }
    running.cancel();
    return running.ended();
  }

  /** Breaks off what background work waits for, as far as that listens. */
  public void interrupt() {
    Compaction running = consolidation;
    if (running != null) {
      running.interrupt();
    }
  }

  /** Whether a pack of the newest version is so old that it must be stored again. */
  boolean wantsRenewal() {
    Optional<Tip> newest = tip;
    return newest.isPresent()
        && keysOnly == null
        && compactions.wantsRenewal(
            newest.get().commit().body().restoreSet(), site.clock().millis() / 1000);
  }

  /** How many events the application appended that no version holds. */
  public long pendingEvents() throws InftException {
    long newest = capture.newestEvent();
    long published = tip.map(one -> one.manifest().applicationEventSequence()).orElse(0L);
    return newest < published ? newest : newest - published;
  }

  /** The next version follows one that this machine does not have. */
  public synchronized void follow(Predecessor head) {
    over = Optional.of(head);
  }

  /** What the next version is called in the registry. */
  public synchronized void nextIs(Kind kind) {
    nextKind = Optional.of(kind);
  }

  /** Makes the next version a snapshot. */
  synchronized void snapshotNext() {
    snapshotNext = true;
  }

  /** Where the line stands, to go back to. */
  record Position(Keys keys, Optional<Tip> tip) {}

  synchronized Position position() {
    return new Position(keys, tip);
  }

  /**
   * Takes back the newest staged version, which the registry refused for good. The database stays
   * as it is; all of it is compared and goes out with the next version, as a snapshot.
   */
  synchronized void withdraw(Position to) throws InftException {
    state = Withdrawal.of(generation, state);
    sender.withdrawnTo(state.newest());
    capture.distrust(state.newest());
    keys = to.keys();
    tip = to.tip();
    tree = null;
    snapshotNext = true;
  }

  /**
   * Sends what is staged, oldest first.
   *
   * @return the newest anchored version, if one was anchored now
   */
  Optional<Anchored> sendStaged() throws InftException {
    return sendStaged(site.registry()::anchor);
  }

  private Optional<Anchored> sendStaged(Anchoring anchoring) throws InftException {
    Optional<Anchored> newest = Optional.empty();
    while (true) {
      WriterState.Outgoing next;
      synchronized (this) {
        if (state.outgoing().isEmpty()) {
          return newest;
        }
        next = state.outgoing().get(0);
      }
      sender.upload(next);
      newest = Optional.of(anchor(next, anchoring));
    }
  }

  /**
   * Stores all that is staged; nothing names it yet.
   *
   * @return whether anything was not stored before
   */
  boolean uploadStaged() throws InftException {
    boolean any = false;
    for (WriterState.Outgoing version : state.outgoing()) {
      any |= sender.upload(version);
    }
    return any;
  }

  /**
   * Makes the oldest staged version, which must be stored, the head, and waits until that is
   * confirmed. May be called while the next one is being staged or stored.
   *
   * @throws ForkException another writer moved the head first; this line was put aside
   */
  void anchorOldest() throws InftException {
    anchor(state.outgoing().get(0), site.registry()::anchor);
  }

  private Anchored anchor(WriterState.Outgoing version, Anchoring anchoring) throws InftException {
    while (true) {
      try {
        Anchored anchored = sender.anchor(version, anchoring);
        settlement.anchored(version, anchored);
        advance(anchored);
        return anchored;
      } catch (HeadConflictException e) {
        if (e.foundVersion() >= e.expectedVersion()) {
          throw putAside(e);
        }
        // The head went back below our own line: the chain was reorganised, or this is old news.
        resettle(settlement::again);
      }
    }
  }

  private synchronized void advance(Anchored anchored) throws InftException {
    WriterState next =
        state.withAnchored(
            anchored.version(),
            Commits.refOf(anchored),
            anchored.block().number(),
            anchored.block().timeSeconds());
    next.write(generation);
    // Only now: what could not be written down is still on its way, and is looked for again.
    state = next;
    if (!staging && consolidation == null) {
      // Who is at work keeps objects that nothing names yet.
      objects.retain(needed());
    }
  }

  /** Whether it is time to look after versions in blocks that are not final. */
  boolean isSettlementDue() {
    return settlement.isDue();
  }

  /**
   * Looks whether the blocks of own versions are final by now, and sends again what a
   * reorganisation took away.
   *
   * @throws ForkException another writer took the place of such a version
   */
  void settle() throws InftException {
    try {
      resettle(settlement::look);
    } catch (RegistryUnavailableException | OutcomeUnknownException later) {
      LOG.debug("not settled yet", later);
    }
  }

  /** A step that may find own versions in other blocks than before. */
  private interface Resettling {
    Optional<Anchored> run() throws InftException;
  }

  private void resettle(Resettling step) throws InftException {
    Optional<Anchored> moved;
    try {
      moved = step.run();
    } catch (HeadConflictException e) {
      throw putAside(e);
    }
    synchronized (this) {
      if (moved.isPresent() && moved.get().version() == state.anchored()) {
        advance(moved.get());
      }
    }
  }

  /** The newest commit object, those its restore set points into, and what is on its way. */
  private Set<ObjectRef> needed() {
    Set<ObjectRef> needed = new HashSet<>();
    state.spare().ifPresent(spare -> needed.add(spare.object()));
    for (WriterState.Outgoing one : state.outgoing()) {
      needed.add(one.commit());
      needed.addAll(one.objects());
    }
    for (UnfinalizedVersions.Entry one : settlement.entries()) {
      needed.add(one.version().commit());
      needed.addAll(one.version().objects());
    }
    if (tip.isPresent()) {
      CommitObject commit = tip.get().commit();
      needed.add(tip.get().ref());
      for (PackEntry entry : commit.body().restoreSet()) {
        if (entry.location() instanceof Location.Within within) {
          needed.add(new ObjectRef(within.commitRoot(), within.commitSizeBytes()));
        } else if (entry.location() instanceof Location.Own own
            && entry.type() == PackType.DELTA
            && entry.sizeBytes() <= RestoreSetPlan.MERGED_BYTES) {
          needed.add(new ObjectRef(own.root(), entry.sizeBytes()));
        }
      }
    }
    return needed;
  }

  /** The loser of a race: nothing is lost, and nothing goes on as if it had won. */
  synchronized ForkException putAside(InftException cause) throws InftException {
    ForkException lost = fork;
    if (lost == null) {
      boolean foreign = cause instanceof ForeignChangeException;
      lost =
          cause instanceof ForeignChangeException change
              ? ForkException.of(site.id().toString(), generation.toString(), change)
              : new ForkException(site.id().toString(), generation.toString(), cause);
      WriterState next =
          site.workingCopy()
              .putAside(
                  generation,
                  state,
                  foreign ? Fork.Kind.FOREIGN_CHANGE : Fork.Kind.FORK,
                  String.valueOf(cause.getMessage()),
                  site.clock().instant());
      // Only now: what could not be written down is found and put aside at the next try.
      state = next;
      fork = lost;
      LOG.warn("{}", lost.getMessage());
    }
    return lost;
  }

  /** Remembers an event of the driver's own for the next version. */
  public synchronized void remember(DriverEvent event) throws InftException {
    int count = state.pending().size();
    if (count > 0 && state.pending().get(count - 1).type().equals(event.type())) {
      return; // a hundred closes in a row without a change are one
    }
    state =
        state.withPending(
            new WriterState.PendingEvent(site.clock().millis(), event.type(), event.payloadJson()));
    state.write(generation);
  }

  /**
   * Lets go of the working copy; everything needed to go on lies on disk. Background work that does
   * not end in time is left alone: it can change nothing here any more.
   */
  /** Whether the file may be taken for what it looks like now, without looking into it. */
  private boolean isUntouched() {
    try {
      return capture.isUntouched();
    } catch (InftException e) {
      LOG.warn("{} will be proved page by page at the next open: {}", database(), e.getMessage());
      return false;
    }
  }

  @Override
  public void close() throws InftException {
    if (!Waits.done(quiet(), QUIET)) {
      LOG.warn("a background snapshot of '{}' hangs in the store; it is left alone", site.id());
    }
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    boolean untouched = isUntouched();
    capture.close();
    synchronized (this) {
      if (fork != null) {
        return;
      }
      state = state.withPageSize(pageSize);
      if (untouched && !LogAtRest.hasTail(database(), WalPosition.START)) {
        state = state.withClosed(database());
      } // else somebody has it open or wrote to it, or the disk was full: the pages tell at the
      // next open
      state.write(generation);
    }
  }
}

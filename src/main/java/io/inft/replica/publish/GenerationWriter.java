package io.inft.replica.publish;

import io.inft.capture.Capture;
import io.inft.capture.LogAtRest;
import io.inft.commit.DriverEvent;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.pack.state.StateTree;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.registry.Kind;
import io.inft.replica.local.Backlog;
import io.inft.replica.local.Lag;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.Waits;
import io.inft.replica.local.WriterState;
import io.inft.replica.partial.BaseOfGeneration;
import io.inft.replica.partial.PartialBase;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.publish.version.GenerationFolder;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Predecessor;
import io.inft.replica.restore.Tip;
import io.inft.sqlite.IntegrityReport;
import io.inft.sqlite.WalIndexHeader;
import io.inft.sqlite.WalPosition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation that is being written: what is open of it, where it stands, what may be done with
 * it. The flow is {@link Publish}. Only one thread publishes at a time, the publisher's while there
 * is one; the rest may be called from any thread.
 */
public final class GenerationWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationWriter.class);

  /** How long a close waits for background work that was told to stop. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private final DatabaseScope scope;
  private final GenerationFolder folder;
  private final Capture capture;
  private final GenerationState state;
  private final Fencing fencing;
  private final Compactions compactions;
  private final Sender sender;
  private final FinalityWatcher finality;
  private final Publish publish;
  private final Roads roads;
  private final BaseOfGeneration base;

  private volatile @Nullable String keysOnly;

  /**
   * What a generation begins with.
   *
   * @param tip its newest version; empty before the first
   * @param tree page hashes of that; empty if they are lost, then a snapshot comes next, or if they
   *     are still to come
   * @param hashesToCome whether they are those of the base, and come with it
   * @param base what it was begun from
   */
  public record Standing(
      Keys keys,
      WriterState state,
      Optional<Tip> tip,
      Optional<StateTree> tree,
      boolean hashesToCome,
      BaseOfGeneration base) {}

  /**
   * @param inlining which versions go along with their anchor
   * @param watcher told of each step of a publish; for tests that stop it there
   */
  public GenerationWriter(
      DatabaseScope scope,
      GenerationFolder folder,
      Capture capture,
      Standing standing,
      Inlining inlining,
      Consumer<PublishStep> watcher)
      throws InftException {
    this.scope = scope;
    this.folder = folder;
    this.capture = capture;
    this.base = standing.base();
    this.roads = new Roads(scope, inlining);
    this.state = new GenerationState(scope, folder, capture, standing, roads);
    this.fencing = new Fencing(scope, folder, capture, state);
    this.compactions = new Compactions(scope, folder, state, fencing);
    this.sender = new Sender(scope.id(), scope.store(), scope.registry(), folder.objects());
    sender.leftOver(standing.state().newest());
    this.finality = new FinalityWatcher(scope, sender, UnfinalizedVersions.open(folder.path()));
    this.publish =
        new Publish(scope, folder, state, fencing, compactions, sender, finality, watcher);
  }

  DatabaseScope scope() {
    return scope;
  }

  public Capture capture() {
    return capture;
  }

  public Path generation() {
    return folder.path();
  }

  public Path database() {
    return folder.database();
  }

  /** What it was begun from; as long as not all of that is here, SQLite is opened through it. */
  public BaseOfGeneration base() {
    return base;
  }

  /**
   * Waits until all pages are here.
   *
   * @param what needs them, for the log
   */
  public void requireWhole(String what) throws InftException {
    if (base.partial().isPresent()) {
      base.partial().get().requireWhole(what);
    }
  }

  public Keys keys() {
    return state.keys();
  }

  public WriterState state() {
    return state.written();
  }

  public Optional<Tip> tip() {
    return state.tip();
  }

  /** What SQLite's checks said last. */
  public IntegrityReport integrity() {
    return state.findings().last();
  }

  /** What should be looked after in the database, if nobody was told yet. */
  Optional<String> takeAdvice() {
    return state.findings().takeAdvice();
  }

  // What is not published -----------------------------------------------------------------------

  /** A generation is gone on with: what its files said of it before SQLite opened them. */
  public void tookUp(Lag found) {
    Backlog backlog = state().backlog();
    if (found.exact()) {
      capture.recounted(Math.max(0, found.commits() - backlog.commits()));
    }
    if (backlog.rides().isEmpty() || backlog.looseSinceMillis() == 0) {
      found.since().ifPresent(since -> state.age().since(since.toEpochMilli()));
    }
  }

  /** Takes note that something was committed that no version holds. */
  void committed() {
    state.age().committed();
  }

  /** Writes down since when, unless that is written already; for waits that are worth it. */
  void writeAge() throws InftException {
    if (fork().isEmpty()) {
      state.writeAge();
    }
  }

  /** Whether that is worth a write: something has been waiting, and it is not on disk. */
  boolean isAgeUnwritten() {
    return fork().isEmpty() && state.isAgeUnwritten();
  }

  /** What is committed here and the registry does not know. */
  public Lag unpublished() throws InftException {
    Capture.Loose loose = capture.loose();
    WriterState now = state();
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
            .map(since -> Duration.between(since, scope.clock().instant()))
            .orElse(Duration.ZERO);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** When the oldest commit was made that is not published; empty if there is none. */
  private Optional<Instant> unpublishedSince() {
    long oldest = state.age().sinceMillis();
    for (Backlog.Ride ride : state().backlog().rides()) {
      if (ride.sinceMillis() != 0 && (oldest == 0 || ride.sinceMillis() < oldest)) {
        oldest = ride.sinceMillis();
      }
    }
    return oldest == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest));
  }

  /**
   * Whether there is anything to publish that the registry does not know; not a version on its way
   * that only carries others. The log is asked before the state: asked the other way round, what is
   * staged in between would be in neither.
   */
  public boolean hasUnpublished() throws InftException {
    return (keysOnly == null && capture.isDirty())
        || !state().outgoing().stream().allMatch(one -> one.kind().equals(Kind.ARCHIVE));
  }

  /** Whether anything waits that only a WRITER may publish: all but a changed keyring alone. */
  public boolean hasCommits() throws InftException {
    return capture.knowsChanges()
        || !state().outgoing().stream().allMatch(version -> version.kind().equals(Kind.REKEY));
  }

  /** How many events the application appended that no version holds. */
  public long pendingEvents() throws InftException {
    long newest = capture.newestEvent();
    long published = tip().map(one -> one.manifest().applicationEventSequence()).orElse(0L);
    return newest < published ? newest : newest - published;
  }

  /** From now on nothing but changed keyrings is published, because the account may not do more. */
  public void keepToKeys(String reason) {
    keysOnly = reason;
  }

  /** Why nothing but changed keyrings is published; empty while everything is. */
  public Optional<String> keysOnly() {
    return Optional.ofNullable(keysOnly);
  }

  // Publishing ----------------------------------------------------------------------------------

  /**
   * What was staged before goes first; then the next version is staged, which makes it durable
   * here; then it is sent.
   *
   * @param always make a version even if nothing changed
   * @return the newest anchored version, if one was anchored now
   * @throws ForkException another writer moved the head first; this generation was put aside
   */
  public Optional<Anchored> publish(boolean always) throws InftException {
    return publish(always, Anchoring.alone(scope.registry()));
  }

  /** The anchor of a version that keeps the keyring is left to somebody else. */
  public Optional<Anchored> publish(boolean always, Anchoring anchoring) throws InftException {
    Optional<Anchored> resumed = publish.send(anchoring);
    stage(always);
    Optional<Anchored> sent = publish.send(anchoring);
    return sent.isPresent() ? sent : resumed;
  }

  /**
   * Stages the next version, if there is anything to publish. What was staged before may be on its
   * way meanwhile.
   *
   * @param always make a version even if nothing changed
   */
  public void stage(boolean always) throws InftException {
    if (keysOnly == null) {
      stage(new Staging.Wanted(always, Optional.empty()));
    }
  }

  /**
   * Stages a version that carries another keyring; from then on it counts here.
   *
   * @param mayNotWrite thrown if there is anything else to publish; empty if the account may
   * @throws InftException nothing was staged, the old keyring counts
   */
  void stageKeys(Keys next, KeyChange change, Optional<NotAuthorizedException> mayNotWrite)
      throws InftException {
    stage(new Staging.Wanted(true, Optional.of(new Staging.Rekeyed(next, change, mayNotWrite))));
  }

  private void stage(Staging.Wanted wanted) throws InftException {
    state.beginStaging();
    try {
      publish.stage(wanted);
    } catch (ForeignChangeException e) {
      throw fencing.foreign(e);
    } finally {
      state.endStaging();
    }
  }

  /**
   * Stores all that is staged; nothing names it yet.
   *
   * @return whether anything was not stored before
   */
  boolean storeStaged() throws InftException {
    boolean stored = publish.store();
    if (stored) {
      roads.storeTook();
    }
    return stored;
  }

  /**
   * Sends what is staged, oldest first.
   *
   * @return the newest anchored version, if one was anchored now
   */
  Optional<Anchored> sendStaged() throws InftException {
    return publish.send(Anchoring.alone(scope.registry()));
  }

  /**
   * Makes the oldest staged version, which must be stored, the head, and waits until that is
   * confirmed. May be called while the next one is being staged or stored.
   *
   * @return false if another writer was first, and it was taken back because it only carried others
   * @throws ForkException another writer moved the head first; this generation was put aside
   */
  boolean anchorOldest() throws InftException {
    return publish
        .anchor(state.oldestOutgoing().orElseThrow(), Anchoring.alone(scope.registry()))
        .isPresent();
  }

  /**
   * Sends the anchors of what is staged and stored behind the oldest version, each if that of the
   * one before it is on its way: it is refused unless that takes effect, and is looked for by
   * {@link #anchorOldest} in its turn.
   *
   * @return the newest of them; empty if none was sent
   */
  OptionalLong sendAhead() throws InftException {
    return fork().isEmpty() ? sender.sendAhead(state().outgoing()) : OptionalLong.empty();
  }

  /** The oldest version on its way, if it may be anchored as it is: nothing has to be stored. */
  OptionalLong nextToAnchor() {
    return state
        .oldestOutgoing()
        .filter(version -> fork().isEmpty() && sender.isStored(version))
        .map(version -> OptionalLong.of(version.version()))
        .orElse(OptionalLong.empty());
  }

  /** Whether that one will be anchored without a wait, since it came with the one before it. */
  boolean isNextThereToo() {
    Optional<WriterState.Outgoing> next = state.oldestOutgoing();
    try {
      return next.isPresent() && sender.isMinedToo(next.get());
    } catch (InftException e) {
      LOG.debug("it is waited for in its turn", e);
      return false;
    }
  }

  /** Whether that would send anything once the one before it is on its way. */
  boolean hasToSendAhead() {
    return fork().isEmpty() && sender.nextAhead(state().outgoing()).isPresent();
  }

  /** What becomes of a version that could not be stored. */
  enum Detour {
    /** It is tried again. */
    NONE,
    /** It goes along with its anchor, and carries nothing. */
    ALONG,
    /** It only carried others, and what waits behind it goes first. */
    TAKEN_BACK
  }

  /**
   * The only version on its way could not be stored: what is in it, or what waits behind it, does
   * not wait for the store if it may go along with its anchor.
   *
   * @param why it could not be stored
   * @param behind whether anything waits behind it
   */
  Detour detour(InftException why, boolean behind) throws InftException {
    List<WriterState.Outgoing> outgoing = state().outgoing();
    if (outgoing.size() != 1 || outgoing.get(0).inlined()) {
      return Detour.NONE;
    }
    WriterState.Outgoing stuck = outgoing.get(0);
    boolean fold = stuck.kind().equals(Kind.ARCHIVE);
    int most = roads.mostBytesWithoutStore(stuck.version(), state());
    boolean possible =
        most > 0
            && (behind || !fold)
            && isHead()
            && !scope.registry().isUnderWay(Sender.request(scope.id(), stuck, folder.objects()));
    if (!possible || !(fold ? publish.withdrawFold() : publish.goAlong(most))) {
      return Detour.NONE;
    }
    roads.storeFailed(String.valueOf(why.getMessage()));
    return fold ? Detour.TAKEN_BACK : Detour.ALONG;
  }

  /** Lets go the callers that waited for what is anchored now. */
  void letGo(PublishTickets tickets) {
    publish.letGo(tickets);
  }

  /** Whether it is time to look after versions in blocks that are not final. */
  boolean isFinalityDue() {
    return finality.isDue();
  }

  /** Whether that may not wait any longer for what callers wait for. */
  boolean isFinalityOverdue() {
    return finality.isOverdue();
  }

  /**
   * Looks whether the blocks of own versions are final by now, and sends again what a
   * reorganisation took away.
   *
   * @throws ForkException another writer took the place of such a version
   */
  void lookAfterFinality() throws InftException {
    try {
      publish.sendAgain(finality::look);
    } catch (RegistryUnavailableException | OutcomeUnknownException later) {
      LOG.debug("it is not known yet what is final", later);
    }
  }

  /** The next version follows one that this machine does not have. */
  public void follow(Predecessor head) {
    state.follow(head);
  }

  /** What the next version is called in the registry. */
  public void nextIs(Kind kind) {
    state.nextIs(kind);
  }

  /** Makes the next version a snapshot. */
  void snapshotNext() {
    state.snapshotNext();
  }

  // Roads ---------------------------------------------------------------------------------------

  /** The versions that lie in the chain's log alone. */
  public InlinedTail inlinedTail() {
    return roads.tail(state());
  }

  /**
   * Nobody uses the database any more: what is published from now on is stored.
   *
   * @param foldAfter after so long, versions in the chain's log are carried to the store
   */
  public void unused(Duration foldAfter) {
    roads.unused(foldAfter);
  }

  /**
   * Whether versions lie in the chain's log alone, the newest of them published here, or what
   * carries them is on its way.
   */
  public boolean isToCarry() {
    List<WriterState.Inlined> tail = state().tail();
    boolean own = !tail.isEmpty() && tail.get(tail.size() - 1).own();
    return own || !state().outgoing().isEmpty();
  }

  /**
   * Finds out whether what is published last can be stored.
   *
   * @param most no answer by then is one too
   */
  public boolean lookForStore(Duration most) {
    return roads.lookForStore(state(), tip(), most);
  }

  /** Somebody uses the database again. */
  public void used() {
    roads.used();
  }

  /**
   * Whether a version should be made for the sake of the inlined ones before it, though nothing
   * else may be to be published. Not if somebody else's version is the head: then they are his.
   */
  boolean wantsFold() throws InftException {
    boolean wanted = keysOnly == null && fork().isEmpty() && roads.wantsFold(state(), tip());
    if (wanted && !isHead()) {
      roads.postponeFold();
      return false;
    }
    return wanted;
  }

  /** Whether the newest anchored version here is the head; asks the registry. */
  public boolean isHead() throws InftException {
    WriterState now = state();
    Head head = scope.registry().head(scope.id());
    return head.version() == now.anchored() && head.root().equals(now.anchoredRoot());
  }

  /** Whether the next version goes along with its anchor, as far as that can be said before. */
  boolean isNextInlined() {
    WriterState now = state();
    return roads.mostBytes(now.newest() + 1, tip().isEmpty(), now) > 0;
  }

  /** How long an inlined version may wait until it is carried to the store. */
  Duration foldAfter() {
    return roads.foldAfter();
  }

  /** Whether what is stored must be stored again by then. */
  boolean isRenewalDueBy(long seconds) {
    return compactions.isRenewalDueBy(seconds);
  }

  /** Has the next version carry the inlined ones before it to the store. */
  void foldNext() {
    state.foldNext();
  }

  /** Whether the newest version goes along with its anchor, so that nothing is stored. */
  boolean isNewestInlined() {
    List<WriterState.Outgoing> outgoing = state().outgoing();
    return !outgoing.isEmpty() && outgoing.get(outgoing.size() - 1).inlined();
  }

  /** What a user should know of the road to the store, if nobody was told yet. */
  Optional<String> takeRoadWarning() {
    return roads.takeWarning(state());
  }

  GenerationState.Position position() {
    return state.position();
  }

  /** Takes back the newest staged version, which the registry refused for good. */
  void withdraw(GenerationState.Position to) throws InftException {
    state.withdraw(to);
    sender.withdrawnTo(state().newest());
  }

  /** Remembers an event of the driver's own for the next version. */
  public void remember(DriverEvent event) throws InftException {
    state.remember(event);
  }

  // Fencing and compaction ----------------------------------------------------------------------

  /** Why this generation was put aside; empty while it goes on. */
  Optional<ForkException> fork() {
    return fencing.fork();
  }

  /**
   * Looks whether the files that are open here are those at their paths.
   *
   * @throws ForkException they are not; this generation was put aside
   */
  public void requireOwnFiles() throws InftException {
    fencing.requireOwnFiles();
  }

  ForkException putAside(InftException cause) throws InftException {
    return fencing.putAside(cause);
  }

  /** Goes on with a snapshot that was on its way to the store when the process ended. */
  public void resumeCompaction() {
    compactions.resume();
  }

  /**
   * Whether publishing must look at this generation though nobody asked: the log changed since
   * {@code last}, a block may be final, something must be stored or paid again, or the files are
   * not those that were opened. Asks no network.
   */
  boolean wantsLook(WalIndexHeader last) {
    if (fork().isPresent()) {
      return false;
    }
    try {
      capture.requireSameFiles();
      return capture.changedSince(last)
          || capture.wantsCheckpoint(last)
          || isFinalityDue()
          || isCompacting()
          || !state().outgoing().isEmpty()
          || (keysOnly == null && (compactions.wantsLook() || roads.wantsLook(state(), tip())));
    } catch (InftException e) {
      LOG.debug("an idle generation is looked at", e);
      return true;
    }
  }

  /** Whether a snapshot is being made or stored in the background. */
  boolean isCompacting() {
    return compactions.isRunning();
  }

  /** Whether a pack of the newest version is so old that it must be stored again. */
  boolean wantsRenewal() {
    return keysOnly == null && compactions.wantsRenewal();
  }

  /** Until when all that the head needs is paid, as it was found last; looks in the background. */
  public Optional<Instant> paidUntil() {
    return compactions.paidUntil();
  }

  /**
   * Has background work stop as soon as it can.
   *
   * @return done when no thread is at work on this generation any more
   */
  public CompletableFuture<Void> quiet() {
    return compactions.quiet();
  }

  /** Breaks off what background work waits for, as far as that listens. */
  public void interrupt() {
    compactions.interrupt();
  }

  // The end -------------------------------------------------------------------------------------

  /**
   * Lets go of the working copy; everything needed to go on lies on disk. Background work that does
   * not end in time is left alone: it can change nothing here any more.
   */
  @Override
  public void close() throws InftException {
    if (!Waits.done(quiet(), QUIET)) {
      LOG.warn("a background snapshot of '{}' hangs in the store; it is left alone", scope.id());
    }
    if (!state.beginClose()) {
      return;
    }
    boolean untouched = isUntouched();
    try {
      fencing.rescueRest();
      capture.close();
    } finally {
      closeBase();
    }
    if (fork().isEmpty()) {
      // With a log, somebody has it open or wrote to it, or the disk was full.
      state.close(untouched && !LogAtRest.hasTail(database(), WalPosition.START));
    }
  }

  private void closeBase() throws InftException {
    Optional<PartialBase> partial = base.partial();
    if (partial.isPresent()) {
      partial.get().close();
    }
  }

  /** Whether the file may be taken for what it looks like now, without looking into it. */
  private boolean isUntouched() {
    try {
      return capture.isUntouched();
    } catch (InftException e) {
      LOG.warn("{} will be proved page by page at the next open: {}", database(), e.getMessage());
      return false;
    }
  }
}

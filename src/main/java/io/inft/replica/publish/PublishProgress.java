package io.inft.replica.publish;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.replica.local.WaitingCallers;
import io.inft.replica.local.Waits;
import io.inft.replica.publish.policy.Decision;
import io.inft.replica.publish.policy.Known;
import io.inft.replica.publish.policy.Pace;
import io.inft.replica.publish.policy.PublishPolicy;
import io.inft.replica.publish.policy.Retry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the callers that wait for a publish and the threads that carry it out meet: what was noted,
 * asked for and handed in, what is in flight, what failed. Safe for many threads; nobody waits for
 * a network or a disk while holding its lock. On its monitor only the publishing thread waits.
 */
final class PublishProgress {
  private static final Logger LOG = LoggerFactory.getLogger(PublishProgress.class);

  private final GenerationWriter writer;
  private final PublishPolicy policy;
  private final PendingWarnings warnings;
  private final LongSupplier nanos;

  /** Set by every commit, cleared when a version is staged. */
  private volatile boolean noted;

  /** When the oldest commit that is not anchored was noted, 0 if there is none. */
  private volatile long dirtySinceNanos;

  private volatile @Nullable ForkException fork;
  private volatile @Nullable AnchorInFlight inFlight;

  /** For good: what failed does not come back while this process lives. */
  private volatile boolean broken;

  /** Changed without the lock, so that nobody who ends this waits for whoever holds that. */
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);

  // Mutable, guarded by this.
  private final PublishTickets tickets = new PublishTickets();
  private final WaitingCallers callers = new WaitingCallers();
  private final Deque<PublisherTask> tasks = new ArrayDeque<>();
  private Retry retry = Retry.NONE;
  private Pace pace;
  private boolean publishWhenUnchanged;
  private long warnedAtNanos;
  private long agedAtNanos;
  private boolean unsettled;

  /** When anchors were sent behind the one in flight, by the newest version of those. */
  private final TreeMap<Long, Long> sentAhead = new TreeMap<>();

  /** Whether there is no thread because nothing happened for a while. */
  private boolean dormant;

  /** Begins one then; false if there is none to be had. */
  private BooleanSupplier awaken = () -> true;

  /** Where the thread stands; from {@code STOPPING} there is a way back. */
  private enum Phase {
    RUNNING,
    STOPPING,
    STOPPED
  }

  PublishProgress(
      GenerationWriter writer, PublishPolicy policy, PendingWarnings warnings, LongSupplier nanos)
      throws InftException {
    this.writer = writer;
    this.policy = policy;
    this.warnings = warnings;
    this.nanos = nanos;
    this.pace = Pace.beginning(nanos.getAsLong());
    if (writer.hasUnpublished()) {
      noted = true;
      writer.committed();
      tickets.noted(nanos.getAsLong() - writer.unpublishedAge().toNanos());
      dirtySinceNanos = tickets.sinceNanos();
    }
  }

  // What was committed, and who waits for it ----------------------------------------------------

  /** Tells the publishing thread of a change, or begins another one if it ended meanwhile. */
  private void signal() {
    notifyAll();
    if (dormant && awaken.getAsBoolean()) {
      dormant = false;
    }
  }

  /** Whether something was committed that no version holds; a volatile read. */
  boolean isNoted() {
    return noted;
  }

  synchronized void note() {
    noted = true;
    writer.committed();
    tickets.noted(nanos.getAsLong());
    dirtySinceNanos = tickets.sinceNanos();
    signal();
  }

  /** Whether a caller waits for a version that is not anchored. */
  synchronized boolean isAsked() {
    return tickets.isAwaited();
  }

  /** Whether something waits for its time, and nobody for it. */
  synchronized boolean waitsPatiently() {
    return noted && !tickets.isUrgent() && lag().compareTo(PublishPolicy.POLL) >= 0;
  }

  /** How long something has been waiting to be published; zero when nothing is. */
  Duration lag() {
    long since = dirtySinceNanos;
    return since == 0 ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - since);
  }

  /** Whether all that was committed is anchored. */
  boolean isClean() {
    return dirtySinceNanos == 0;
  }

  /**
   * Asks for a publish that covers everything committed by now. The caller does not wait for the
   * next try that was planned after a failure.
   */
  synchronized long ticket() {
    long now = nanos.getAsLong();
    long ticket = tickets.draw(now);
    retry = retry.hurried(now);
    signal();
    return ticket;
  }

  /** Asks for a publish that covers everything committed by now, at the pace of the budget. */
  synchronized long patientTicket() {
    long now = nanos.getAsLong();
    long ticket = tickets.drawPatiently(now);
    retry = retry.hurried(now);
    signal();
    return ticket;
  }

  /** Asks for a version even though nothing may have changed. */
  synchronized long wantVersion() {
    publishWhenUnchanged = true;
    return ticket();
  }

  synchronized boolean wantsVersion() {
    return publishWhenUnchanged;
  }

  /**
   * An event was appended and committed; a full batch is asked for, whichever connection appended
   * the others.
   *
   * @param pending events in the table and in no version
   */
  synchronized Optional<Long> eventAppended(int batchSize, long pending) {
    pace = pace.withAppended();
    return PublishPolicy.completesBatch(pace, pending, batchSize)
        ? Optional.of(ticket())
        : Optional.empty();
  }

  /** What becomes of a commit that is about to be made; a volatile read while nothing waits. */
  PublishPolicy.OnCommit beforeCommit() {
    long since = dirtySinceNanos;
    if (since == 0) {
      return PublishPolicy.OnCommit.GO_ON;
    }
    synchronized (this) {
      long now = nanos.getAsLong();
      PublishPolicy.OnCommit verdict = policy.beforeCommit(since, warnedAtNanos, now);
      if (verdict == PublishPolicy.OnCommit.WARN) {
        warnedAtNanos = now | 1;
      }
      return verdict;
    }
  }

  /**
   * Waits until a ticket is covered by an anchored version.
   *
   * @param aborted gives up waiting when it answers true
   */
  void await(long ticket, Duration timeout, BooleanSupplier aborted) throws InftException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      while (!mayGo(ticket, deadline, aborted)) {
        Waits.parked(this, deadline - System.nanoTime());
      }
    } finally {
      synchronized (this) {
        callers.leave();
      }
    }
  }

  /** Whether a ticket is covered; throws if there is no time left to wait, or no reason to. */
  private synchronized boolean mayGo(long ticket, long deadline, BooleanSupplier aborted)
      throws InftException {
    if (tickets.isCovered(ticket)) {
      return true;
    }
    requireNoFork();
    if (tickets.hasFailed(ticket) && retry.isHopeless()) {
      throw gaveUp("");
    }
    if (deadline - System.nanoTime() <= 0 || hasEnded() || aborted.getAsBoolean()) {
      throw gaveUp(aborted.getAsBoolean() ? "aborted" : hasEnded() ? "the engine was closed" : "");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw gaveUp("interrupted");
    }
    callers.enter(ticket);
    return false;
  }

  /** Has everybody who waits look whether he still should. */
  synchronized void wakeCallers() {
    callers.wakeAll();
  }

  /** What failed, if waiting longer would not have helped; else that it is not done yet. */
  private InftException gaveUp(String reason) {
    Optional<Exception> failure = retry.toBeMended();
    return failure.isPresent() && (reason.isEmpty() || hasEnded())
        ? new NotPublishedException("publishing", failure.get())
        : timedOut(reason);
  }

  synchronized PublishTimeoutException timedOut(String reason) {
    Exception failure = retry.lastFailure();
    String state =
        !reason.isEmpty()
            ? reason
            : failure == null ? "not confirmed yet" : "last failure: " + failure.getMessage();
    return new PublishTimeoutException("publishing", state, failure);
  }

  // What callers hand in ------------------------------------------------------------------------

  /** False if nothing will be done any more. */
  synchronized boolean submit(PublisherTask task) {
    if (hasEnded()) {
      return false;
    }
    tasks.addLast(task);
    signal();
    return true;
  }

  synchronized void withdraw(PublisherTask task) {
    tasks.remove(task);
  }

  synchronized Optional<PublisherTask> nextTask() {
    return Optional.ofNullable(tasks.pollFirst());
  }

  /** Nothing more will be done; gives back what was not. */
  synchronized List<PublisherTask> endTasks() {
    phase.set(Phase.STOPPED);
    List<PublisherTask> left = List.copyOf(tasks);
    tasks.clear();
    callers.wakeAll();
    return left;
  }

  // The publishing thread -----------------------------------------------------------------------

  /** What is due; if nothing is, it has waited for that long, or until something happened. */
  synchronized Decision next(
      Known.Generation generation, Known.Allowance allowance, Runnable interrupted) {
    Decision next = policy.next(known(generation, allowance), nanos.getAsLong());
    if (next instanceof Decision.Wait nothing) {
      doze(nothing.millis(), interrupted);
    }
    return next;
  }

  private Known known(Known.Generation generation, Known.Allowance allowance) {
    AnchorInFlight now = inFlight;
    Known.Flight flight =
        now == null ? Known.Flight.NONE : Known.Flight.since(now.begunNanos(), now.hasLanded());
    return new Known(
        new Known.OfThread(phase.get() == Phase.RUNNING, !tasks.isEmpty(), flight),
        new Known.Waiting(
            noted,
            dirtySinceNanos,
            tickets.isAsked(),
            tickets.askedSinceNanos(),
            tickets.askedLastNanos(),
            tickets.asking(),
            tickets.isUrgent(),
            agedAtNanos),
        generation,
        allowance,
        pace,
        retry);
  }

  /**
   * After something that no step expects, which may happen again at once: waits until the next try
   * is due, or a caller asks.
   */
  synchronized void pause(Runnable interrupted) {
    do {
      doze(PublishPolicy.PAUSE.toMillis(), interrupted);
    } while (phase.get() == Phase.RUNNING && !retry.mayTry(nanos.getAsLong()) && !hasLanded());
  }

  /** A moment, after which what is due is looked at anew. */
  synchronized void rest(Runnable interrupted) {
    doze(PublishPolicy.PAUSE.toMillis(), interrupted);
  }

  private void doze(long millis, Runnable interrupted) {
    try {
      Waits.signalled(this, millis);
    } catch (InterruptedException e) {
      interrupted.run();
    }
  }

  private boolean hasLanded() {
    AnchorInFlight now = inFlight;
    return now != null && now.hasLanded();
  }

  /**
   * A version that is being staged.
   *
   * @param ticket the newest that it covers
   * @param always whether it is made even if nothing changed
   */
  record Staging(long ticket, boolean always, long begunNanos) {}

  synchronized Staging beginStaging() {
    Staging begun = new Staging(tickets.newest(), publishWhenUnchanged, nanos.getAsLong());
    publishWhenUnchanged = false;
    noted = false;
    pace = pace.staging(begun.begunNanos());
    return begun;
  }

  /** Nothing was staged, so what was to be staged still waits. */
  synchronized void stagingFailed(Staging begun) {
    note();
    publishWhenUnchanged |= begun.always();
  }

  synchronized void staged(Staging begun) {
    tickets.staged(writer.state().newest(), begun.ticket(), begun.begunNanos(), noted);
    wentWell();
  }

  synchronized void uploaded(long tookNanos) {
    pace = pace.uploaded(tookNanos);
  }

  synchronized AnchorInFlight depart() {
    AnchorInFlight begun = new AnchorInFlight(sentNanos(writer.nextToAnchor()));
    inFlight = begun;
    return begun;
  }

  /** It could not even begin, so nobody would ever land it. */
  synchronized void neverDeparted() {
    inFlight = null;
  }

  /** The anchors of versions up to this one were sent behind the one in flight. */
  synchronized void sentAhead(long version, long sentNanos) {
    sentAhead.put(version, sentNanos);
  }

  /** When a version was sent whose turn it is: now, unless it was ahead. */
  private long sentNanos(OptionalLong version) {
    Map.Entry<Long, Long> ahead =
        version.isPresent() ? sentAhead.ceilingEntry(version.getAsLong()) : null;
    version.ifPresent(sent -> sentAhead.headMap(sent, true).clear());
    return ahead == null ? nanos.getAsLong() : ahead.getValue();
  }

  /**
   * On the thread that anchors: one version is anchored, and whoever waited for it is let go.
   *
   * @param together whether the next one is there too: who waited for either is let go then, or
   *     those of the first would keep the machine busy while the others still wait
   * @return whether the next one is to be anchored too; if not, it has {@link #arrived}
   */
  synchronized boolean goesOn(AnchorInFlight flight, boolean together) {
    OptionalLong next = writer.nextToAnchor();
    if (next.isEmpty() || phase.get() != Phase.RUNNING || !tasks.isEmpty()) {
      return false;
    }
    pace = pace.anchored(nanos.getAsLong() - flight.begunNanos());
    flight.next(sentNanos(next));
    unsettled = true;
    if (!together) {
      retry = Retry.NONE;
      letGo();
    }
    notifyAll();
    return true;
  }

  /** Whether versions were anchored that spending has not settled. */
  synchronized boolean takeUnsettled() {
    boolean taken = unsettled;
    unsettled = false;
    return taken;
  }

  /** On the thread that anchors, which lets go who waited: the other may be at the next version. */
  synchronized void arrived(AnchorInFlight begun, @Nullable Exception failure) {
    begun.land(failure);
    notifyAll();
    if (failure == null) {
      retry = Retry.NONE; // whoever is let go does not find what is made good
    }
    letGo(); // if it failed, versions before it may have been anchored
  }

  /** Takes note of how the anchoring went that has ended: the failure, empty if it went well. */
  synchronized Optional<Exception> land() {
    AnchorInFlight landed = inFlight;
    if (landed == null) {
      throw new IllegalStateException("nothing is in flight");
    }
    inFlight = null;
    if (landed.failure() == null) {
      pace = pace.anchored(nanos.getAsLong() - landed.begunNanos());
      wentWell();
    }
    return Optional.ofNullable(landed.failure());
  }

  /** A task ended; what it could not finish is left to the publish that follows. */
  synchronized void taskDone(PublisherTask.Result result) {
    if (result.failure().isPresent()) {
      if (result.failure().get() instanceof ForkException lost) {
        fork = lost;
        callers.wakeAll();
      }
      note();
    }
    wentWell();
  }

  /** All went well, unless something is in flight: of that is told when it has landed. */
  synchronized void wentWell() {
    if (inFlight == null) {
      retry = Retry.NONE;
      letGo();
    }
  }

  /** Lets the callers go that waited for what is anchored now. */
  private void letGo() {
    writer.letGo(tickets);
    dirtySinceNanos = tickets.sinceNanos();
    callers.wake(tickets::isCovered);
  }

  /** Callers that wait are woken, and find the failure and the first time the warning. */
  synchronized void failed(Exception failure) {
    fail(failure);
    if (retry.isFirst()) {
      warnings.add("publishing failed and will be tried again: " + failure.getMessage());
    }
  }

  private void fail(Exception failure) {
    tickets.fail();
    retry = retry.failed(failure, ThreadLocalRandom.current().nextDouble(), nanos.getAsLong());
    callers.wakeAll();
  }

  /** Something is amiss that nobody needs to wait for. */
  synchronized void amiss(Exception failure) {
    retry = retry.noting(failure);
  }

  synchronized Optional<Exception> lastFailure() {
    return Optional.ofNullable(retry.lastFailure());
  }

  synchronized void counted(long pendingEvents) {
    pace = pace.counted(pendingEvents, nanos.getAsLong());
  }

  synchronized void agedNow() {
    agedAtNanos = nanos.getAsLong() | 1;
  }

  // Without a thread -----------------------------------------------------------------------------

  /**
   * Whether the thread may end for now: nothing waits, is under way or failed. Whoever has
   * something for it takes this lock too, so he comes before and keeps it, or after and begins
   * another one.
   *
   * @param again begins that, in this lock and on the thread of whoever it is; false if it cannot,
   *     then the next one who comes tries again
   */
  synchronized boolean fallAsleep(BooleanSupplier again) {
    if (!isIdle()) {
      return false;
    }
    dormant = true;
    awaken = again;
    return true;
  }

  /** Whether nothing is to be done for anybody. */
  synchronized boolean isIdle() {
    return phase.get() == Phase.RUNNING
        && !noted
        && !tickets.isAwaited()
        && !publishWhenUnchanged
        && tasks.isEmpty()
        && inFlight == null
        && !retry.isPending()
        && dirtySinceNanos == 0;
  }

  // The end -------------------------------------------------------------------------------------

  /** The generation was put aside; nothing more will be published. */
  synchronized void stop(ForkException lost) {
    fork = lost;
    phase.set(Phase.STOPPED);
    callers.wakeAll();
  }

  /** The generation knows it first. */
  Optional<ForkException> fork() {
    ForkException lost = fork;
    return lost != null ? Optional.of(lost) : writer.fork();
  }

  void requireNoFork() throws ForkException {
    Optional<ForkException> lost = fork();
    if (lost.isPresent()) {
      throw lost.get();
    }
  }

  /** Publishing ends for good: what failed will fail again. Told once. */
  synchronized void breakDown(LinkageError e) {
    if (!broken) {
      broken = true;
      phase.compareAndSet(Phase.RUNNING, Phase.STOPPING);
      fail(new IllegalStateException("publishing ended: " + e, e));
      LOG.error("publishing of '{}' ended, until it is opened anew", writer.generation(), e);
      warnings.add(
          "publishing ended, what is committed goes out when the database is opened anew: " + e);
    }
  }

  /**
   * After {@link #breakDown}: waits a little for what is in flight.
   *
   * @return whether nothing is any more
   */
  synchronized boolean endBroken(Runnable interrupted) {
    AnchorInFlight now = inFlight;
    if (now != null && !now.hasLanded()) {
      doze(PublishPolicy.PAUSE.toMillis(), interrupted);
      return false;
    }
    phase.set(Phase.STOPPED);
    callers.wakeAll();
    return true;
  }

  /** Nothing new is begun. Takes no lock. */
  void beginStop() {
    phase.compareAndSet(Phase.RUNNING, Phase.STOPPING);
  }

  /** False if it goes on after all. */
  boolean mayStop() {
    return phase.compareAndSet(Phase.STOPPING, Phase.STOPPED);
  }

  /** Goes on after {@link #beginStop}; false if it is too late. Takes no lock. */
  boolean resume() {
    return !broken
        && (phase.get() == Phase.RUNNING || phase.compareAndSet(Phase.STOPPING, Phase.RUNNING));
  }

  void ended() {
    phase.set(Phase.STOPPED);
  }

  boolean hasEnded() {
    return phase.get() == Phase.STOPPED;
  }

  synchronized void wake() {
    signal();
  }

  /** Breaks off what the anchoring waits for, as far as that listens. Takes no lock. */
  void interruptFlight() {
    AnchorInFlight now = inFlight;
    if (now != null) {
      now.interrupt();
    }
  }
}

package io.inft.replica.publish;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.LagException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.registry.Anchored;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Waits;
import io.inft.sqlite.WalIndexHeader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a line is published, and lets callers wait for it. A thread of its own stages and
 * uploads; a second one anchors, so that the next version is prepared while one is being confirmed.
 * Commits that happen meanwhile gather and go together.
 *
 * <p>A caller that must not return before its commit is anchored takes a ticket. A version covers
 * every ticket that was handed out before it was staged. There is at most one version ahead of the
 * one that is being anchored, and it is staged as late as its upload allows: the later, the more
 * commits ride in it.
 */
public final class Publisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 100;

  /** As long as it takes, as the user chose; abort() and the end of the engine wake it. */
  private static final Duration UNTIL_ABORTED = Duration.ofDays(365);

  private final GenerationWriter line;
  private final Cadence cadence;
  private final LongSupplier nanos;
  private final Thread thread;
  private final PendingWarnings notices = new PendingWarnings();

  /** Set by every commit, cleared when a version is staged. */
  private volatile boolean noted;

  /** When the oldest commit that is not anchored was noted, 0 if there is none. */
  private volatile long dirtySinceNanos;

  private volatile @Nullable ForkException fork;

  private volatile Runnable whenUnwanted = () -> {};

  /** Changed without the lock, so that nobody who ends this waits for whoever holds that. */
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.RUNNING);

  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  // Mutable, guarded by this.
  private final PublishTickets waiting = new PublishTickets();
  private final Retry retry = new Retry();
  private final Schedule schedule;
  private final Deque<PublisherTask> errands = new ArrayDeque<>();
  private volatile @Nullable AnchorInFlight flight;
  private boolean publishWhenUnchanged;
  private volatile boolean broken;
  private WalIndexHeader counted;
  private WalIndexHeader polled;
  private long warnedAtNanos;

  /** When the age was written down last; of the publishing thread. */
  private long agedAtNanos;

  /** Where the thread stands; from {@code STOPPING} there is a way back. */
  private enum Phase {
    RUNNING,
    STOPPING,
    STOPPED
  }

  public Publisher(GenerationWriter line, Cadence cadence, String name) throws InftException {
    this(line, cadence, name, System::nanoTime);
  }

  /**
   * @param nanos the clock that intervals are measured with
   */
  public Publisher(GenerationWriter line, Cadence cadence, String name, LongSupplier nanos)
      throws InftException {
    this.line = line;
    this.cadence = cadence;
    this.nanos = nanos;
    this.polled = line.capture().header();
    this.counted = polled;
    this.schedule = new Schedule(cadence, nanos.getAsLong());
    this.thread = EngineThreads.daemon(this::run, "inft-publish-" + name);
    if (line.hasUnpublished()) {
      noted = true;
      line.committed();
      waiting.noted(nanos.getAsLong() - line.unpublishedAge().toNanos());
      dirtySinceNanos = waiting.sinceNanos();
    }
  }

  /**
   * Starts the thread.
   *
   * @param unwanted called when somebody interrupts the thread while everything is out: Maven's
   *     exec:java and containers do so to threads that an application left; waits for nobody
   */
  public void start(Runnable unwanted) {
    whenUnwanted = unwanted;
    start();
  }

  public void start() {
    thread.start();
  }

  /** Takes note that something was committed. Costs a volatile read while one is noted already. */
  public void note(WalIndexHeader header) {
    boolean large = line.capture().wantsCheckpoint(header);
    if (!noted || large) {
      synchronized (this) {
        noted();
        notifyAll();
      }
    }
  }

  private void noted() {
    noted = true;
    line.committed();
    waiting.noted(nanos.getAsLong());
    dirtySinceNanos = waiting.sinceNanos();
  }

  /** Throws when the line was put aside. */
  public void checkFork() throws ForkException {
    Optional<ForkException> lost = lost();
    if (lost.isPresent()) {
      throw lost.get();
    }
  }

  public boolean isFork() {
    return fork != null || line.fork().isPresent();
  }

  /** The line knows it first. */
  private Optional<ForkException> lost() {
    ForkException lost = fork;
    return lost != null ? Optional.of(lost) : line.fork();
  }

  /**
   * Asks for a publish that covers everything committed by now. Who asks does not wait for the next
   * try that was planned after a failure.
   */
  public synchronized long ticket() {
    long now = nanos.getAsLong();
    long ticket = waiting.draw(now);
    retry.hurry(now);
    notifyAll();
    return ticket;
  }

  /** Asks for a version even though nothing may have changed. */
  synchronized long ticketForVersion() {
    publishWhenUnchanged = true;
    return ticket();
  }

  /**
   * Waits until a ticket is covered by an anchored version.
   *
   * @param aborted gives up waiting when it answers true
   */
  public void await(long ticket, Duration timeout, BooleanSupplier aborted) throws InftException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (this) {
      while (!waiting.isCovered(ticket)) {
        checkFork();
        if (waiting.hasFailed(ticket) && retry.isHopeless()) {
          throw gaveUp("");
        }
        requirePatience(deadline, aborted);
      }
    }
  }

  /** Waits a little, or throws because there is no time left or no reason to. */
  @SuppressWarnings("WaitNotInLoop") // every caller asks for what it waits for in a loop
  private void requirePatience(long deadline, BooleanSupplier aborted) throws InftException {
    long left = deadline - System.nanoTime();
    if (left <= 0 || hasEnded() || aborted.getAsBoolean()) {
      throw gaveUp(aborted.getAsBoolean() ? "aborted" : hasEnded() ? "the engine was closed" : "");
    }
    try {
      wait(Math.max(1, Math.min(left / 1_000_000, 200)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gaveUp("interrupted");
    }
  }

  /** What failed, if waiting longer would not have helped; else that it is not done yet. */
  private InftException gaveUp(String reason) {
    Optional<Exception> failure = retry.toBeMended();
    return failure.isPresent() && (reason.isEmpty() || hasEnded())
        ? new NotPublishedException("publishing", failure.get())
        : timedOut(reason);
  }

  private PublishTimeoutException timedOut(String reason) {
    Exception failure = retry.lastFailure();
    String state =
        !reason.isEmpty()
            ? reason
            : failure == null ? "not confirmed yet" : "last failure: " + failure.getMessage();
    return new PublishTimeoutException("publishing", state, failure);
  }

  /** Has work done on the publishing thread while nothing is being anchored. */
  public PublisherTask submit(PublisherTask.Work work) {
    PublisherTask errand = new PublisherTask(work);
    synchronized (this) {
      if (!hasEnded()) {
        errands.addLast(errand);
        notifyAll();
        return errand;
      }
    }
    abandon(errand);
    return errand;
  }

  private void abandon(PublisherTask errand) {
    Optional<ForkException> lost = lost();
    errand.fail(lost.isPresent() ? lost.get() : timedOut("the engine was closed"));
  }

  private void abandonErrands() {
    Deque<PublisherTask> left;
    synchronized (this) {
      phase.set(Phase.STOPPED);
      left = new ArrayDeque<>(errands);
      errands.clear();
      notifyAll();
    }
    if (!left.isEmpty()) {
      left.forEach(this::abandon);
    }
  }

  /**
   * Has work done on the publishing thread while nothing is being anchored, and waits for it.
   *
   * @throws PublishTimeoutException it is not done yet; it goes on
   */
  public Optional<Anchored> errand(
      PublisherTask.Work work, Duration timeout, BooleanSupplier aborted) throws InftException {
    PublisherTask errand = submit(work);
    long deadline = System.nanoTime() + timeout.toNanos();
    String reason = "";
    while (reason.isEmpty()) {
      long left = deadline - System.nanoTime();
      try {
        return errand
            .outcome()
            .get(Math.max(1, Math.min(left / 1_000_000, 200)), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof InftException failure) {
          throw failure;
        }
        throw new IllegalStateException("an errand fails in typed ways only", e.getCause());
      } catch (TimeoutException e) {
        reason = aborted.getAsBoolean() ? "aborted" : left <= 0 ? "not done yet" : "";
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        reason = "interrupted";
      }
    }
    synchronized (this) {
      errands.remove(errand);
    }
    throw timedOut(reason);
  }

  /** Whatever it could not finish is left to the publish that follows. */
  private void run(PublisherTask errand) throws ForkException {
    PublisherTask.Result result = errand.run();
    synchronized (this) {
      if (result.failure().isPresent()) {
        if (result.failure().get() instanceof ForkException lost) {
          fork = lost;
        }
        noted();
      }
      settle();
    }
    errand.tell(result);
    checkFork();
  }

  /** Before SQLite commits: holds back or refuses when too much is unpublished for too long. */
  public void beforeCommit(BooleanSupplier aborted) throws InftException {
    long since = dirtySinceNanos;
    if (since == 0) {
      return;
    }
    long lag = (nanos.getAsLong() - since) / 1_000_000;
    long most = cadence.maxLag().toMillis();
    if (lag <= most) {
      return;
    }
    switch (cadence.onLag()) {
      case WARN -> warnAboutLag(lag, most);
      case BLOCK -> await(ticket(), UNTIL_ABORTED, aborted);
      case FAIL -> {
        ticket();
        throw new LagException(lag, most);
      }
    }
  }

  private synchronized void warnAboutLag(long lag, long most) {
    long now = nanos.getAsLong();
    if (warnedAtNanos == 0 || now - warnedAtNanos > cadence.maxLag().toNanos()) {
      warnedAtNanos = now | 1;
      Exception failure = retry.lastFailure();
      warn(
          "the oldest unpublished commit is "
              + lag
              + " ms old, maxLag is "
              + most
              + " ms"
              + (failure == null ? "" : "; last failure: " + failure.getMessage()));
    }
  }

  /** Keeps a message for the next caller who asks. */
  public void warn(String message) {
    notices.add(message);
  }

  public Optional<String> takeWarning() {
    return notices.take();
  }

  public boolean hasWarning() {
    return !notices.isEmpty();
  }

  /**
   * To be told of an event after it was committed; a full batch is published, whoever appended the
   * others.
   */
  public Optional<Long> eventAppended(int batchSize) throws InftException {
    long pending = line.pendingEvents();
    synchronized (this) {
      schedule.appended();
      return schedule.pendingEvents(pending) >= batchSize
          ? Optional.of(ticket())
          : Optional.empty();
    }
  }

  public synchronized Optional<Exception> lastFailure() {
    return Optional.ofNullable(retry.lastFailure());
  }

  /** How long something has been waiting to be published; zero when nothing is. */
  public Duration lag() {
    long since = dirtySinceNanos;
    return since == 0 ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - since);
  }

  /** What the publishing thread does next. */
  private enum Step {
    STOP,
    LAND,
    ERRAND,
    SETTLE,
    SEND,
    STAGE,
    COUNT,
    AGE,
    CHECKPOINT
  }

  private void run() {
    try {
      publishUntilStopped();
    } finally {
      try {
        abandonErrands();
      } finally {
        phase.set(Phase.STOPPED);
        ended.complete(null);
      }
    }
  }

  private void publishUntilStopped() {
    while (true) {
      try {
        Step step;
        PublisherTask errand;
        synchronized (this) {
          step = waitForWork();
          errand = step == Step.ERRAND ? errands.pollFirst() : null;
        }
        switch (step) {
          case STOP -> {
            if (phase.compareAndSet(Phase.STOPPING, Phase.STOPPED)) {
              return;
            }
          }
          case LAND -> land();
          case ERRAND -> run(Objects.requireNonNull(errand));
          case SETTLE -> line.settle();
          case SEND -> send();
          case STAGE -> stage();
          case COUNT -> countEvents();
          case AGE -> writeDownAge();
          case CHECKPOINT -> poll();
        }
        line.takeAdvice().ifPresent(this::warn);
        line.capture().checkpointIfWanted();
      } catch (ForkException e) {
        stop(e);
        return;
      } catch (InftException e) {
        failed(e);
      } catch (RuntimeException e) {
        failed(e);
        pause();
      } catch (LinkageError e) {
        if (giveUp(e)) {
          return;
        }
      } catch (Error e) {
        failed(survived(e));
        pause();
      }
    }
  }

  /**
   * After something that no step expects, which may happen again at once: waits until the next try
   * is due, or somebody asks.
   */
  private synchronized void pause() {
    do {
      doze(PAUSE_MILLIS);
    } while (phase.get() == Phase.RUNNING
        && !retry.mayTry(nanos.getAsLong())
        && !(flight != null && flight.hasLanded()));
  }

  /**
   * Ends for good: a class that cannot be loaded or linked will not be there the next time either.
   * Mostly the application is gone and its class loader was closed. What is unpublished stays on
   * disk.
   *
   * @return whether nothing is in flight any more
   */
  private synchronized boolean giveUp(LinkageError e) {
    if (!broken) {
      broken = true;
      phase.compareAndSet(Phase.RUNNING, Phase.STOPPING);
      waiting.fail();
      retry.failed(new IllegalStateException("publishing ended: " + e, e), nanos.getAsLong());
      LOG.error("publishing of '{}' ended, until it is opened anew", line.generation(), e);
      warn("publishing ended, what is committed goes out when the database is opened anew: " + e);
    }
    if (flight != null && !flight.hasLanded()) {
      doze(PAUSE_MILLIS);
      return false;
    }
    phase.set(Phase.STOPPED);
    notifyAll();
    return true;
  }

  @SuppressWarnings("WaitNotInLoop") // every caller looks again
  private void doze(long millis) {
    try {
      wait(millis);
    } catch (InterruptedException e) {
      if (dirtySinceNanos == 0) {
        whenUnwanted.run();
      } else {
        LOG.debug("{} does not listen to interrupts, it has something to publish", name());
      }
    }
  }

  private String name() {
    return thread.getName();
  }

  /**
   * A heap that was full for a moment must not end publishing for good and in silence: whatever
   * happened is told, and tried again.
   */
  private static IllegalStateException survived(Error e) {
    LOG.warn("publishing met an error, and goes on", e);
    return new IllegalStateException(String.valueOf(e), e);
  }

  private synchronized void stop(ForkException lost) {
    fork = lost;
    phase.set(Phase.STOPPED);
    notifyAll();
  }

  /** Makes the next version, durable here, and stores it; nothing names it yet. */
  private void stage() throws InftException {
    long ticket;
    boolean always;
    long begun = nanos.getAsLong();
    WalIndexHeader seen = line.capture().header();
    synchronized (this) {
      polled = seen;
      ticket = waiting.newest();
      always = publishWhenUnchanged;
      publishWhenUnchanged = false;
      noted = false;
      schedule.staging(begun);
    }
    try {
      line.stage(always);
    } catch (InftException | RuntimeException | Error e) {
      synchronized (this) {
        noted();
        publishWhenUnchanged |= always;
      }
      throw e;
    }
    synchronized (this) {
      waiting.staged(line.state().newest(), ticket, begun, noted);
      settle();
    }
    upload();
  }

  private void upload() throws InftException {
    long begun = nanos.getAsLong();
    if (line.uploadStaged()) {
      synchronized (this) {
        schedule.uploaded(nanos.getAsLong() - begun);
      }
    }
  }

  /** Anchors the oldest staged version on another thread. */
  private void send() throws InftException {
    upload();
    AnchorInFlight begun = new AnchorInFlight(nanos.getAsLong());
    synchronized (this) {
      flight = begun;
    }
    boolean begins = false;
    try {
      EngineThreads.anchoring().execute(() -> anchor(begun));
      begins = true;
    } finally {
      if (!begins) {
        synchronized (this) {
          flight = null; // nobody would ever land it
        }
      }
    }
  }

  private void anchor(AnchorInFlight begun) {
    @Nullable Exception failure = new IllegalStateException("anchoring ended without an outcome");
    begun.fliesOn(Thread.currentThread());
    try {
      line.anchorOldest();
      failure = null;
    } catch (InftException | RuntimeException e) {
      failure = e;
    } catch (Error e) {
      failure = survived(e);
    } finally {
      synchronized (this) {
        begun.land(failure);
        notifyAll();
      }
    }
  }

  private void land() throws InftException {
    Exception failure;
    synchronized (this) {
      AnchorInFlight landed = Objects.requireNonNull(flight);
      flight = null;
      failure = landed.failure();
      if (failure == null) {
        schedule.anchored(nanos.getAsLong() - landed.begunNanos);
        settle();
      } else {
        letGo(); // it may have failed after the version was anchored
      }
    }
    if (failure instanceof InftException ours) {
      throw ours;
    }
    if (failure != null && failure.getCause() instanceof LinkageError gone) {
      throw gone;
    }
    if (failure instanceof RuntimeException bug) {
      throw bug;
    }
  }

  /** All went well, unless something is in flight: of that is told when it has landed. */
  private void settle() {
    if (flight == null) {
      retry.succeeded();
      letGo();
    }
  }

  /** Lets go whoever waited for what is anchored now. */
  private void letGo() {
    waiting.anchored(line.state().anchored());
    dirtySinceNanos = waiting.sinceNanos();
    notifyAll();
  }

  /** Who is woken by this finds the failure and, the first time, the warning. */
  private synchronized void failed(Exception e) {
    waiting.fail();
    long wait = retry.failed(e, nanos.getAsLong());
    LOG.debug("publishing failed, next try in {} ms", wait, e);
    if (retry.isFirst()) {
      warn("publishing failed and will be tried again: " + e.getMessage());
    }
    notifyAll();
  }

  /** Waits until there is something to do. */
  private Step waitForWork() {
    while (true) {
      Optional<Step> step = nextStep(nanos.getAsLong());
      if (step.isPresent()) {
        return step.get();
      }
      long most = phase.get() == Phase.RUNNING ? Schedule.POLL.toMillis() : PAUSE_MILLIS;
      doze(Math.max(1, Math.min(most, millisUntilDue(nanos.getAsLong()))));
      poll();
    }
  }

  private Optional<Step> nextStep(long now) {
    if (flight != null && flight.hasLanded()) {
      return Optional.of(Step.LAND);
    }
    if (phase.get() != Phase.RUNNING) {
      return flight == null && !line.isConsolidating() ? Optional.of(Step.STOP) : Optional.empty();
    }
    if (!errands.isEmpty()) {
      // Nothing more is staged ahead of it: it begins when what is in flight has landed.
      return flight == null ? Optional.of(Step.ERRAND) : Optional.empty();
    }
    if (flight == null && line.isSettlementDue() && retry.mayTry(now)) {
      return Optional.of(Step.SETTLE);
    }
    if (retry.mayTry(now)) {
      if (flight == null && !line.state().outgoing().isEmpty()) {
        return Optional.of(Step.SEND);
      }
      if (isDue(now) && hasRoom(now)) {
        return Optional.of(Step.STAGE);
      }
    }
    if (line.capture().wantsCheckpoint(polled)) {
      return Optional.of(Step.CHECKPOINT);
    }
    if (wantsCount(now)) {
      return Optional.of(Step.COUNT);
    }
    return wantsAge(now) ? Optional.of(Step.AGE) : Optional.empty();
  }

  /**
   * Whether what waits has waited so long, and its age is not on disk, that a small write is worth
   * it. What is killed before that is younger than that write would have said it is.
   */
  private boolean wantsAge(long now) {
    return noted
        && now - dirtySinceNanos >= Schedule.POLL.toNanos()
        && (agedAtNanos == 0 || now - agedAtNanos >= Schedule.POLL.toNanos())
        && line.wantsSinceWrittenDown();
  }

  private void writeDownAge() {
    agedAtNanos = nanos.getAsLong() | 1;
    try {
      line.writeDownSince();
    } catch (InftException e) {
      LOG.debug("the age of what is not published could not be written down yet", e);
    }
  }

  private boolean isDue(long now) {
    return schedule.isGathered(waiting, now)
        || (noted && (retry.isPending() || schedule.isTime(now)));
  }

  /** Whether a version may be staged now: none is on its way, or one that will soon be there. */
  private boolean hasRoom(long now) {
    int outgoing = line.state().outgoing().size();
    return outgoing == 0
        || (outgoing == 1 && flight != null && schedule.aheadLeft(flight, now) <= 0);
  }

  private long millisUntilDue(long now) {
    long left = retry.isPending() ? retry.nanosLeft(now) : schedule.left(waiting, noted, now);
    if (flight != null) {
      boolean room = line.state().outgoing().size() < 2;
      left = room ? Math.max(left, schedule.aheadLeft(flight, now)) : Schedule.POLL.toNanos();
    }
    return left / 1_000_000;
  }

  /** Sees commits that no session told of: of another process, or past the driver. */
  private synchronized void poll() {
    try {
      if (!publishWhenUnchanged && line.wantsRenewal()) {
        line.snapshotNext();
        ticketForVersion();
      }
      line.requireOwnFiles();
      if (line.capture().changedSince(polled)) {
        polled = line.capture().header();
        note(polled);
      }
    } catch (InftException e) {
      retry.note(e);
      LOG.debug("could not look at the log", e);
    }
  }

  /** Whether to look how many events wait: only while something waits for its interval. */
  private boolean wantsCount(long now) {
    try {
      return noted
          && flight == null
          && schedule.wantsCount(now)
          && line.capture().changedSince(counted);
    } catch (InftException e) {
      retry.note(e);
      return false;
    }
  }

  private void countEvents() throws InftException {
    WalIndexHeader header = line.capture().header();
    long pending = line.pendingEvents();
    synchronized (this) {
      counted = header;
      schedule.counted(pending, nanos.getAsLong());
    }
  }

  /**
   * From now on nothing new is begun; the thread ends after the publish it is in, and what is
   * unpublished stays on disk. Waits for nobody; {@link #wake} makes it known at once.
   */
  public void beginStop() {
    phase.compareAndSet(Phase.RUNNING, Phase.STOPPING);
  }

  /** Has the thread look around now. */
  public synchronized void wake() {
    notifyAll();
  }

  /**
   * Goes on after {@link #beginStop}. Waits for nobody.
   *
   * @return false if it is too late, the thread has ended
   */
  public boolean resume() {
    return !broken
        && (phase.get() == Phase.RUNNING || phase.compareAndSet(Phase.STOPPING, Phase.RUNNING));
  }

  /** Whether nothing will be published any more. */
  public boolean hasEnded() {
    return phase.get() == Phase.STOPPED;
  }

  /** Done when no thread of this publisher is at work any more. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /** Breaks off what the threads wait for, as far as that listens; what it was is tried again. */
  public void interrupt() {
    thread.interrupt();
    AnchorInFlight under = flight;
    if (under != null) {
      under.interrupt();
    }
  }

  /**
   * Ends the thread after the publish it is in, if any; what is unpublished stays on disk.
   *
   * @throws PublishTimeoutException it is still at work
   */
  @Override
  public void close() throws InftException {
    beginStop();
    wake();
    if (thread.isAlive() && thread != Thread.currentThread()) {
      Waits.done(ended, CLOSE_LIMIT, () -> timedOut("its thread is still at work"));
    }
  }
}

package io.inft.replica.publish;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.IdleWatch;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.Decision;
import io.inft.replica.publish.policy.Known;
import io.inft.replica.publish.policy.PublishPolicy;
import io.inft.sqlite.WalIndexHeader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that publishes one generation: it asks the policy what is due and carries it out. It
 * stages and uploads; versions are anchored on another thread, one after the other, so that the
 * next one is prepared while one is being confirmed. Commits that happen meanwhile gather and go
 * together.
 *
 * <p>When nothing happened for {@link #SLEEPY} the thread ends, {@link IdleWatch} looks after the
 * generation, and whoever has something for it begins another one.
 */
final class PublishingThread implements IdleWatch.Sleeper {
  private static final Logger LOG = LoggerFactory.getLogger(PublishingThread.class);

  /** A version that is being signed will soon be on its way. */
  private static final Duration SOON = Duration.ofMillis(20);

  /** How long nothing happens before the thread ends. */
  private static final Duration SLEEPY = PublishPolicy.POLL.multipliedBy(2);

  private final GenerationWriter writer;
  private final PublishProgress progress;
  private final Spending spending;
  private final PendingWarnings warnings;
  private final LongSupplier nanos;
  private final String name;
  private final IdleWatch idle = IdleWatch.ofThisProcess();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private volatile Runnable whenUnwanted = () -> {};

  /** The one at work, or the last one that was. */
  private volatile @Nullable Thread thread;

  // Written by that thread alone: the log when it was looked at last, and when events were counted.
  private volatile WalIndexHeader polled;
  private WalIndexHeader counted;

  /** Since when nothing happened, by System.nanoTime. */
  private long idleSinceNanos;

  /** Of this thread alone: what waits to be sent ahead is tried again then. */
  private long aheadAtNanos;

  PublishingThread(
      GenerationWriter writer,
      PublishProgress progress,
      Spending spending,
      PendingWarnings warnings,
      LongSupplier nanos,
      String name)
      throws InftException {
    this.writer = writer;
    this.progress = progress;
    this.spending = spending;
    this.warnings = warnings;
    this.nanos = nanos;
    this.polled = writer.capture().header();
    this.counted = polled;
    this.name = name;
  }

  /**
   * @param unwanted called when somebody interrupts the thread while everything is out; waits for
   *     nobody
   */
  void start(Runnable unwanted) {
    whenUnwanted = unwanted;
    begin();
  }

  private void begin() {
    Thread before = thread;
    Thread next = EngineThreads.daemon(this::run, "inft-publish-" + name);
    boolean begins = false;
    thread = next;
    try {
      next.start();
      begins = true;
    } finally {
      if (!begins) {
        thread = before; // nobody must wait for the end of one that never was
      }
    }
  }

  /** Whether there is, or will be, a thread other than the caller that ends this. */
  boolean isAnother() {
    Thread last = thread;
    return last != null && last != Thread.currentThread() && !ended.isDone();
  }

  void interrupt() {
    Thread last = thread;
    if (last != null) {
      last.interrupt();
    }
  }

  /** Done when this thread is not at work any more. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  private void run() {
    boolean asleep = false;
    try {
      asleep = publishUntilStopped();
    } finally {
      if (!asleep) {
        end();
      } else if (Thread.interrupted()) {
        interrupted(); // which came too late for its last wait
      }
    }
  }

  private void end() {
    try {
      progress.endTasks().forEach(this::abandon);
    } finally {
      spending.ended();
      progress.ended();
      ended.complete(null);
    }
  }

  /** Whether it ended for now, because nothing happens. */
  private boolean publishUntilStopped() {
    boolean goesOn = true;
    idleSinceNanos = System.nanoTime();
    while (goesOn) {
      try {
        goesOn = step();
        if (goesOn && isSleepy() && fallAsleep()) {
          return true;
        }
      } catch (ForkException e) {
        progress.stop(e);
        return false;
      } catch (InftException e) {
        failed(e);
      } catch (RuntimeException e) {
        failed(e);
        progress.pause(this::interrupted);
      } catch (LinkageError e) {
        goesOn = !giveUp(e);
      } catch (Error e) {
        failed(survived(e));
        progress.pause(this::interrupted);
      }
    }
    return false;
  }

  // Without a thread ------------------------------------------------------------------------------

  private boolean isSleepy() {
    if (!progress.isIdle() || wantsThread()) {
      idleSinceNanos = System.nanoTime();
      return false;
    }
    return System.nanoTime() - idleSinceNanos >= SLEEPY.toNanos();
  }

  /** In this order: who is woken at once is not looked after any more. */
  private boolean fallAsleep() {
    boolean asleep = false;
    try {
      idle.add(this);
      asleep = progress.fallAsleep(this::beginAgain);
    } catch (OutOfMemoryError e) {
      LOG.debug("no thread can be had to watch idle databases, this one stays", e);
    } finally {
      if (!asleep) {
        idle.remove(this);
      }
    }
    return asleep;
  }

  /** In the lock of the progress. Where no thread can be had, the watch tries again. */
  private boolean beginAgain() {
    try {
      begin();
    } catch (OutOfMemoryError e) {
      LOG.warn("no thread can be had to publish '{}', it is tried again", name, e);
      return false;
    }
    idle.remove(this);
    return true;
  }

  @Override
  public boolean wantsThread() {
    return !progress.isIdle() || writer.wantsLook(polled);
  }

  @Override
  public void awaken() {
    progress.wake();
  }

  /** False after the last one. */
  private boolean step() throws InftException {
    if (progress.takeUnsettled()) {
      settle();
    }
    Decision next = progress.next(generation(), allowance(), this::interrupted);
    if (!(next instanceof Decision.Step step)) {
      poll();
      return true;
    }
    switch (step) {
      case STOP -> {
        if (progress.mayStop()) {
          return false;
        }
      }
      case LAND -> land();
      case TASK -> doNextTask();
      case LOOK_AFTER_FINALITY -> writer.lookAfterFinality();
      case SEND -> send();
      case SEND_AHEAD -> sendAhead();
      case STAGE -> stage();
      case COUNT_EVENTS -> countEvents();
      case WRITE_AGE -> writeAge();
      case CHECKPOINT -> poll();
    }
    writer.takeAdvice().ifPresent(warnings::add);
    writer.capture().checkpointIfWanted();
    return true;
  }

  private Known.Generation generation() {
    return new Known.Generation(
        writer.state().outgoing().size(),
        writer.isCompacting(),
        isFinalityDue(),
        writer.capture().wantsCheckpoint(polled),
        isUncounted(),
        writer.isAgeUnwritten(),
        writer.hasToSendAhead() ? aheadAtNanos - nanos.getAsLong() : Known.Generation.NONE_UNSENT);
  }

  /** A look costs calls of the network, which those who wait for an anchor need not pay for. */
  private boolean isFinalityDue() {
    return progress.isAsked() ? writer.isFinalityOverdue() : writer.isFinalityDue();
  }

  /** What cannot be told is not paid. */
  private Known.Allowance allowance() {
    try {
      boolean wants = progress.isNoted() || progress.wantsVersion();
      Known.Allowance allowance = spending.allowance(wants, progress.wantsVersion());
      if (progress.waitsPatiently()) {
        spending.takeSlowness().ifPresent(warnings::add);
      }
      return allowance;
    } catch (InftException e) {
      progress.amiss(e);
      return new Known.Allowance(false, 0);
    }
  }

  private boolean isUncounted() {
    try {
      return progress.isNoted() && writer.capture().changedSince(counted);
    } catch (InftException e) {
      progress.amiss(e);
      return false;
    }
  }

  /**
   * Ends for good: a class that cannot be loaded or linked will not be there the next time either.
   * Mostly the application is gone and its class loader was closed. What is unpublished stays on
   * disk.
   *
   * @return whether nothing is in flight any more
   */
  private boolean giveUp(LinkageError e) {
    progress.breakDown(e);
    return progress.endBroken(this::interrupted);
  }

  @Override
  public void interrupted() {
    if (progress.isClean()) {
      whenUnwanted.run();
    } else {
      LOG.debug("'{}' does not listen to interrupts, it has something to publish", name);
    }
  }

  /**
   * A heap that was full for a moment must not end publishing for good and in silence: whatever
   * happened is told, and tried again.
   */
  private static IllegalStateException survived(Error e) {
    LOG.warn("publishing met an error, and goes on", e);
    return new IllegalStateException(String.valueOf(e), e);
  }

  private void failed(Exception e) {
    LOG.debug("publishing failed, it is tried again", e);
    writer.scope().observed().publishFailed(e);
    progress.failed(e);
  }

  /** Makes the next version, durable here, and stores it; nothing names it yet. */
  private void stage() throws InftException {
    boolean wants = progress.isNoted() || progress.wantsVersion();
    if (wants && !spending.claim(progress.wantsVersion())) {
      progress.rest(this::interrupted); // another database was first
      return;
    }
    polled = writer.capture().header();
    PublishProgress.Staging begun = progress.beginStaging();
    boolean staged = false;
    try {
      writer.stage(begun.always());
      staged = true;
    } finally {
      if (!staged) {
        progress.stagingFailed(begun);
      }
    }
    progress.staged(begun);
    upload();
    sendAhead();
  }

  /** What follows a version that is being confirmed need not wait for that. */
  private void sendAhead() {
    long begun = nanos.getAsLong();
    try {
      writer.sendAhead().ifPresent(newest -> progress.sentAhead(newest, begun));
    } catch (InftException e) {
      LOG.debug("it is sent when the one before it is confirmed", e);
    }
    aheadAtNanos = nanos.getAsLong() + SOON.toNanos();
  }

  private void upload() throws InftException {
    long begun = nanos.getAsLong();
    if (storeStaged()) {
      progress.uploaded(nanos.getAsLong() - begun);
    } else if (writer.isNewestInlined()) {
      progress.uploaded(0);
    }
  }

  private boolean storeStaged() throws InftException {
    AtomicBoolean stored = new AtomicBoolean();
    spending.paying(writer.state().newest(), () -> stored.set(writer.storeStaged()));
    return stored.get();
  }

  /** Has staged versions anchored on another thread, the oldest first. */
  private void send() throws InftException {
    try {
      upload();
    } catch (InftException e) {
      GenerationWriter.Detour detour = writer.detour(e, progress.isNoted());
      if (detour == GenerationWriter.Detour.NONE) {
        throw e;
      }
      LOG.warn("versions are carried to the store later, what was committed goes first", e);
      writer.takeRoadWarning().ifPresent(warnings::add);
      progress.wentWell();
      if (detour == GenerationWriter.Detour.TAKEN_BACK) {
        return;
      }
    }
    AnchorInFlight begun = progress.depart();
    boolean begins = false;
    try {
      EngineThreads.anchoring().execute(() -> anchor(begun));
      begins = true;
    } finally {
      if (!begins) {
        progress.neverDeparted();
      }
    }
  }

  /**
   * One version after the other, as long as they are stored and nothing else is to be done between
   * them: the publishing thread may be staging or storing another one all the while.
   */
  private void anchor(AnchorInFlight begun) {
    @Nullable Exception failure = new IllegalStateException("anchoring ended without an outcome");
    begun.fliesOn(Thread.currentThread());
    try {
      do {
        anchorOldest();
      } while (!isFinalityDue() && progress.goesOn(begun, writer.isNextThereToo()));
      failure = null;
    } catch (InftException | RuntimeException e) {
      failure = e;
    } catch (Error e) {
      failure = survived(e);
    } finally {
      progress.arrived(begun, failure);
    }
  }

  private void anchorOldest() throws InftException {
    WriterState.Outgoing oldest = writer.state().outgoing().get(0);
    AtomicBoolean anchored = new AtomicBoolean();
    spending.paying(oldest.version(), () -> anchored.set(writer.anchorOldest()));
    if (anchored.get()) {
      spending.anchored(oldest);
    }
  }

  private void land() throws InftException {
    Exception failure = progress.land().orElse(null);
    settle();
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

  private void settle() {
    try {
      spending.settle();
    } catch (InftException e) {
      progress.amiss(e);
      LOG.debug("what was spent is written down later", e);
    }
  }

  private void doNextTask() throws ForkException {
    Optional<PublisherTask> task = progress.nextTask();
    if (task.isPresent()) {
      PublisherTask.Result result = task.get().run();
      progress.taskDone(result);
      task.get().tell(result);
      progress.requireNoFork();
    }
  }

  /** Tells a caller that its task will not be done. */
  void abandon(PublisherTask task) {
    Optional<ForkException> lost = progress.fork();
    task.fail(lost.isPresent() ? lost.get() : progress.timedOut("the engine was closed"));
  }

  private void writeAge() {
    progress.agedNow();
    try {
      writer.writeAge();
    } catch (InftException e) {
      LOG.debug("the age of what is not published could not be written down yet", e);
    }
  }

  /** Sees commits that no session told of: of another process, or past the driver. */
  private void poll() {
    try {
      if (!progress.wantsVersion() && writer.wantsRenewal()) {
        writer.snapshotNext();
        progress.wantVersion();
      }
      if (!progress.wantsVersion() && writer.wantsFold()) {
        writer.foldNext();
        progress.wantVersion();
      }
      writer.takeRoadWarning().ifPresent(warnings::add);
      writer.requireOwnFiles();
      if (writer.capture().changedSince(polled)) {
        polled = writer.capture().header();
        if (!progress.isNoted() || writer.capture().wantsCheckpoint(polled)) {
          progress.note();
        }
      }
    } catch (InftException e) {
      progress.amiss(e);
      LOG.debug("could not look at the log", e);
    }
  }

  private void countEvents() throws InftException {
    WalIndexHeader header = writer.capture().header();
    long pending = writer.pendingEvents();
    counted = header;
    progress.counted(pending);
  }
}

package io.inft.replica.publish;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.LagException;
import io.inft.failure.PublishTimeoutException;
import io.inft.registry.Anchored;
import io.inft.replica.local.Waits;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.publish.policy.PublishPolicy;
import io.inft.sqlite.WalIndexHeader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Publishes a generation in time, on threads of its own, and lets callers wait for it. {@link
 * PublishPolicy} decides when, {@link GenerationWriter} does it.
 *
 * <p>A caller that must not return before its commit is anchored takes a ticket. A version covers
 * every ticket that was handed out before it was staged. Safe for many threads.
 */
public final class Publisher implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  /** As long as it takes, as the user chose; abort() and the end of the engine wake it. */
  private static final Duration UNTIL_ABORTED = Duration.ofDays(365);

  private final GenerationWriter writer;
  private final Cadence cadence;
  private final PendingWarnings warnings = new PendingWarnings();
  private final Spending spending;
  private final PublishProgress progress;
  private final PublishingThread thread;

  public Publisher(GenerationWriter writer, Cadence cadence, String name) throws InftException {
    this(writer, cadence, name, System::nanoTime);
  }

  /**
   * @param nanos the clock that intervals are measured with
   */
  public Publisher(GenerationWriter writer, Cadence cadence, String name, LongSupplier nanos)
      throws InftException {
    this.writer = writer;
    this.cadence = cadence;
    this.spending = new Spending(writer, cadence);
    this.progress = new PublishProgress(writer, new PublishPolicy(cadence), warnings, nanos);
    this.thread = new PublishingThread(writer, progress, spending, warnings, nanos, name);
  }

  /**
   * Starts the thread.
   *
   * @param unwanted called when somebody interrupts the thread while everything is out: Maven's
   *     exec:java and containers do so to threads that an application left; waits for nobody
   */
  public void start(Runnable unwanted) {
    thread.start(unwanted);
  }

  public void start() {
    start(() -> {});
  }

  /** Takes note that something was committed. Costs a volatile read while one is noted already. */
  public void note(WalIndexHeader header) {
    if (!progress.isNoted() || writer.capture().wantsCheckpoint(header)) {
      progress.note();
    }
  }

  /** Throws when the generation was put aside. */
  public void checkFork() throws ForkException {
    progress.requireNoFork();
  }

  public boolean isFork() {
    return progress.fork().isPresent();
  }

  /**
   * Asks for a publish that covers everything committed by now. The caller does not wait for the
   * next try that was planned after a failure.
   */
  public long ticket() {
    return progress.ticket();
  }

  /** Asks for a version that carries those in the chain's log, unless one is on its way. */
  public long foldTicket() {
    if (writer.inlinedTail().versions() == 0) {
      return progress.ticket();
    }
    writer.foldNext();
    return progress.wantVersion();
  }

  /**
   * Waits until a ticket is covered by an anchored version.
   *
   * @param aborted gives up waiting when it answers true
   */
  public void await(long ticket, Duration timeout, BooleanSupplier aborted) throws InftException {
    progress.await(ticket, timeout, aborted);
  }

  /** Has work done on the publishing thread while nothing is being anchored. */
  public PublisherTask submit(PublisherTask.Work work) {
    PublisherTask task = new PublisherTask(work);
    if (!progress.submit(task)) {
      thread.abandon(task);
    }
    return task;
  }

  /**
   * Has work done on the publishing thread while nothing is being anchored, and waits for it.
   *
   * @throws PublishTimeoutException it is not done yet; it goes on
   */
  public Optional<Anchored> run(PublisherTask.Work work, Duration timeout, BooleanSupplier aborted)
      throws InftException {
    PublisherTask task = submit(work);
    long deadline = System.nanoTime() + timeout.toNanos();
    String reason = "";
    while (reason.isEmpty()) {
      long left = deadline - System.nanoTime();
      try {
        if (Waits.doneOrInterrupted(task.outcome(), Duration.ofMillis(Waits.slice(left)))) {
          return task.result();
        }
        reason = aborted.getAsBoolean() ? "aborted" : left <= 0 ? "not done yet" : "";
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        reason = "interrupted";
      }
    }
    progress.withdraw(task);
    throw progress.timedOut(reason);
  }

  /** Before SQLite commits: holds back or refuses when too much is unpublished for too long. */
  public void beforeCommit(BooleanSupplier aborted) throws InftException {
    switch (progress.beforeCommit()) {
      case GO_ON -> {}
      case WARN -> warnings.add(lagWarning());
      case BLOCK -> await(progress.patientTicket(), UNTIL_ABORTED, aborted);
      case FAIL -> {
        progress.patientTicket();
        throw new LagException(lag().toMillis(), cadence.maxLag().toMillis());
      }
    }
  }

  /**
   * Before something is done that is to be published at once.
   *
   * @throws io.inft.failure.BudgetSpentException what is left of the budget does not pay that
   * @throws io.inft.failure.SpendLimitException what may be spent in an hour does not
   */
  public void requirePayable() throws InftException {
    spending.requirePayable();
  }

  /** What is spent and may be; empty where nothing costs anything. */
  public Optional<Money> money() throws InftException {
    return spending.money();
  }

  /** Whether all that was committed is anchored. */
  public boolean isClean() {
    return progress.isClean();
  }

  private String lagWarning() {
    return "the oldest unpublished commit is "
        + lag().toMillis()
        + " ms old, maxLag is "
        + cadence.maxLag().toMillis()
        + " ms"
        + lastFailure().map(failure -> "; last failure: " + failure.getMessage()).orElse("");
  }

  /** Keeps a message for the next caller who asks. */
  public void warn(String message) {
    warnings.add(message);
  }

  public Optional<String> takeWarning() {
    return warnings.take();
  }

  public boolean hasWarning() {
    return !warnings.isEmpty();
  }

  /**
   * To be told of an event after it was committed; a full batch is published, whichever connection
   * appended the others.
   */
  public Optional<Long> eventAppended(int batchSize) throws InftException {
    return progress.eventAppended(batchSize, writer.pendingEvents());
  }

  public Optional<Exception> lastFailure() {
    return progress.lastFailure();
  }

  /** How long something has been waiting to be published; zero when nothing is. */
  public Duration lag() {
    return progress.lag();
  }

  /**
   * From now on nothing new is begun; the thread ends after the publish it is in, and what is
   * unpublished stays on disk. Waits for nobody; {@link #wake} makes it known at once.
   */
  public void beginStop() {
    progress.beginStop();
  }

  /** Has everybody who waits look whether he still should. */
  public void wakeCallers() {
    progress.wakeCallers();
  }

  /** Has the thread look around now. */
  public void wake() {
    progress.wake();
  }

  /**
   * Goes on after {@link #beginStop}. Waits for nobody.
   *
   * @return false if it is too late, the thread has ended
   */
  public boolean resume() {
    return progress.resume();
  }

  /** Whether nothing will be published any more. */
  public boolean hasEnded() {
    return progress.hasEnded();
  }

  /** Done when no thread of this publisher is at work any more. */
  public CompletableFuture<Void> ended() {
    return thread.ended();
  }

  /** Breaks off what the threads wait for, as far as that listens; what it was is tried again. */
  public void interrupt() {
    thread.interrupt();
    progress.interruptFlight();
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
    if (thread.isAnother()) {
      Waits.done(ended(), CLOSE_LIMIT, () -> progress.timedOut("its thread is still at work"));
    }
  }
}

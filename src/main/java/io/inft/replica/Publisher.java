package io.inft.replica;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.LagException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.SpendLimitException;
import io.inft.failure.StoreUnavailableException;
import io.inft.registry.Anchored;
import io.inft.sqlite.WalIndexHeader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a line is published, and lets callers wait for it. One thread of its own does the
 * work; commits that happen while a publish is on its way gather and go together with the next one.
 *
 * <p>A caller that must not return before its commit is anchored takes a ticket. A publish covers
 * every ticket that was handed out before it looked at the log.
 */
final class Publisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final int MAX_WARNINGS = 32;

  private final Line line;
  private final EngineSettings.Cadence cadence;
  private final Thread thread;

  /** Set by every commit, cleared when a publish looks at the log. */
  private volatile boolean noted;

  /** When the oldest unpublished commit was noted, 0 if there is none. */
  private volatile long dirtySinceNanos;

  private volatile @Nullable ForkException fork;

  // Mutable, guarded by this.
  private long nextTicket;
  private long urgentTicket;
  private long anchoredTicket;
  private long pendingEvents;
  private long failedTicket;
  private boolean publishWhenUnchanged;
  private boolean stopping;
  private boolean stopped;
  private long lastPublishNanos = System.nanoTime();
  private long retryAtNanos;
  private int failuresInARow;
  private @Nullable Exception lastFailure;
  private WalIndexHeader polled;
  private final Deque<Errand> errands = new ArrayDeque<>();
  private final Deque<String> warnings = new ArrayDeque<>();
  private long warnedAtNanos;

  Publisher(Line line, EngineSettings.Cadence cadence, String name) throws InftException {
    this.line = line;
    this.cadence = cadence;
    this.polled = line.capture().header();
    this.thread = new Thread(this::run, "inft-publish-" + name);
    thread.setDaemon(true);
    if (line.hasUnpublished()) {
      noted = true;
      dirtySinceNanos = System.nanoTime();
    }
  }

  void start() {
    thread.start();
  }

  /** Takes note that something was committed. Costs a volatile read while one is noted already. */
  void note(WalIndexHeader header) {
    boolean large = line.capture().wantsCheckpoint(header);
    if (!noted || large) {
      synchronized (this) {
        noted = true;
        if (dirtySinceNanos == 0) {
          dirtySinceNanos = System.nanoTime() | 1;
        }
        notifyAll();
      }
    }
  }

  /** Throws when the line was put aside. */
  void checkFork() throws ForkException {
    ForkException lost = fork;
    if (lost != null) {
      throw lost;
    }
  }

  boolean isFork() {
    return fork != null;
  }

  /**
   * Asks for a publish that covers everything committed by now. Who asks does not wait for the next
   * try that was planned after a failure.
   */
  synchronized long ticket() {
    urgentTicket = ++nextTicket;
    retryAtNanos = 0;
    notifyAll();
    return urgentTicket;
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
  void await(long ticket, Duration timeout, BooleanSupplier aborted) throws InftException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (this) {
      while (anchoredTicket < ticket) {
        checkFork();
        if (failuresInARow > 0 && ticket <= failedTicket && !isTransient(lastFailure)) {
          throw timedOut("");
        }
        long left = deadline - System.nanoTime();
        if (left <= 0 || stopped || aborted.getAsBoolean()) {
          throw timedOut(
              aborted.getAsBoolean() ? "aborted" : stopped ? "the engine was closed" : "");
        }
        try {
          wait(Math.max(1, Math.min(left / 1_000_000, 200)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw timedOut("interrupted");
        }
      }
    }
  }

  /** Whether waiting can help. */
  private static boolean isTransient(@Nullable Exception failure) {
    return failure instanceof StoreUnavailableException
        || failure instanceof RegistryUnavailableException
        || failure instanceof OutcomeUnknownException
        || failure instanceof SpendLimitException
        || failure instanceof LocalStorageException;
  }

  private PublishTimeoutException timedOut(String reason) {
    Exception failure = lastFailure;
    String state =
        !reason.isEmpty()
            ? reason
            : failure == null ? "not confirmed yet" : "last failure: " + failure.getMessage();
    return new PublishTimeoutException("publishing", state, failure);
  }

  /** Something that must not happen while a publish is under way. */
  @FunctionalInterface
  interface Work {
    /** Says what was anchored, if anything was. */
    Optional<Anchored> run() throws InftException;
  }

  /** Work that was handed in, and what came of it. */
  static final class Errand {
    private final Work work;
    private final CompletableFuture<Optional<Anchored>> outcome = new CompletableFuture<>();

    private Errand(Work work) {
      this.work = work;
    }

    /** Fails with an {@link InftException}. */
    CompletableFuture<Optional<Anchored>> outcome() {
      return outcome;
    }
  }

  /** Has work done on the publishing thread, between two publishes. */
  Errand submit(Work work) {
    Errand errand = new Errand(work);
    synchronized (this) {
      if (!stopped) {
        errands.addLast(errand);
        notifyAll();
        return errand;
      }
    }
    abandon(errand);
    return errand;
  }

  private void abandon(Errand errand) {
    ForkException lost = fork;
    errand.outcome.completeExceptionally(lost != null ? lost : timedOut("the engine was closed"));
  }

  private void abandonErrands() {
    Deque<Errand> left;
    synchronized (this) {
      stopped = true;
      left = new ArrayDeque<>(errands);
      errands.clear();
    }
    left.forEach(this::abandon);
  }

  /**
   * Has work done on the publishing thread, between two publishes, and waits for it.
   *
   * @throws PublishTimeoutException it is not done yet; it goes on
   */
  Optional<Anchored> errand(Work work, Duration timeout, BooleanSupplier aborted)
      throws InftException {
    Errand errand = submit(work);
    long deadline = System.nanoTime() + timeout.toNanos();
    String reason = "";
    while (reason.isEmpty()) {
      long left = deadline - System.nanoTime();
      try {
        return errand.outcome.get(
            Math.max(1, Math.min(left / 1_000_000, 200)), TimeUnit.MILLISECONDS);
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
  private void run(Errand errand) throws ForkException {
    Optional<Anchored> anchored = Optional.empty();
    InftException failure = null;
    try {
      anchored = errand.work.run();
    } catch (InftException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = new PublishTimeoutException("the errand", String.valueOf(e), e);
    }
    synchronized (this) {
      if (failure instanceof ForkException lost) {
        fork = lost;
      }
      if (failure != null) {
        noted = true;
        dirtySinceNanos = dirtySinceNanos == 0 ? System.nanoTime() | 1 : dirtySinceNanos;
      }
      notifyAll();
    }
    if (failure == null) {
      errand.outcome.complete(anchored);
    } else {
      errand.outcome.completeExceptionally(failure);
    }
    checkFork();
  }

  /** Before SQLite commits: holds back or refuses when too much is unpublished for too long. */
  void beforeCommit(BooleanSupplier aborted) throws InftException {
    long since = dirtySinceNanos;
    if (since == 0) {
      return;
    }
    long lag = (System.nanoTime() - since) / 1_000_000;
    long most = cadence.maxLag().toMillis();
    if (lag <= most) {
      return;
    }
    switch (cadence.onLag()) {
      case WARN -> warnAboutLag(lag, most);
      case BLOCK -> {
        long ticket = ticket();
        await(ticket, Duration.ofDays(365), aborted);
      }
      case FAIL -> {
        ticket();
        throw new LagException(lag, most);
      }
    }
  }

  private synchronized void warnAboutLag(long lag, long most) {
    long now = System.nanoTime();
    if (warnedAtNanos == 0 || now - warnedAtNanos > cadence.maxLag().toNanos()) {
      warnedAtNanos = now | 1;
      Exception failure = lastFailure;
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
  synchronized void warn(String message) {
    LOG.warn("{}", message);
    if (warnings.size() == MAX_WARNINGS) {
      warnings.removeFirst();
    }
    warnings.addLast(message);
  }

  synchronized Optional<String> takeWarning() {
    return Optional.ofNullable(warnings.pollFirst());
  }

  boolean hasWarning() {
    return !warnings.isEmpty();
  }

  /** Counts application events; a full batch is published. */
  synchronized Optional<Long> eventAppended(int batchSize) {
    pendingEvents++;
    return pendingEvents >= batchSize ? Optional.of(ticket()) : Optional.empty();
  }

  synchronized Optional<Exception> lastFailure() {
    return Optional.ofNullable(lastFailure);
  }

  /** How long something has been waiting to be published; zero when nothing is. */
  Duration lag() {
    long since = dirtySinceNanos;
    return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  private void run() {
    try {
      publishUntilStopped();
    } finally {
      abandonErrands();
    }
  }

  private void publishUntilStopped() {
    while (true) {
      boolean publish;
      Errand errand;
      synchronized (this) {
        if (!waitForWork()) {
          stopped = true;
          notifyAll();
          return;
        }
        publish = isDue();
        errand = errands.pollFirst();
      }
      try {
        if (errand != null) {
          run(errand);
        } else if (publish) {
          publishOnce();
        }
        if (line.isSettlementDue()) {
          line.settle();
        }
        line.capture().checkpointIfWanted();
      } catch (ForkException e) {
        synchronized (this) {
          fork = e;
          stopped = true;
          notifyAll();
        }
        return;
      } catch (InftException | RuntimeException e) {
        failed(e);
      }
    }
  }

  private void publishOnce() throws InftException {
    long covers;
    boolean always;
    long began = System.nanoTime() | 1;
    synchronized (this) {
      covers = nextTicket;
      always = publishWhenUnchanged;
      publishWhenUnchanged = false;
      pendingEvents = 0;
      noted = false;
    }
    try {
      line.publish(always);
    } catch (InftException | RuntimeException e) {
      synchronized (this) {
        noted = true;
        publishWhenUnchanged |= always;
        failedTicket = covers;
      }
      throw e;
    }
    synchronized (this) {
      anchoredTicket = Math.max(anchoredTicket, covers);
      dirtySinceNanos = noted ? began : 0;
      lastPublishNanos = System.nanoTime();
      failuresInARow = 0;
      retryAtNanos = 0;
      lastFailure = null;
      notifyAll();
    }
  }

  private synchronized void failed(Exception e) {
    lastFailure = e;
    failuresInARow++;
    long longest = LAST_RETRY.toMillis();
    long base = FIRST_RETRY.toMillis() << Math.min(7, failuresInARow - 1);
    long wait = Math.min(longest, base);
    wait = wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    retryAtNanos = System.nanoTime() + wait * 1_000_000;
    LOG.debug("publishing failed, next try in {} ms", wait, e);
    if (failuresInARow == 1) {
      warn("publishing failed and will be tried again: " + e.getMessage());
    }
    notifyAll();
  }

  /** Waits until there is something to do; false when the thread should end. */
  private boolean waitForWork() {
    while (true) {
      if (stopping) {
        return false;
      }
      if (!errands.isEmpty() || isDue() || wantsCheckpoint() || line.isSettlementDue()) {
        return true;
      }
      try {
        wait(Math.max(1, Math.min(POLL.toMillis(), millisUntilDue())));
      } catch (InterruptedException e) {
        LOG.debug("{} does not listen to interrupts", thread.getName());
      }
      poll();
    }
  }

  /** Sees commits that no session told of: of another process, or past the driver. */
  private void poll() {
    try {
      if (!publishWhenUnchanged && line.wantsRenewal()) {
        line.snapshotNext();
        ticketForVersion();
      }
      if (line.capture().changedSince(polled)) {
        polled = line.capture().header();
        note(polled);
      }
    } catch (InftException e) {
      lastFailure = e;
      LOG.debug("could not look at the log", e);
    }
  }

  private boolean wantsCheckpoint() {
    return line.capture().wantsCheckpoint(polled);
  }

  private boolean isDue() {
    long now = System.nanoTime();
    if (retryAtNanos != 0 && now < retryAtNanos) {
      return false;
    }
    if (urgentTicket > anchoredTicket || retryAtNanos != 0) {
      return true;
    }
    return noted
        && (now - lastPublishNanos >= cadence.syncInterval().toNanos()
            || pendingEvents >= cadence.eventBatch());
  }

  private long millisUntilDue() {
    long now = System.nanoTime();
    if (retryAtNanos != 0) {
      return (retryAtNanos - now) / 1_000_000;
    }
    return noted
        ? (cadence.syncInterval().toNanos() - (now - lastPublishNanos)) / 1_000_000
        : POLL.toMillis();
  }

  /** Ends the thread after the publish it is in, if any; what is unpublished stays on disk. */
  @Override
  public void close() {
    synchronized (this) {
      stopping = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

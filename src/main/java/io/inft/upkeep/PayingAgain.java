package io.inft.upkeep;

import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.store.RenewableStore.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pays in the background for what the head needs and nobody paid for within a time. The store
 * writes down what it sends, and asks the network what was paid; so a crash pays nothing twice, and
 * what somebody else paid for is left alone. Safe for many threads.
 */
public final class PayingAgain {
  private static final Logger LOG = LoggerFactory.getLogger(PayingAgain.class);

  /** Nothing ends so suddenly that it need be looked at more often. */
  private static final Duration LOOK_AGAIN = Duration.ofDays(1);

  private static final Duration RETRY = Duration.ofHours(1);

  private final String id;
  private final Upkeep upkeep;
  private final Duration renewAfter;
  private final Clock clock;
  private final Executor executor;

  // Mutable, guarded by this.
  private long nextLookMillis;
  private @Nullable CompletableFuture<Void> running;
  private volatile @Nullable Thread paying;
  private volatile boolean looking;
  private long nextQuestionMillis;
  private volatile Optional<Instant> paidUntil = Optional.empty();
  private volatile boolean quiet;

  /**
   * @param id of the database, for messages
   * @param renewAfter what was paid for within this time is left alone
   * @param executor runs what waits for the network
   */
  public PayingAgain(
      String id, Upkeep upkeep, Duration renewAfter, Clock clock, Executor executor) {
    this.id = id;
    this.upkeep = upkeep;
    this.renewAfter = renewAfter;
    this.clock = clock;
    this.executor = executor;
  }

  /** Begins unless it is at work, or was not long ago. Waits for nothing. */
  public synchronized void beginIfDue() {
    if (isDue()) {
      nextLookMillis = clock.millis() + LOOK_AGAIN.toMillis();
      begin(this::pay);
    }
  }

  /** Whether it is not at work, and was not long ago. */
  public synchronized boolean isDue() {
    return !quiet && running == null && clock.millis() >= nextLookMillis;
  }

  /**
   * Until when all that the head needs is paid, as it was found last; empty while that is not
   * known, and where nothing ends. Has it looked up in the background, once a day. Waits for
   * nothing.
   */
  public synchronized Optional<Instant> paidUntil() {
    long now = clock.millis();
    if (!quiet && running == null && now >= nextQuestionMillis && upkeep.isPaid()) {
      nextQuestionMillis = now + LOOK_AGAIN.toMillis();
      begin(this::look);
    }
    return paidUntil;
  }

  private void begin(Runnable work) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    running = ended;
    boolean begins = false;
    try {
      executor.execute(
          () -> {
            paying = Thread.currentThread();
            try {
              if (!quiet) {
                work.run();
              }
            } finally {
              paying = null;
              end(ended);
            }
          });
      begins = true;
    } finally {
      if (!begins) {
        end(ended);
      }
    }
  }

  private void look() {
    looking = true;
    try {
      paidUntil = upkeep.paidUntil(upkeep.needed(Upkeep.Reach.HEAD)).map(Upkeep.PaidUntil::until);
    } catch (InftException e) {
      askAgainLater();
      LOG.debug("could not find out until when '{}' is paid", id, e);
    } finally {
      looking = false;
    }
  }

  private synchronized void askAgainLater() {
    nextQuestionMillis = clock.millis() + RETRY.toMillis();
  }

  private void pay() {
    try {
      Upkeep.Report report =
          upkeep.renew(upkeep.needed(Upkeep.Reach.HEAD), renewAfter, TransferListener.NONE);
      paidUntil = report.paidUntil();
      tell(report);
    } catch (InftException e) {
      retryLater();
      if (!quiet) {
        LOG.warn(
            "could not pay again for what '{}' needs, will try again in {}: {}",
            id,
            RETRY,
            e.getMessage(),
            e);
      }
    }
  }

  private void tell(Upkeep.Report report) {
    if (report.count(State.RENEWED) > 0 || !report.stored().isEmpty()) {
      LOG.info(
          "paid again for {} objects that '{}' needs, and stored {}",
          report.count(State.RENEWED),
          id,
          report.stored().size());
    }
    if (!report.isWhole()) {
      LOG.warn(
          "{} objects that '{}' needs are not stored any more and cannot be had here; run 'inft"
              + " doctor {}'",
          report.missing().size() + report.needed().unreadable().size(),
          id,
          id);
    }
  }

  private synchronized void retryLater() {
    nextLookMillis = clock.millis() + RETRY.toMillis();
  }

  private synchronized void end(CompletableFuture<Void> ended) {
    running = null;
    ended.complete(null);
  }

  /**
   * Begins nothing any more.
   *
   * @return done when no thread is at work
   */
  public synchronized CompletableFuture<Void> quiet() {
    quiet = true;
    if (looking) {
      interrupt();
    }
    CompletableFuture<Void> now = running;
    return now == null ? CompletableFuture.completedFuture(null) : now;
  }

  /** Breaks off what it waits for, as far as that listens; what was sent is gone on with later. */
  public void interrupt() {
    Thread waiting = paying;
    if (waiting != null) {
      waiting.interrupt();
    }
  }
}

package io.inft.replica;

import io.inft.commit.DriverEvent;
import io.inft.failure.BudgetSpentException;
import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.SpendLimitException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.publish.InlinedTail;
import io.inft.replica.publish.Unpublished;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what is left when nobody uses a generation any more. On a thread of its own, so that
 * neither a store nor a registry nor a disk that hangs keeps the caller beyond its time.
 */
final class LastPublish {
  private static final Logger LOG = LoggerFactory.getLogger(LastPublish.class);

  private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

  /** What the work itself may take when it need not wait for a network. */
  private static final Duration SLACK = EngineLife.GRACE.dividedBy(2);

  private final OpenGeneration open;
  private final EngineSettings of;
  private final Clock clock;
  private final boolean waits;
  private final Duration foldAfter;
  private final AtomicBoolean givenUp = new AtomicBoolean();

  /** Whether only versions that are anchored remain to be carried to the store. */
  private volatile boolean allIsOut;

  private LastPublish(
      OpenGeneration open, EngineSettings of, Clock clock, boolean waits, Duration foldAfter) {
    this.open = open;
    this.of = of;
    this.clock = clock;
    this.waits = waits;
    this.foldAfter = foldAfter;
  }

  /**
   * When the last session ends. While the engine lingers somebody may come back, so versions in the
   * chain's log are carried to the store in the middle of that time.
   *
   * @param waits whether to wait until all is out
   * @throws PublishTimeoutException it is not, within the close timeout; it goes out later
   */
  static void atClose(OpenGeneration open, EngineSettings of, Clock clock, boolean waits)
      throws InftException {
    new LastPublish(open, of, clock, waits, of.ending().linger().dividedBy(2)).run();
  }

  /** When nothing lingers any more; throws as {@link #atClose} does. */
  static void atExit(OpenGeneration open, EngineSettings of, Clock clock) throws InftException {
    new LastPublish(open, of, clock, true, Duration.ZERO).run();
  }

  private void run() throws InftException {
    Duration most = of.ending().timeout().plus(SLACK);
    FutureTask<Boolean> task = new FutureTask<>(this::publish);
    EngineThreads.anchoring().execute(task);
    try {
      outcome(task, most);
    } catch (InterruptedException e) {
      givenUp.set(true);
      try {
        outcome(task, SLACK); // what needs no network is done all the same
      } catch (InterruptedException | PublishTimeoutException late) {
        throw left("this thread was interrupted", late);
      } finally {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean publish() throws InftException {
    open.writer.remember(DriverEvent.closed());
    open.writer.unused(foldAfter);
    boolean stores = waits && open.writer.lookForStore(looking());
    if (waits && open.writer.hasUnpublished()) {
      awaitIfPaid();
    }
    if (waits && foldAfter.isZero() && open.writer.isToCarry()) {
      allIsOut = true;
      fold(stores);
    }
    return true;
  }

  /** What cannot be paid is not waited for. */
  private void awaitIfPaid() throws InftException {
    try {
      open.publisher.requirePayable();
    } catch (BudgetSpentException | SpendLimitException e) {
      throw left(String.valueOf(e.getMessage()), e);
    }
    open.publisher.await(open.publisher.ticket(), of.ending().timeout(), givenUp::get);
  }

  private Duration looking() {
    Duration part = of.ending().timeout().dividedBy(4);
    return part.compareTo(LONGEST_LOOK) < 0 ? part : LONGEST_LOOK;
  }

  /** All is anchored; what lies in the chain's log alone is carried to the store if it can be. */
  private void fold(boolean stores) {
    String why = "the store does not answer";
    if (stores) {
      try {
        if (!open.writer.isHead()) {
          return; // whoever moved the head carries them
        }
        open.publisher.await(open.publisher.foldTicket(), of.ending().timeout(), givenUp::get);
        return;
      } catch (InftException e) {
        why = String.valueOf(e.getMessage());
      }
    }
    InlinedTail left = open.writer.inlinedTail();
    LOG.warn(
        "'{}': {}; that is tried again when the database is opened next. At this close: {}",
        of.id(),
        left.versions() > 0 ? left.sentence() : "what carries versions to the store is on its way",
        why);
  }

  private void outcome(FutureTask<Boolean> task, Duration most)
      throws InftException, InterruptedException {
    try {
      task.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      givenUp.set(true);
      if (waits && !allIsOut) {
        throw left("the network or the disk does not answer", e);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PublishTimeoutException late) {
        throw left(late.state(), late);
      }
      if (e.getCause() instanceof NotPublishedException failed) {
        throw NotPublishedException.atClose(of.id().toString(), whatIsLeft(), failed);
      }
      if (e.getCause() instanceof InftException failure) {
        throw failure;
      }
      throw new IllegalStateException("publishing at the last close met a bug", e.getCause());
    }
  }

  private String whatIsLeft() {
    return Unpublished.of(open.writer, open.publisher, clock).orElse("what is committed");
  }

  private PublishTimeoutException left(String state, @Nullable Throwable cause) {
    return PublishTimeoutException.atClose(
        of.id().toString(),
        whatIsLeft(),
        state + ", closeTimeout is " + of.ending().timeout().toMillis() + " ms",
        cause);
  }
}

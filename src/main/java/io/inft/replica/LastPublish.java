package io.inft.replica;

import io.inft.commit.DriverEvent;
import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.publish.Unpublished;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what is left when nobody uses a generation any more. On a thread of its own, so that
 * neither a store nor a registry nor a disk that hangs keeps the caller beyond its time.
 */
final class LastPublish {
  /** What the work itself may take when it need not wait for a network. */
  private static final Duration SLACK = EngineLife.GRACE.dividedBy(2);

  private final OpenGeneration open;
  private final EngineSettings of;
  private final Clock clock;
  private final boolean waits;
  private final AtomicBoolean givenUp = new AtomicBoolean();

  private LastPublish(OpenGeneration open, EngineSettings of, Clock clock, boolean waits) {
    this.open = open;
    this.of = of;
    this.clock = clock;
    this.waits = waits;
  }

  /**
   * @param waits whether to wait until all is out
   * @throws PublishTimeoutException it is not, within the close timeout; it goes out later
   */
  static void run(OpenGeneration open, EngineSettings of, Clock clock, boolean waits)
      throws InftException {
    new LastPublish(open, of, clock, waits).run();
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
    if (waits && open.writer.hasUnpublished()) {
      open.publisher.await(open.publisher.ticket(), of.ending().timeout(), givenUp::get);
    }
    return true;
  }

  private void outcome(FutureTask<Boolean> task, Duration most)
      throws InftException, InterruptedException {
    try {
      task.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      givenUp.set(true);
      if (waits) {
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

package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.sqlite.WriterQueue.Outcome;
import io.inft.sqlite.WriterQueue.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WriterQueueTest {
  private static final long LONG = TimeUnit.MINUTES.toNanos(2);

  private final WriterQueue queue = new WriterQueue();

  @Test
  void oneHasTheTurnAndOthersComeTooLate() {
    Place first = queue.place();
    Place second = queue.place();
    assertThat(first.take(0)).isEqualTo(Outcome.TAKEN);
    assertThat(first.take(0)).as("who has it, has it").isEqualTo(Outcome.TAKEN);
    assertThat(second.takeIfFree()).isFalse();
    assertThat(second.take(1_000_000)).isEqualTo(Outcome.TOO_LATE);
    second.release();
    assertThat(first.isHeld()).as("what one does not have, one does not give").isTrue();
    first.release();
    assertThat(second.takeIfFree()).isTrue();
    assertThat(first.isHeld()).isFalse();
  }

  /** A thread that waits, and what became of that. */
  private CompletableFuture<Outcome> waiting(Place place) throws Exception {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread thread = new Thread(() -> outcome.complete(place.take(LONG)));
    thread.start();
    awaitParked(thread);
    return outcome;
  }

  private static void awaitParked(Thread thread) throws InterruptedException {
    while (LockSupport.getBlocker(thread) == null) {
      Thread.sleep(1);
    }
  }

  private static Outcome of(CompletableFuture<Outcome> outcome) throws Exception {
    return outcome.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aWaitIsCancelledAndALaterOneIsNot() throws Exception {
    Place holder = queue.place();
    Place other = queue.place();
    holder.take(0);
    other.cancel(); // nothing to cancel yet
    CompletableFuture<Outcome> wait = waiting(other);
    other.cancel();
    assertThat(of(wait)).isEqualTo(Outcome.CANCELLED);
    wait = waiting(other);
    holder.release();
    assertThat(of(wait)).isEqualTo(Outcome.TAKEN);
  }

  @Test
  void whoIsGivenUpDoesNotHoldTheQueueUp() throws Exception {
    Place holder = queue.place();
    holder.take(0);
    List<Place> places = new ArrayList<>();
    List<CompletableFuture<Outcome>> waits = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      places.add(queue.place());
      waits.add(waiting(places.get(i)));
    }
    for (int i = 0; i < 7; i++) {
      places.get(i).cancel();
      assertThat(of(waits.get(i))).isEqualTo(Outcome.CANCELLED);
    }
    holder.release();
    assertThat(of(waits.get(7))).isEqualTo(Outcome.TAKEN);
  }

  @Test
  void anInterruptNeitherEndsAWaitNorIsLost() throws Exception {
    Place holder = queue.place();
    Place other = queue.place();
    holder.take(0);
    CompletableFuture<Boolean> kept = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              Outcome outcome = other.take(LONG);
              kept.complete(outcome == Outcome.TAKEN && Thread.currentThread().isInterrupted());
            });
    thread.start();
    awaitParked(thread);
    thread.interrupt();
    while (thread.isInterrupted()) {
      Thread.sleep(1); // until it has taken note
    }
    awaitParked(thread);
    holder.release();
    assertThat(kept.get(60, TimeUnit.SECONDS)).isTrue();
  }

  /** Whoever comes all the time may go first for a while, and then not. */
  @Test
  void nobodyIsPassedOverForEver() throws Exception {
    Place busy = queue.place();
    busy.take(0);
    CompletableFuture<Outcome> patient = waiting(queue.place());
    int turns = 0;
    do {
      busy.release();
      turns++;
    } while (busy.takeIfFree());
    assertThat(of(patient)).isEqualTo(Outcome.TAKEN);
    assertThat(turns).isLessThanOrEqualTo(WriterQueue.PASSES + 1);
  }

  @Test
  void theFirstPlaceGoesBeforeAll() throws Exception {
    Place holder = queue.place();
    holder.take(0);
    List<CompletableFuture<Outcome>> before = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      before.add(waiting(queue.place()));
    }
    Place checkpoint = queue.place();
    CompletableFuture<Outcome> first = new CompletableFuture<>();
    Thread thread = new Thread(() -> first.complete(checkpoint.takeFirst(LONG)));
    thread.start();
    awaitParked(thread);
    holder.release();
    assertThat(of(first)).isEqualTo(Outcome.TAKEN);
    assertThat(checkpoint.isHeld()).isTrue();
    assertThat(before).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void manyTakeTurnsOneAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Integer> turns = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int who = i;
      Place place = queue.place();
      threads.add(
          new Thread(
              () -> {
                for (int n = 0; n < 50; n++) {
                  if (place.take(LONG) == Outcome.TAKEN) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    turns.add(who);
                    inside.decrementAndGet();
                    place.release();
                  }
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join(60_000);
    }
    assertThat(turns).hasSize(40 * 50);
    assertThat(most.get()).isEqualTo(1);
  }
}

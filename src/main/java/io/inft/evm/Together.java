package io.inft.evm;

import io.inft.bytes.Digest;
import io.inft.bytes.LastActs;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Questions to an endpoint that do not depend on each other, asked at once: over a network each
 * takes as long as all of them. Safe for many threads; its own end soon when nothing is asked.
 */
final class Together {
  /** Longer than any endpoint is waited for, with all repetitions. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final int IDLE_SECONDS = 5;

  private static volatile ThreadPoolExecutor threads = threads();

  static {
    LastActs.add(Together::letGo);
  }

  private Together() {}

  /** Something to ask. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws InftException;
  }

  /** What is being asked. */
  static final class Answer<T> {
    private final FutureTask<T> task;

    private Answer(FutureTask<T> task) {
      this.task = task;
    }

    /** The answer, or the failure as if it had been asked for here. */
    T get() throws InftException {
      try {
        return task.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof InftException failure) {
          throw failure;
        }
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException(e.getCause());
      } catch (TimeoutException e) {
        throw new OutcomeUnknownException("asking the chain", "no answer in " + LONGEST, e);
      } catch (InterruptedException e) {
        task.cancel(true);
        Thread.currentThread().interrupt();
        throw new OutcomeUnknownException("asking the chain", "interrupted", e);
      }
    }

    /** Whether there is an answer, or a failure, by then; waits for it. */
    boolean isThereWithin(Duration most) {
      try {
        task.get(most.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (ExecutionException | CancellationException e) {
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    /** Nobody wants to know any more. */
    void forget() {
      task.cancel(true);
    }
  }

  static <T> Answer<T> ask(Question<T> question) {
    FutureTask<T> task = new FutureTask<>(question::ask);
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // they were let go just now
    }
    return new Answer<>(task);
  }

  /**
   * Receipts of transactions that were sent behind one that was just found mined: mostly they are
   * in the same block. They are asked for at once, so that nobody has to ask for one after the
   * other. Safe for many threads.
   */
  static final class Receipts {
    /** More are left to those who wait for them. */
    private static final int MOST = 8;

    /** An answer that nobody took for so long is not believed any more. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    /** How long an answer that is under way is waited for. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private record Asked(Answer<Optional<Receipt>> answer, long block, long askedNanos) {
      boolean isFresh() {
        return System.nanoTime() - askedNanos < FRESH.toNanos();
      }

      /** Empty also if it could not be had: whoever wants it asks himself. */
      Optional<Receipt> receipt() {
        if (!isFresh() || !answer.isThereWithin(MOMENT)) {
          return Optional.empty();
        }
        try {
          return answer.get();
        } catch (InftException e) {
          return Optional.empty();
        }
      }
    }

    private final Chain chain;
    private final Map<Digest, Asked> asked = new ConcurrentHashMap<>();

    /** Those that somebody looks for anyway. */
    private final Set<Digest> awaited = ConcurrentHashMap.newKeySet();

    Receipts(Chain chain) {
      this.chain = chain;
    }

    /** Somebody waits for a transaction, until {@link #found}. */
    void awaited(List<SignedTransaction> candidates) {
      candidates.forEach(one -> awaited.add(one.hash()));
    }

    void found(List<SignedTransaction> candidates) {
      candidates.forEach(one -> awaited.remove(one.hash()));
    }

    /**
     * Asks for those behind one that is mined.
     *
     * @param all what the account has on its way
     */
    void askBehind(SignedTransaction mined, long block, List<SignedTransaction> all) {
      asked.values().removeIf(one -> !one.isFresh());
      for (SignedTransaction behind : all) {
        if (behind.nonce() > mined.nonce()
            && behind.nonce() <= mined.nonce() + MOST
            && !awaited.contains(behind.hash())) {
          Digest hash = behind.hash();
          asked.put(
              hash, new Asked(Together.ask(() -> chain.receipt(hash)), block, System.nanoTime()));
        }
      }
    }

    /** The receipt of one of these, if it was asked for; the next time it is asked for anew. */
    Optional<Receipt> take(List<SignedTransaction> candidates) {
      Optional<Receipt> taken = Optional.empty();
      for (SignedTransaction one : candidates) {
        Asked found = asked.remove(one.hash());
        if (found != null && taken.isEmpty()) {
          long block = found.block();
          taken = found.receipt().filter(receipt -> receipt.blockNumber() <= block);
        }
      }
      return taken;
    }

    /** Whether one of these took effect in the block of the one that they were sent behind. */
    boolean has(List<SignedTransaction> candidates) {
      for (SignedTransaction one : candidates) {
        Asked found = asked.get(one.hash());
        if (found == null) {
          continue;
        }
        Optional<Receipt> receipt = found.receipt();
        if (receipt.isPresent()) {
          return receipt.get().succeeded() && receipt.get().blockNumber() <= found.block();
        }
      }
      return false;
    }
  }

  private static ThreadPoolExecutor threads() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(null, task, "inft-ask", 0, false);
          thread.setDaemon(true);
          thread.setContextClassLoader(Together.class.getClassLoader());
          return thread;
        });
  }

  private static void letGo() {
    ThreadPoolExecutor before = threads;
    threads = threads();
    before.shutdown();
  }
}

package io.inft.replica.publish;

import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.registry.Anchored;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Something that must not happen while a publish is under way: handed in from any thread, run by
 * the publishing thread.
 */
public final class PublisherTask {
  /** What there is to do. */
  @FunctionalInterface
  public interface Work {
    /** Says what was anchored, if anything was. */
    Optional<Anchored> run() throws InftException;
  }

  private final Work work;
  private final CompletableFuture<Optional<Anchored>> outcome = new CompletableFuture<>();

  public PublisherTask(Work work) {
    this.work = work;
  }

  /** Fails with an {@link InftException}. */
  public CompletableFuture<Optional<Anchored>> outcome() {
    return outcome;
  }

  /**
   * What came of it, once it is done.
   *
   * @throws InftException it failed
   */
  Optional<Anchored> result() throws InftException {
    try {
      return outcome.getNow(Optional.empty());
    } catch (CompletionException e) {
      if (e.getCause() instanceof InftException failure) {
        throw failure;
      }
      throw new IllegalStateException("a task fails in typed ways only", e.getCause());
    }
  }

  /** What came of the work; nobody is told yet. */
  record Result(Optional<Anchored> anchored, Optional<InftException> failure) {}

  Result run() {
    try {
      return new Result(work.run(), Optional.empty());
    } catch (InftException e) {
      return new Result(Optional.empty(), Optional.of(e));
    } catch (RuntimeException | Error e) { // or else nobody would be told
      return new Result(Optional.empty(), Optional.of(new NotPublishedException("the task", e)));
    }
  }

  /** Tells the caller that waits. */
  void tell(Result result) {
    if (result.failure().isPresent()) {
      fail(result.failure().get());
    } else {
      outcome.complete(result.anchored());
    }
  }

  void fail(InftException failure) {
    outcome.completeExceptionally(failure);
  }
}

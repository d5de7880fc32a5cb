package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.observe.Standing;
import io.inft.replica.local.Fork;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.Publisher;
import io.inft.replica.restore.DatabaseScope;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * A generation that is open: what writes it, what publishes it, and how many sessions are bound to
 * it. What changes is guarded by the life of its engine.
 */
public final class OpenGeneration {
  public final GenerationWriter writer;
  final Publisher publisher;

  /** Done when it is closed. */
  final CompletableFuture<Void> closed = new CompletableFuture<>();

  int sessions;

  /** Whether it is to be closed as soon as no thread is at work on it. */
  boolean closing;

  /** Whether the end of its publisher will be noticed. */
  boolean watched;

  /** Whether a caller was told that it was put aside; ends all its sessions. Any thread. */
  volatile boolean told;

  private OpenGeneration(GenerationWriter writer, Publisher publisher) {
    this.writer = writer;
    this.publisher = publisher;
  }

  /**
   * Opens what this machine goes on with, and has it published from now on.
   *
   * @param unwanted called when somebody interrupts the publisher while everything is out
   */
  static OpenGeneration open(
      DatabaseScope scope, EngineSettings wanted, Opening opening, Runnable unwanted)
      throws InftException {
    GenerationWriter writer = opening.open();
    Publisher publisher;
    try {
      publisher = new Publisher(writer, wanted.cadence(), wanted.id().toString());
      warnOfForks(scope, publisher);
    } catch (InftException e) {
      throw GenerationOpener.closing(writer, e);
    }
    opening.warnings().forEach(publisher::warn);
    start(writer, publisher, unwanted);
    return new OpenGeneration(writer, publisher);
  }

  /** Beside the exception, which comes once, a warning for as long as nobody took note. */
  private static void warnOfForks(DatabaseScope scope, Publisher publisher) throws InftException {
    List<Fork> pending =
        WorkingCopy.forks(scope.workingCopy().folder()).stream().filter(Fork::isPending).toList();
    if (!pending.isEmpty()) {
      publisher.warn(
          pending.size()
              + " put aside and not acknowledged ('inft forks list "
              + scope.id()
              + "'): "
              + pending.stream().map(Fork::sentence).collect(Collectors.joining("; ")));
    }
  }

  private static void start(GenerationWriter writer, Publisher publisher, Runnable unwanted)
      throws InftException {
    boolean started = false;
    try {
      publisher.start(unwanted);
      started = true;
    } finally {
      if (!started) {
        writer.close();
      }
    }
  }

  /** Also whether its files are gone or others by now: a new connection would open those. */
  boolean isPutAside() throws InftException {
    try {
      writer.requireOwnFiles();
    } catch (io.inft.failure.ForkException e) {
      return true;
    }
    return publisher.isFork();
  }

  /** How it stands, from what is known here and the size of its file. */
  Standing standing(int ofAllSessions) {
    WriterState state = writer.state();
    return new Standing(
        state.anchored(),
        publisher.lag(),
        state.outgoing().size(),
        ofAllSessions,
        writer.database().toFile().length(),
        writer.paidUntil(),
        publisher.isFork(),
        publisher.lastFailure().map(failure -> String.valueOf(failure.getMessage())));
  }

  /** Breaks off what its threads wait for, as far as that listens. */
  void interrupt() {
    publisher.interrupt();
    writer.interrupt();
  }
}

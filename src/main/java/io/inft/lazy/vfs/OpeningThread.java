package io.inft.lazy.vfs;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A thread that is about to have SQLite open a database, and wants to know what SQLite did with it.
 * For that thread alone.
 */
public final class OpeningThread implements AutoCloseable {
  private final Map<Thread, OpeningThread> all;

  // Mutable.
  private @Nullable FileGate gate;
  private @Nullable Throwable failure;

  OpeningThread(Map<Thread, OpeningThread> all) {
    this.all = all;
    all.put(Thread.currentThread(), this);
  }

  void opened(FileGate made) {
    gate = made;
  }

  void failed(Throwable thrown) {
    failure = thrown;
  }

  /** The gate of the file that SQLite opened last. */
  public Optional<FileGate> gate() {
    return Optional.ofNullable(gate);
  }

  /** Why a file with a gate was not opened. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void close() {
    all.remove(Thread.currentThread(), this);
  }
}

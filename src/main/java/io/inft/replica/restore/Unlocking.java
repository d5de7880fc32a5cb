package io.inft.replica.restore;

import io.inft.failure.InftException;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Opens keyrings with one secret, ahead of need where that takes long: a password's derivation runs
 * beside the head read and the download. One derivation at a time, because each may take much of
 * the heap. For one thread; what is begun ahead runs on another.
 */
public final class Unlocking {
  private final Secret secret;
  private final Executor workers;

  // Mutable, of the one thread.
  private @Nullable Ahead ahead;

  public Unlocking(Secret secret, Executor workers) {
    this.secret = secret;
    this.workers = workers;
  }

  private record Ahead(Keyring keyring, FutureTask<Keys> task) {}

  /** Begins with a keyring that will probably be asked for; what comes of it is told then. */
  public void begin(Keyring keyring) {
    if (secret.isDerived() && ahead == null) {
      ahead = new Ahead(keyring, new FutureTask<>(() -> Keys.open(keyring, secret)));
      workers.execute(ahead.task());
    }
  }

  /** Whether something was begun that is not done yet. */
  boolean isRunning() {
    return ahead != null && !ahead.task().isDone();
  }

  /** The keys in a keyring; throws as {@link Keyring#unlock} does. */
  public Keys keys(Keyring keyring) throws InftException {
    Ahead begun = ahead;
    if (begun != null) {
      boolean asked = begun.keyring().hash().equals(keyring.hash());
      begun.task().run(); // here, if no worker came to it
      try {
        Keys keys = await(begun.task());
        if (asked) {
          return keys;
        }
      } catch (ExecutionException e) {
        if (asked) {
          throw refusal(e.getCause());
        }
      }
    }
    return Keys.open(keyring, secret);
  }

  /** Whatever happens: it ends by itself, and what comes next needs its memory. */
  private static Keys await(FutureTask<Keys> task) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static InftException refusal(@Nullable Throwable cause) {
    if (cause instanceof InftException refused) {
      return refused;
    }
    throw new IllegalStateException("a keyring opens or says why not", cause);
  }
}

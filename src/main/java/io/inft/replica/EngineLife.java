package io.inft.replica;

import io.inft.failure.DatabaseBusyException;
import io.inft.failure.InftException;
import io.inft.failure.SettingsConflictException;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Network;
import io.inft.replica.local.Waits;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who uses an engine, and so how long it lives. It lingers when nobody does, and then ends: each of
 * its publishers stops, its generation closes, the working copy is unlocked, in this order and each
 * only after the one before, however long that takes. Until something was closed there is a way
 * back. Safe for many threads; nobody who holds its lock waits for a network, a disk or a thread.
 */
final class EngineLife {
  private static final Logger LOG = LoggerFactory.getLogger(EngineLife.class);

  /** What is added to a deadline for what waits for no network. */
  static final Duration GRACE = Duration.ofMillis(500);

  /** How long an opening waits at least for what must end before it. */
  static final Duration LEAST_PATIENCE = Duration.ofSeconds(10);

  private final String key;
  private final Network network;

  /** Lets go of what the engine holds; called once. */
  private final Runnable unlock;

  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  // Mutable, guarded by this.
  private @Nullable OpenGeneration current;
  private final Set<OpenGeneration> open = new LinkedHashSet<>();
  private @Nullable EngineSettings settings;
  private @Nullable ScheduledFuture<?> lingering;
  private int sessions;

  /** Calls that are opening, pushing or closing now. */
  private int busy;

  /** Whether its class loader goes, so that nothing lingers any more. */
  private boolean leaving;

  private boolean ending;
  private boolean dead;

  EngineLife(String key, Network network, Runnable unlock) {
    this.key = key;
    this.network = network;
    this.unlock = unlock;
  }

  /** How long a caller that opens waits for what ends by itself. */
  static Duration patience(EngineSettings wanted) {
    Duration most = wanted.ending().timeout();
    return most.compareTo(LEAST_PATIENCE) > 0 ? most : LEAST_PATIENCE;
  }

  static DatabaseBusyException busy(EngineSettings wanted, String with, Duration waited) {
    return new DatabaseBusyException(wanted.id().toString(), with, waited);
  }

  // Who uses it ---------------------------------------------------------------------------------

  /** Whether it goes on: as it is, or back from its end as long as nothing was closed. */
  synchronized boolean join(EngineSettings wanted, Network on) throws InftException {
    boolean other = sessions == 0 && settings != null && differs(settings, wanted, on);
    if (other && !awaitIdle(patience(wanted))) {
      throw busy(wanted, "a connection of this process is being closed", patience(wanted));
    }
    if (dead) {
      return false;
    }
    if (ending) {
      OpenGeneration generation = current;
      if (other || generation == null || leaving || !generation.publisher.resume()) {
        return false;
      }
      LOG.info("'{}' was ending, and goes on", wanted.id());
      generation.closing = false;
      ending = false;
    } else if (other && sessions == 0) { // what nobody uses does not bind who comes next
      beginEnd();
      return false;
    }
    busy++;
    return true;
  }

  /** Waits until no call opens or closes; false if one still does. Guarded by this. */
  private boolean awaitIdle(Duration most) {
    return Waits.until(this, () -> busy == 0, most);
  }

  private boolean differs(EngineSettings open, EngineSettings wanted, Network on) {
    return !on.equals(network) || SharedSettings.difference(open, network, wanted, on).isPresent();
  }

  /** Nobody opens, pushes or closes any more: without sessions, it lingers or ends. */
  synchronized void finish(EngineSettings of) {
    busy--;
    notifyAll();
    if (sessions > 0 || busy > 0 || ending || dead) {
      return;
    }
    Duration linger = of.ending().linger();
    if (current == null || leaving || linger.isZero()) {
      beginEnd();
    } else if (lingering == null) {
      lingering = EngineThreads.later(this::endIfIdle, linger.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * The generation that goes on, if there is one, and whether sessions have it open.
   *
   * @throws SettingsConflictException they want it otherwise
   */
  synchronized Going going(EngineSettings wanted, Network on) throws SettingsConflictException {
    OpenGeneration generation = current;
    boolean used = sessions > 0;
    if (used && generation != null && settings != null && !generation.publisher.isFork()) {
      Optional<SettingsConflictException> conflict =
          SharedSettings.difference(settings, network, wanted, on);
      if (conflict.isPresent()) {
        throw conflict.get();
      }
    }
    return new Going(Optional.ofNullable(generation), used);
  }

  /**
   * @param used whether sessions are open
   */
  record Going(Optional<OpenGeneration> generation, boolean used) {}

  synchronized void opened(OpenGeneration generation) {
    open.add(generation);
  }

  /** A generation goes on, as these settings want it unless others have it open. */
  synchronized void goesOn(OpenGeneration generation, EngineSettings wanted, boolean used) {
    current = generation;
    settings = used ? settings : wanted;
  }

  synchronized void enter(OpenGeneration generation) {
    generation.sessions++;
    generation.writer.used();
    sessions++;
    stopLingering();
  }

  synchronized int sessions() {
    return sessions;
  }

  synchronized boolean isOnlySession(OpenGeneration generation) {
    return generation.sessions == 1;
  }

  /** A session ends; true if it was the last one of its generation, which is to be closed then. */
  synchronized boolean leave(OpenGeneration generation) {
    generation.sessions--;
    sessions--;
    if (generation.sessions > 0) {
      return false;
    }
    busy++;
    return true;
  }

  synchronized void requireNoSessions() throws SettingsConflictException {
    if (sessions > 0) {
      throw new SettingsConflictException("connections", Integer.toString(sessions), "0, to push");
    }
  }

  synchronized Optional<OpenGeneration> current() {
    return Optional.ofNullable(current);
  }

  synchronized Optional<EngineSettings> settings() {
    return Optional.ofNullable(settings);
  }

  /** Does not go on with a generation; if nobody has it open, it is closed before anything else. */
  void retire(OpenGeneration generation, EngineSettings wanted) throws InftException {
    boolean unused;
    synchronized (this) {
      current = null;
      unused = generation.sessions == 0;
      if (unused) {
        beginClose(generation);
      }
    }
    if (unused) {
      Waits.done(
          generation.closed,
          patience(wanted),
          () -> busy(wanted, "what was open before is still at work", patience(wanted)));
    }
  }

  // How it ends ---------------------------------------------------------------------------------

  /** Begins to end if nobody uses it, because the linger is over or somebody asks. */
  synchronized void endIfIdle() {
    if (sessions == 0 && busy == 0 && !dead && !ending) {
      beginEnd();
    } else if (lingering != null && lingering.getDelay(TimeUnit.MILLISECONDS) <= 0) {
      lingering = null; // this was it
    }
  }

  private void stopLingering() {
    if (lingering != null) {
      lingering.cancel(false);
      lingering = null;
    }
  }

  /** From now on nothing lingers, because the class loader or the JVM goes. */
  synchronized void beginLeaving() {
    leaving = true;
  }

  /**
   * Ends it, for all that is idle or if that is forced.
   *
   * @param force whether it ends under open sessions, which only a JVM that ends may ask for
   * @return whether it is gone
   */
  boolean end(boolean force, Duration most) {
    synchronized (this) {
      // A caller that opens now has the working copy; it stays locked until the JVM is gone.
      boolean idle = awaitIdle(GRACE);
      if (!dead && !ending && idle && (force || sessions == 0)) {
        beginEnd();
      }
      if (force && !dead && !ending) {
        return false;
      }
    }
    return isGoneWithin(most);
  }

  boolean isGoneWithin(Duration most) {
    return Waits.done(gone, most);
  }

  /** If it is ending, waits for that until the deadline. */
  void awaitEnd(long deadline) {
    synchronized (this) {
      if (!ending) {
        return;
      }
    }
    if (!isGoneWithin(Duration.ofNanos(deadline - System.nanoTime()))) {
      tellStuck();
    }
  }

  void tellStuck() {
    LOG.warn(
        "{}: a thread is still at work with the network or the disk; until it ends, the working"
            + " copy stays locked, and this process goes on with it",
        key);
  }

  /** All that are open, also those that do not go on. */
  synchronized List<OpenGeneration> all() {
    return List.copyOf(open);
  }

  /** Begins the end and waits for nobody. Guarded by this. */
  private void beginEnd() {
    stopLingering();
    ending = true;
    if (open.isEmpty()) {
      onItsOwn(this::die);
    }
    open.forEach(this::beginClose);
  }

  /** Closes a generation as soon as no thread is at work on it, and waits for nobody. */
  synchronized void beginClose(OpenGeneration generation) {
    generation.closing = true;
    generation.publisher.beginStop();
    if (!generation.watched) {
      generation.watched = true;
      var unused =
          generation
              .publisher
              .ended()
              .thenRunAsync(() -> publisherEnded(generation), EngineLife::onItsOwn);
    }
    onItsOwn(generation.publisher::wake);
  }

  private void publisherEnded(OpenGeneration generation) {
    synchronized (this) {
      generation.watched = false;
      if (!generation.closing) {
        return; // it was put aside, and sessions are open
      }
    }
    var unused =
        generation.writer.quiet().thenRunAsync(() -> close(generation), EngineLife::onItsOwn);
  }

  private void close(OpenGeneration generation) {
    try {
      generation.writer.close();
    } catch (InftException e) {
      LOG.warn("closing {}: {}", generation.writer.generation(), e.getMessage(), e);
    } finally {
      boolean last;
      synchronized (this) {
        open.remove(generation);
        last = ending && open.isEmpty();
      }
      generation.closed.complete(null);
      if (last) {
        die();
      }
    }
  }

  private static void onItsOwn(Runnable task) {
    try {
      EngineThreads.daemon(task, "inft-end").start();
    } catch (OutOfMemoryError e) { // there is no thread to be had, and it must be done
      task.run();
    }
  }

  private void die() {
    synchronized (this) {
      if (dead) {
        return;
      }
      dead = true;
    }
    try {
      unlock.run();
    } finally {
      gone.complete(null);
    }
  }
}

package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.failure.DatabaseBusyException;
import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.SettingsConflictException;
import io.inft.observe.Standing;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Network;
import io.inft.replica.local.News;
import io.inft.replica.local.Waits;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.Unpublished;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database in this JVM while anybody uses it, and for a while after: its working copy, the
 * generation that goes on, and those that were put aside but are still open somewhere. How long it
 * lives is told by {@link EngineLife}.
 *
 * <p>A caller that ends it waits for that as long as it has time and no longer. Until it has ended
 * it is <em>fenced</em>: its thread may still be signing or sending, so it keeps the lock, and a
 * caller that opens the database in this JVM meanwhile goes on with this very engine.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** Beans make a JVM load much; a process that ends soon need not. */
  private static final long SHOWN_AFTER_SECONDS = 3;

  private final String key;
  private final Network network;
  private final Clock clock;
  private final Consumer<PublishStep> watcher;
  private final News news;
  private final Proofs proofs = new Proofs();
  private final EngineLife life;

  /**
   * Whose turn it is to open or push. Held while the network works, so it is waited for briefly.
   */
  private final ReentrantLock turn = new ReentrantLock();

  /** Asked by those who watch this process; one object, by which the end is told from another's. */
  private final Supplier<Standing> standing = this::standing;

  // Mutable, guarded by this; held by nobody who waits for a network, a disk or a thread.
  private @Nullable DatabaseScope scope;

  /**
   * @param watcher told of each step of a publish; for tests that stop it there
   */
  public Engine(
      String key, DatabaseId id, Network network, Clock clock, Consumer<PublishStep> watcher) {
    this.key = key;
    this.watcher = watcher;
    this.news = new News(id.toString(), clock);
    this.network = network;
    this.clock = clock;
    this.life = new EngineLife(key, network, this::unlock);
  }

  /**
   * Opens a session; empty when this engine is gone and another one must be made.
   *
   * @throws SettingsConflictException sessions are open that want it otherwise
   * @throws DatabaseBusyException what must end first did not end in time
   */
  Optional<Session> open(EngineSettings wanted, Network on) throws InftException {
    if (!begin(wanted, on)) {
      return Optional.empty();
    }
    OpenGeneration generation;
    String slotId;
    boolean entered = false;
    try {
      generation = generationFor(wanted, on);
      news.look(scope().workingCopy().folder());
      slotId = proofs.prove(generation.writer, wanted);
      life.enter(generation);
      entered = true;
    } finally {
      turn.unlock();
      life.finish(wanted);
      if (!entered) {
        life.awaitEnd(System.nanoTime() + EngineLife.GRACE.toNanos());
      }
    }
    return Optional.of(sessionOf(generation, wanted, slotId));
  }

  /**
   * Makes the session of a caller that has entered a generation. Pages that are still to come are
   * waited for here, where nobody waits for that caller's turn; the generation stays open
   * meanwhile.
   */
  private Session sessionOf(OpenGeneration generation, EngineSettings wanted, String slotId)
      throws InftException {
    try {
      if (wanted.session().pages().mode() == OpenMode.FULL) {
        generation.writer.requireWhole("open=full");
      }
      return new LiveSession(this, generation, wanted, slotId);
    } catch (InftException | RuntimeException | Error e) {
      giveBack(generation, wanted, e);
      throw e;
    }
  }

  /** As a session that is closed: it may be the last one, and what others committed be left. */
  private void giveBack(OpenGeneration generation, EngineSettings of, Throwable because) {
    try {
      release(generation, of);
    } catch (InftException | RuntimeException left) {
      because.addSuppressed(left);
    }
  }

  /**
   * Publishes a whole database file as the next version and ends; empty when this engine is gone.
   *
   * @throws SettingsConflictException connections are open
   */
  Optional<Anchored> push(EngineSettings wanted, Network on, Replacement what)
      throws InftException {
    if (!begin(wanted, on)) {
      return Optional.empty();
    }
    try {
      life.requireNoSessions();
      Optional<OpenGeneration> open = life.current();
      if (open.isPresent()) {
        life.retire(open.get(), wanted);
      }
      return Optional.of(new Replacing(scopeFor(wanted), wanted).run(what));
    } catch (ForkException e) {
      news.told(Path.of(e.folder()));
      throw e;
    } finally {
      turn.unlock();
      life.finish(wanted);
      life.awaitEnd(System.nanoTime() + EngineLife.patience(wanted).toNanos());
    }
  }

  /** Takes the turn; false when this engine is gone, and the turn is free. */
  private boolean begin(EngineSettings wanted, Network on) throws InftException {
    Duration patience = EngineLife.patience(wanted);
    takeTurn(wanted, wanted.session().anchorTimeout().plus(patience));
    boolean begun = false;
    try {
      begun = life.join(wanted, on);
      if (!begun && !life.isGoneWithin(patience)) {
        throw EngineLife.busy(
            wanted,
            "a connection was closed, and its thread is still at work with the"
                + " network or the disk",
            patience);
      }
      return begun;
    } finally {
      if (!begun) {
        turn.unlock();
      }
    }
  }

  private void takeTurn(EngineSettings wanted, Duration most) throws DatabaseBusyException {
    String busyWith = "another connection of this process is being opened";
    try {
      if (!turn.tryLock(most.toMillis(), TimeUnit.MILLISECONDS)) {
        throw EngineLife.busy(wanted, busyWith, most);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EngineLife.busy(wanted, busyWith + ", and this thread was interrupted", Duration.ZERO);
    }
  }

  /**
   * The generation that a session is bound to: the one that goes on, or another one from now on.
   */
  private OpenGeneration generationFor(EngineSettings wanted, Network on) throws InftException {
    EngineLife.Going going = life.going(wanted, on);
    if (going.generation().isPresent()) {
      OpenGeneration open = going.generation().get();
      if (goesOn(open, going.used())) {
        life.goesOn(open, wanted, going.used());
        return open;
      }
      life.retire(open, wanted);
    }
    OpenGeneration opened = openGeneration(wanted);
    life.goesOn(opened, wanted, false);
    return opened;
  }

  /** A session that was kept to keys may have been given more since: rights are asked for again. */
  private boolean goesOn(OpenGeneration open, boolean used) throws InftException {
    boolean over =
        open.publisher.isFork()
            || (!used
                && (open.publisher.hasEnded()
                    || open.writer.keysOnly().isPresent()
                    || Opening.isBehind(scope(), open.writer)));
    return !over && !open.isPutAside();
  }

  private OpenGeneration openGeneration(EngineSettings wanted) throws InftException {
    DatabaseScope of = scopeFor(wanted);
    Opening opening = new Opening(of, wanted, EngineThreads.pooled(), watcher);
    OpenGeneration generation = OpenGeneration.open(of, wanted, opening, life::endIfIdle);
    life.opened(generation);
    of.observed().open(standing);
    of.observed()
        .showBy(EngineThreads.later(of.observed()::show, SHOWN_AFTER_SECONDS, TimeUnit.SECONDS));
    generation.writer.resumeCompaction();
    proofs.opened(generation.writer, wanted);
    return generation;
  }

  private DatabaseScope scopeFor(EngineSettings wanted) throws InftException {
    synchronized (this) {
      if (scope != null) {
        return scope;
      }
    }
    Digest context = DatabaseScope.contextOf(network, wanted.id());
    WorkingCopy copy = WorkingCopy.open(wanted.home(), network, wanted.id());
    DatabaseScope made =
        new DatabaseScope(
            wanted.id(),
            network,
            context,
            copy,
            new Commits(network.store(), network.registry(), wanted.id(), context),
            wanted.objects(),
            clock,
            new SecureRandom());
    synchronized (this) {
      scope = made;
      return made;
    }
  }

  /**
   * Gives a session back; the last one publishes and starts the linger.
   *
   * @throws PublishTimeoutException not all is out within the close timeout
   */
  void release(OpenGeneration generation, EngineSettings of) throws InftException {
    if (!life.leave(generation)) {
      return;
    }
    Duration most = of.ending().timeout();
    long deadline = System.nanoTime() + most.plus(EngineLife.GRACE).toNanos();
    try {
      if (generation.publisher.isFork()) {
        life.beginClose(generation);
        Waits.done(generation.closed, most);
      } else {
        LastPublish.atClose(
            generation, of, clock, of.ending().onClose() == EngineSettings.OnClose.PUBLISH);
      }
    } finally {
      life.finish(of);
      life.awaitEnd(deadline);
    }
  }

  /** Whether nobody else uses a generation. */
  boolean isOnlySession(OpenGeneration generation) {
    return life.isOnlySession(generation);
  }

  /** Begins to end if nobody uses it. */
  void endIfIdle() {
    life.endIfIdle();
  }

  /** Ends it if nobody uses it, and waits for that as long as a close would. */
  void endIdle() {
    life.endIfIdle();
    Duration most = life.settings().map(EngineLife::patience).orElse(EngineLife.LEAST_PATIENCE);
    life.awaitEnd(System.nanoTime() + most.toNanos());
  }

  /** How long an exit may take. */
  Duration closeTimeout() {
    return life.settings().map(of -> of.ending().timeout()).orElse(Duration.ZERO);
  }

  /** What is not published, for a person; takes a part of a second. */
  Optional<String> unpublished() {
    return life.current()
        .flatMap(open -> Unpublished.of(open.writer, open.publisher, clock))
        .map(left -> "'" + scope().id() + "': " + left);
  }

  /**
   * Ends the engine at the end of the JVM or of its class loader: publishes what can be published
   * within the close timeout, whatever {@code onClose} says.
   *
   * @param force whether it ends under open sessions, which only a JVM that ends may ask for
   * @return whether it is gone
   */
  boolean exit(boolean force) {
    life.beginLeaving();
    Optional<OpenGeneration> open = life.current();
    Optional<EngineSettings> of = life.settings();
    long deadline = System.nanoTime() + closeTimeout().plus(EngineLife.GRACE).toNanos();
    if (open.isPresent() && of.isPresent() && !open.get().publisher.isFork()) {
      try {
        LastPublish.atExit(open.get(), of.get(), clock);
      } catch (InftException e) {
        LOG.warn("at exit: {}", e.getMessage());
      }
    }
    return life.end(force, Duration.ofNanos(deadline - System.nanoTime()));
  }

  /** Breaks off what the threads wait for: the class loader goes, and they must go with it. */
  boolean interrupt() {
    life.all().forEach(OpenGeneration::interrupt);
    return life.isGoneWithin(EngineLife.GRACE);
  }

  void tellStuck() {
    life.tellStuck();
  }

  /** The last thing that an engine does. */
  private void unlock() {
    DatabaseScope of;
    synchronized (this) {
      of = scope;
    }
    try {
      if (of != null) {
        of.observed().closed(standing);
        of.workingCopy().close();
      }
    } catch (InftException e) {
      LOG.warn("unlocking {}: {}", key, e.getMessage(), e);
    } finally {
      Engines.forget(key, this);
    }
  }

  /** How it stands, from what is known here; nobody is asked. */
  private Standing standing() {
    Optional<OpenGeneration> open = life.current();
    return open.isPresent() ? open.get().standing(life.sessions()) : Standing.NONE;
  }

  /** What applications are still to be told. */
  News news() {
    return news;
  }

  synchronized DatabaseScope scope() {
    return Objects.requireNonNull(scope, "an open generation has a scope");
  }
}

package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.failure.DatabaseBusyException;
import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.SettingsConflictException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Fork;
import io.inft.replica.local.Network;
import io.inft.replica.local.Waits;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.Publisher;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database in this JVM while anybody uses it, and for a while after: its working copy, the line
 * that goes on, and lines that were put aside but are still open somewhere.
 *
 * <p>It ends when nobody uses it: its publisher stops, its lines close, the working copy is
 * unlocked, in this order and each only after the one before, however long that takes. Whoever ends
 * it waits for that as long as it has time and no longer. Until then it is <em>fenced</em>: its
 * thread may still be signing or sending, so it keeps the lock, and whoever opens the database in
 * this JVM meanwhile goes on with this very engine.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** What is added to a deadline for what waits for no network. */
  static final Duration GRACE = Duration.ofMillis(500);

  /** How long an opening waits at least for what must end before it. */
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(10);

  private final String key;
  private final Network network;
  private final Clock clock;
  private final Consumer<PublishStep> watcher;
  private final News news;
  private final Proofs proofs = new Proofs();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /**
   * Whose turn it is to open or push. Held while the network works, so it is waited for briefly.
   */
  private final ReentrantLock turn = new ReentrantLock();

  // Mutable, guarded by this; held by nobody who waits for a network, a disk or a thread.
  private @Nullable DatabaseScope site;
  private @Nullable OpenLine current;
  private final Set<OpenLine> lines = new LinkedHashSet<>();
  private @Nullable EngineSettings settings;
  private @Nullable ScheduledFuture<?> lingering;
  private int sessions;

  /** Calls that are opening, pushing or closing now. */
  private int busy;

  /** Whether its class loader goes, so that nothing lingers any more. */
  private boolean leaving;

  private boolean ending;
  private boolean dead;

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
  }

  /** A line, its publisher, and how many sessions are bound to it. Guarded by the engine. */
  public static final class OpenLine {
    public final GenerationWriter line;
    final Publisher publisher;
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    int sessions;

    /** Whether a caller was told that this generation was put aside; ends all its sessions. */
    volatile boolean told;

    /** Whether it is to be closed as soon as no thread is at work on it. */
    private boolean closing;

    private boolean watched;

    OpenLine(GenerationWriter line, Publisher publisher) {
      this.line = line;
      this.publisher = publisher;
    }
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
    boolean opened = false;
    try {
      OpenLine line = lineFor(wanted, on);
      news.look(site().workingCopy().folder());
      Session session = new LiveSession(this, line, wanted, proofs.prove(line.line, wanted));
      synchronized (this) {
        line.sessions++;
        sessions++;
        stopLingering();
      }
      opened = true;
      return Optional.of(session);
    } finally {
      turn.unlock();
      finish(wanted);
      if (!opened) {
        awaitEnd(System.nanoTime() + GRACE.toNanos());
      }
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
      OpenLine open;
      synchronized (this) {
        if (sessions > 0) {
          throw new SettingsConflictException(
              "connections", Integer.toString(sessions), "0, to push");
        }
        open = current;
      }
      if (open != null) {
        retire(open, wanted);
      }
      return Optional.of(new Replacing(siteFor(wanted), wanted).run(what));
    } catch (ForkException e) {
      news.told(Path.of(e.folder()));
      throw e;
    } finally {
      turn.unlock();
      finish(wanted);
      awaitEnd(System.nanoTime() + patience(wanted).toNanos());
    }
  }

  /** Takes the turn; false when this engine is gone, and the turn is free. */
  private boolean begin(EngineSettings wanted, Network on) throws InftException {
    Duration most = wanted.session().anchorTimeout().plus(patience(wanted));
    takeTurn(wanted, most);
    boolean begun = false;
    try {
      begun = join(wanted, on);
      if (!begun && !Waits.done(gone, patience(wanted))) {
        throw busy(
            wanted,
            "a connection was closed, and its thread is still at work with the"
                + " network or the disk",
            patience(wanted));
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
        throw busy(wanted, busyWith, most);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy(wanted, busyWith + ", and this thread was interrupted", Duration.ZERO);
    }
  }

  private static DatabaseBusyException busy(EngineSettings wanted, String with, Duration waited) {
    return new DatabaseBusyException(wanted.id().toString(), with, waited);
  }

  /** How long whoever opens waits for what ends by itself. */
  private static Duration patience(EngineSettings wanted) {
    Duration most = wanted.ending().timeout();
    return most.compareTo(LEAST_PATIENCE) > 0 ? most : LEAST_PATIENCE;
  }

  /** Whether this engine goes on: as it is, or back from its end as long as nothing was closed. */
  private synchronized boolean join(EngineSettings wanted, Network on) throws InftException {
    boolean other = sessions == 0 && settings != null && differs(settings, wanted, on);
    if (other && !awaitIdle(patience(wanted))) {
      throw busy(wanted, "a connection of this process is being closed", patience(wanted));
    }
    if (dead) {
      return false;
    }
    if (ending) {
      OpenLine open = current;
      if (other || open == null || leaving || !open.publisher.resume()) {
        return false;
      }
      LOG.info("'{}' was ending, and goes on", wanted.id());
      open.closing = false;
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
    long deadline = System.nanoTime() + most.toNanos();
    boolean interrupted = false;
    while (busy > 0 && deadline - System.nanoTime() > 0) {
      try {
        wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return busy == 0;
  }

  private boolean differs(EngineSettings open, EngineSettings wanted, Network on) {
    return !on.equals(network) || SharedSettings.difference(open, network, wanted, on).isPresent();
  }

  /** Nobody opens, pushes or closes any more: without sessions, it lingers or ends. */
  private synchronized void finish(EngineSettings of) {
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

  private OpenLine lineFor(EngineSettings wanted, Network on) throws InftException {
    OpenLine open;
    boolean used;
    synchronized (this) {
      open = current;
      used = sessions > 0;
      if (used && open != null && settings != null && !open.publisher.isFork()) {
        requireNoConflict(settings, wanted, on);
      }
    }
    // Who was kept to keys may have been given more since: its rights are asked for again.
    if (open != null
        && (open.publisher.isFork()
            || (!used
                && (open.publisher.hasEnded()
                    || open.line.keysOnly().isPresent()
                    || Opening.isBehind(site(), open.line)))
            || isPutAside(open))) {
      retire(open, wanted);
      open = null;
    }
    if (open == null) {
      open = openLine(wanted);
      used = false;
    }
    synchronized (this) {
      current = open;
      settings = used ? settings : wanted;
    }
    return open;
  }

  /** Also whether its files are gone or others by now: a new connection would open those. */
  private static boolean isPutAside(OpenLine open) throws InftException {
    try {
      open.line.requireOwnFiles();
    } catch (io.inft.failure.ForkException e) {
      return true;
    }
    return open.publisher.isFork();
  }

  private void requireNoConflict(EngineSettings open, EngineSettings wanted, Network on)
      throws SettingsConflictException {
    Optional<SettingsConflictException> conflict =
        SharedSettings.difference(open, network, wanted, on);
    if (conflict.isPresent()) {
      throw conflict.get();
    }
  }

  /** Does not go on with a line; if nobody has it open, it is closed before anything follows. */
  private void retire(OpenLine open, EngineSettings wanted) throws InftException {
    boolean unused;
    synchronized (this) {
      current = null;
      unused = open.sessions == 0;
      if (unused) {
        beginClose(open);
      }
    }
    if (unused) {
      Waits.done(
          open.closed,
          patience(wanted),
          () -> busy(wanted, "what was open before is still at work", patience(wanted)));
    }
  }

  private DatabaseScope siteFor(EngineSettings wanted) throws InftException {
    synchronized (this) {
      if (site != null) {
        return site;
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
            new Commits(network.store(), context),
            wanted.objects(),
            clock,
            new SecureRandom());
    synchronized (this) {
      site = made;
      return made;
    }
  }

  private OpenLine openLine(EngineSettings wanted) throws InftException {
    Opening opening = new Opening(siteFor(wanted), wanted, EngineThreads.pooled(), watcher);
    GenerationWriter line = opening.open();
    Publisher publisher;
    try {
      publisher = new Publisher(line, wanted.cadence(), wanted.id().toString());
      warnOfForks(publisher);
    } catch (InftException e) {
      throw GenerationOpener.closing(line, e);
    }
    opening.warnings().forEach(publisher::warn);
    start(line, publisher);
    OpenLine open = new OpenLine(line, publisher);
    synchronized (this) {
      lines.add(open);
    }
    line.resumeCompaction();
    proofs.opened(line, wanted);
    return open;
  }

  /** Beside the exception, which comes once, a warning for as long as nobody took note. */
  private void warnOfForks(Publisher publisher) throws InftException {
    List<Fork> pending =
        WorkingCopy.forks(site().workingCopy().folder()).stream().filter(Fork::isPending).toList();
    if (!pending.isEmpty()) {
      publisher.warn(
          pending.size()
              + " put aside and not acknowledged ('inft forks list "
              + site().id()
              + "'): "
              + pending.stream().map(Fork::sentence).collect(Collectors.joining("; ")));
    }
  }

  private void start(GenerationWriter line, Publisher publisher) throws InftException {
    boolean started = false;
    try {
      publisher.start(this::endIfIdle);
      started = true;
    } finally {
      if (!started) {
        line.close();
      }
    }
  }

  /**
   * Gives a session back; the last one publishes and starts the linger.
   *
   * @throws PublishTimeoutException not all is out within the close timeout
   */
  void release(OpenLine line, EngineSettings of) throws InftException {
    synchronized (this) {
      line.sessions--;
      sessions--;
      if (line.sessions > 0) {
        return;
      }
      busy++;
    }
    long deadline = System.nanoTime() + of.ending().timeout().plus(GRACE).toNanos();
    try {
      if (line.publisher.isFork()) {
        synchronized (this) {
          beginClose(line);
        }
        Waits.done(line.closed, of.ending().timeout());
      } else {
        LastPublish.run(line, of, clock, of.ending().onClose() == EngineSettings.OnClose.PUBLISH);
      }
    } finally {
      finish(of);
      awaitEnd(deadline);
    }
  }

  /** If it is ending, waits for that until the deadline. */
  private void awaitEnd(long deadline) {
    synchronized (this) {
      if (!ending) {
        return;
      }
    }
    if (!Waits.done(gone, Duration.ofNanos(deadline - System.nanoTime()))) {
      tellStuck();
    }
  }

  void tellStuck() {
    LOG.warn(
        "{}: a thread is still at work with the network or the disk; until it ends, the working"
            + " copy stays locked, and this process goes on with it",
        key);
  }

  private void stopLingering() {
    if (lingering != null) {
      lingering.cancel(false);
      lingering = null;
    }
  }

  /** Begins to end the engine if nobody uses it, because the linger is over or somebody asks. */
  synchronized void endIfIdle() {
    if (sessions == 0 && busy == 0 && !dead && !ending) {
      beginEnd();
    } else if (lingering != null && lingering.getDelay(TimeUnit.MILLISECONDS) <= 0) {
      lingering = null; // this was it
    }
  }

  /** Ends the engine if nobody uses it, and waits for that as long as a close would. */
  void endIdle() {
    endIfIdle();
    EngineSettings of;
    synchronized (this) {
      of = settings;
    }
    awaitEnd(System.nanoTime() + (of == null ? LEAST_PATIENCE : patience(of)).toNanos());
  }

  /** How long an exit may take. */
  synchronized Duration closeTimeout() {
    return settings == null ? Duration.ZERO : settings.ending().timeout();
  }

  /** What is not published, for a person; takes a part of a second. */
  Optional<String> unpublished() {
    OpenLine open;
    synchronized (this) {
      open = current;
    }
    return open == null
        ? Optional.empty()
        : Unpublished.of(open.line, open.publisher, clock)
            .map(left -> "'" + site().id() + "': " + left);
  }

  /**
   * Ends the engine at the end of the JVM or of its class loader: publishes what can be published
   * within the close timeout, whatever {@code onClose} says.
   *
   * @param force whether it ends under open sessions, which only a JVM that ends may ask for
   * @return whether it is gone
   */
  boolean exit(boolean force) {
    OpenLine open;
    EngineSettings of;
    synchronized (this) {
      open = current;
      of = settings;
      leaving = true;
    }
    Duration most = closeTimeout();
    long deadline = System.nanoTime() + most.plus(GRACE).toNanos();
    if (open != null && of != null && !open.publisher.isFork()) {
      try {
        LastPublish.run(open, of, clock, true);
      } catch (InftException e) {
        LOG.warn("at exit: {}", e.getMessage());
      }
    }
    return end(force, Duration.ofNanos(deadline - System.nanoTime()));
  }

  private boolean end(boolean force, Duration most) {
    synchronized (this) {
      // Whoever opens now has the working copy; it stays locked until the JVM is gone.
      boolean idle = awaitIdle(GRACE);
      if (!dead && !ending && idle && (force || sessions == 0)) {
        beginEnd();
      }
      if (force && !dead && !ending) {
        return false;
      }
    }
    return Waits.done(gone, most);
  }

  /** Breaks off what the threads wait for: the class loader goes, and they must go with it. */
  boolean interrupt() {
    List<OpenLine> all;
    synchronized (this) {
      all = List.copyOf(lines);
    }
    all.forEach(
        open -> {
          open.publisher.interrupt();
          open.line.interrupt();
        });
    return Waits.done(gone, GRACE);
  }

  /** Begins the end and waits for nobody. Guarded by this. */
  private void beginEnd() {
    stopLingering();
    ending = true;
    if (lines.isEmpty()) {
      onItsOwn(this::die);
    }
    lines.forEach(this::beginClose);
  }

  /** Closes a line as soon as no thread is at work on it, and waits for nobody. Guarded by this. */
  private void beginClose(OpenLine open) {
    open.closing = true;
    open.publisher.beginStop();
    if (!open.watched) {
      open.watched = true;
      var unused = open.publisher.ended().thenRunAsync(() -> closed(open), Engine::onItsOwn);
    }
    onItsOwn(open.publisher::wake);
  }

  /** The publisher ended. */
  private void closed(OpenLine open) {
    synchronized (this) {
      open.watched = false;
      if (!open.closing) {
        return; // it was put aside, and sessions are open
      }
    }
    var unused = open.line.quiet().thenRunAsync(() -> close(open), Engine::onItsOwn);
  }

  private void close(OpenLine open) {
    try {
      open.line.close();
    } catch (InftException e) {
      LOG.warn("closing {}: {}", open.line.generation(), e.getMessage(), e);
    } finally {
      boolean last;
      synchronized (this) {
        lines.remove(open);
        last = ending && lines.isEmpty();
      }
      open.closed.complete(null);
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
    DatabaseScope of;
    synchronized (this) {
      if (dead) {
        return;
      }
      dead = true;
      of = site;
    }
    try {
      if (of != null) {
        of.workingCopy().close();
      }
    } catch (InftException e) {
      LOG.warn("unlocking {}: {}", key, e.getMessage(), e);
    } finally {
      Engines.forget(key, this);
      gone.complete(null);
    }
  }

  /** What applications are still to be told. */
  News news() {
    return news;
  }

  synchronized DatabaseScope site() {
    return java.util.Objects.requireNonNull(site, "an open line has a site");
  }
}

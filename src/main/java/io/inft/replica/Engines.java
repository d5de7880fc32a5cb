package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.observe.Observations;
import io.inft.observe.Observed;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Following;
import io.inft.replica.local.Network;
import io.inft.replica.local.Waits;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.publish.PublishStep;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All open databases of this JVM, one engine each, known by network, contract and id, not by the
 * text of a URL. At JVM exit what is unpublished is published within its close timeout.
 */
public final class Engines {
  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);
  private static final Map<String, Engine> OPEN = new ConcurrentHashMap<>();

  /** There while any engine is. Guarded by this class. */
  private static @Nullable Thread exitHook;

  private Engines() {}

  /** Says that a session will be opened soon, so that this process can get ready meanwhile. */
  public static void prepare() {
    WarmUp.begin();
  }

  /**
   * Opens a session, restoring the database first if this machine does not have its newest version.
   * An open that fails leaves nothing behind.
   */
  public static Session open(EngineSettings settings, Network network) throws InftException {
    boolean reads =
        settings.session().at().isPresent()
            || settings.session().mode() == EngineSettings.Mode.RO
            || network.signer().isEmpty();
    return observed(
        settings,
        network,
        () ->
            reads
                ? PastStates.open(settings, network)
                : openLive(settings, network, Clock.systemUTC(), step -> {}));
  }

  /** One way to open a session. */
  private interface Way {
    Session open() throws InftException;
  }

  private static Session observed(EngineSettings settings, Network network, Way way)
      throws InftException {
    long began = System.nanoTime();
    Observed observed = Observations.of(settings.id().toString(), network.name());
    try {
      requireChain(settings, network);
      Session session = way.open();
      observed.opened(System.nanoTime() - began);
      return session;
    } catch (InftException e) {
      observed.openFailed(e);
      throw e;
    }
  }

  /** Opens a session that writes. */
  public static Session open(EngineSettings settings, Network network, Clock clock)
      throws InftException {
    return open(settings, network, clock, step -> {});
  }

  /**
   * @param watcher told of each step of a publish; for tests that stop it there
   */
  public static Session open(
      EngineSettings settings, Network network, Clock clock, Consumer<PublishStep> watcher)
      throws InftException {
    return observed(settings, network, () -> openLive(settings, network, clock, watcher));
  }

  private static Session openLive(
      EngineSettings settings, Network network, Clock clock, Consumer<PublishStep> watcher)
      throws InftException {
    String key = settings.home().toAbsolutePath() + "|" + WorkingCopy.key(network, settings.id());
    while (true) {
      Engine engine = engine(key, settings.id(), network, clock, watcher);
      Optional<Session> session = engine.open(settings, network);
      if (session.isPresent()) {
        return session.get();
      }
      forget(key, engine);
    }
  }

  /** What tells this engine from every other; asks the registry for its chain. */
  static String key(EngineSettings settings, Network network) throws InftException {
    requireChain(settings, network);
    return settings.home().toAbsolutePath() + "|" + WorkingCopy.key(network, settings.id());
  }

  /** Makes a database file the next version; the caller's copy is taken over. */
  public static Anchored push(EngineSettings settings, Network network, Replacement what)
      throws InftException {
    return push(settings, network, what, Clock.systemUTC());
  }

  public static Anchored push(
      EngineSettings settings, Network network, Replacement what, Clock clock)
      throws InftException {
    return push(settings, network, what, clock, step -> {});
  }

  static Anchored push(
      EngineSettings settings,
      Network network,
      Replacement what,
      Clock clock,
      Consumer<PublishStep> watcher)
      throws InftException {
    String key = key(settings, network);
    while (true) {
      Engine engine = engine(key, settings.id(), network, clock, watcher);
      Optional<Anchored> anchored = engine.push(settings, network, what);
      if (anchored.isPresent()) {
        return anchored.get();
      }
      forget(key, engine);
    }
  }

  /**
   * Has the registry say which chain it is on, which names the engine and its working copy. On
   * another thread: that is asked before anything that could tell others who is opening, so a
   * registry that does not answer would keep every caller, each for ever.
   *
   * @throws RegistryUnavailableException it does not say so within the anchor timeout
   */
  private static void requireChain(EngineSettings settings, Network network) throws InftException {
    FutureTask<Long> chain = new FutureTask<>(() -> network.registry().chainId());
    EngineThreads.anchoring().execute(chain);
    Duration most = settings.session().anchorTimeout();
    Waits.done(
        chain,
        most,
        () ->
            new RegistryUnavailableException(
                "the registry of network '" + network.name() + "'",
                "learn the chain id within " + most.toMillis() + " ms (anchorTimeout)",
                null));
  }

  private static synchronized Engine engine(
      String key, DatabaseId id, Network network, Clock clock, Consumer<PublishStep> watcher) {
    Engine engine =
        OPEN.computeIfAbsent(key, name -> new Engine(name, id, network, clock, watcher));
    if (exitHook == null) {
      Thread hook = EngineThreads.daemon(Engines::endAtExit, "inft-exit");
      try {
        Runtime.getRuntime().addShutdownHook(hook);
        exitHook = hook;
      } catch (IllegalStateException e) {
        LOG.debug("the JVM is ending already; who opens a database now must close it", e);
      }
    }
    return engine;
  }

  /** With the last engine goes the hook, which would hold this class loader for ever. */
  static synchronized void forget(String key, Engine engine) {
    OPEN.remove(key, engine);
    Thread hook = exitHook;
    if (OPEN.isEmpty() && hook != null) {
      exitHook = null;
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        LOG.debug("the JVM is ending, and this is part of it", e);
      }
    }
  }

  /**
   * Ends every engine that nobody uses now, without waiting for its linger. For programs that want
   * to be sure that nothing is left open, and for tests. Waits for each as long as a close would.
   */
  public static void endIdle() {
    List<Engine> all = List.copyOf(OPEN.values());
    all.forEach(Engine::endIfIdle);
    all.forEach(Engine::endIdle);
    Following.endIdle();
  }

  /**
   * Ends every engine because the class loader of this driver is about to go: publishes within each
   * database's close timeout, all at once, unlocks the working copies and ends the threads.
   * Sessions must have been closed, or be about to be. A thread that is in a call which neither
   * returns nor listens to an interrupt keeps its working copy locked until it does; this is
   * logged.
   */
  public static void endForGood() {
    Following.endAll();
    endAll(
        engine -> {
          if (!engine.exit(false) && !engine.interrupt()) {
            engine.tellStuck();
          }
        });
    EngineThreads.letGo();
  }

  /** What is not out is named before anything is waited for: containers kill after ten seconds. */
  private static void endAtExit() {
    endAll(
        engine -> {
          engine.unpublished().ifPresent(left -> tell(left, engine));
          engine.exit(true);
        });
  }

  /** On standard error: who logs may have ended already, hooks run in no order. */
  private static void tell(String left, Engine engine) {
    String message =
        "inft: not published yet at exit: "
            + left
            + "; up to "
            + engine.closeTimeout().toMillis()
            + " ms are taken for it (closeTimeout), what is not out then goes out at the next open";
    System.err.println(message);
    LOG.warn(message);
  }

  /** All at once, a thread each: they wait for networks. Takes no longer than the longest may. */
  private static void endAll(Consumer<Engine> end) {
    Duration most = Duration.ZERO;
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    for (Engine engine : OPEN.values()) {
      most = engine.closeTimeout().compareTo(most) > 0 ? engine.closeTimeout() : most;
      FutureTask<Boolean> task =
          new FutureTask<>(
              () -> {
                try {
                  end.accept(engine);
                } catch (NoClassDefFoundError e) {
                  System.err.println(
                      "inft: a database was not ended, because the class loader of its driver was"
                          + " closed first; deregister the driver before that. What is committed"
                          + " is in the working copy and goes out at the next open; missing: "
                          + e.getMessage());
                } catch (RuntimeException | Error e) {
                  LOG.warn("ending a database", e);
                }
                return true;
              });
      tasks.add(task);
      EngineThreads.daemon(task, "inft-exit").start();
    }
    long deadline =
        System.nanoTime() + most.plus(EngineLife.GRACE).plus(EngineLife.GRACE).toNanos();
    tasks.forEach(task -> Waits.done(task, Duration.ofNanos(deadline - System.nanoTime())));
  }
}

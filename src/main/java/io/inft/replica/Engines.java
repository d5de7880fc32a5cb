package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All open databases of this JVM, one engine each, known by network, contract and id, not by the
 * text of a URL. At JVM exit what is unpublished is published within its close timeout.
 */
public final class Engines {
  private static final Map<String, Engine> OPEN = new ConcurrentHashMap<>();

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(Engines::endAll, "inft-exit"));
    } catch (IllegalStateException e) {
      // The JVM is ending already; who opens a database now must close it.
    }
  }

  private Engines() {}

  /** Says that a session will be opened soon, so that this process can get ready meanwhile. */
  public static void prepare() {
    Preparation.begin();
  }

  /**
   * Opens a session, restoring the database first if this machine does not have its newest version.
   * An open that fails leaves nothing behind.
   */
  public static Session open(EngineSettings settings, Network network) throws InftException {
    if (settings.session().at().isPresent()
        || settings.session().mode() == EngineSettings.Mode.RO
        || network.signer().isEmpty()) {
      return PastStates.open(settings, network);
    }
    return open(settings, network, Clock.systemUTC());
  }

  static Session open(EngineSettings settings, Network network, Clock clock) throws InftException {
    String key = settings.home().toAbsolutePath() + "|" + WorkingCopy.key(network, settings.id());
    while (true) {
      Engine engine =
          OPEN.computeIfAbsent(key, name -> new Engine(name, settings.id(), network, clock));
      Optional<Session> session = engine.open(settings, network);
      if (session.isPresent()) {
        return session.get();
      }
      OPEN.remove(key, engine);
    }
  }

  /** Makes a database file the next version; the caller's copy is taken over. */
  static Anchored push(EngineSettings settings, Network network, Path image) throws InftException {
    String key = settings.home().toAbsolutePath() + "|" + WorkingCopy.key(network, settings.id());
    while (true) {
      Engine engine =
          OPEN.computeIfAbsent(
              key, name -> new Engine(name, settings.id(), network, Clock.systemUTC()));
      Optional<Anchored> anchored = engine.push(settings, network, image);
      if (anchored.isPresent()) {
        return anchored.get();
      }
      OPEN.remove(key, engine);
    }
  }

  static void forget(String key, Engine engine) {
    OPEN.remove(key, engine);
  }

  /**
   * Ends every engine that nobody uses now, without waiting for its linger. For programs that want
   * to be sure that nothing is left open, and for tests.
   */
  public static void endIdle() {
    OPEN.values().forEach(Engine::endIfIdle);
  }

  private static void endAll() {
    OPEN.values().parallelStream().forEach(Engine::endNow);
  }
}

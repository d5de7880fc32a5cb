package io.inft.replica;

import io.inft.bytes.FileSource;
import io.inft.bytes.Scratch;
import io.inft.commit.DriverEvent;
import io.inft.failure.DatabaseBusyException;
import io.inft.failure.ExistingDatabaseException;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.Network;
import io.inft.replica.restore.HeadCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a database with what was elsewhere before: its first version is of the kind import. It is
 * published before anybody gets it, so that an import is there as a whole or not at all; what a
 * process left that died before is forgotten by the next import of the same id, and is gone on with
 * by an opening without one.
 */
public final class Importing {
  private static final Logger LOG = LoggerFactory.getLogger(Importing.class);

  /** Whoever imports, by engine: the others wait. */
  private static final Map<String, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  /** What this JVM imported, by engine. */
  private static final Map<String, Path> DONE = new ConcurrentHashMap<>();

  private Importing() {}

  /** A database put together to be imported, and what its event log is to say of where it was. */
  public record Image(Path file, List<DriverEvent> origin) {}

  /**
   * Begins a database with the content of a SQLite file, which is not changed.
   *
   * @param warnings told of what SQLite's checks found that does not keep it from being published
   * @throws ExistingDatabaseException the database is there already
   * @throws io.inft.failure.NotImportableException the file is no SQLite database
   * @throws io.inft.failure.DatabaseCorruptException it is a damaged one
   */
  public static Session.Published file(
      EngineSettings settings, Network network, Path file, Consumer<String> warnings)
      throws InftException {
    requireNoVersion(settings.id(), network.registry());
    try (Scratch scratch = Scratch.inHome(settings.home(), "import")) {
      Path image = Databases.imageOf(scratch, file, warnings);
      DriverEvent origin = DriverEvent.imported("sqlite", name(file), FileSource.sha256(image));
      return publish(settings, network, new Image(image, List.of(origin)));
    }
  }

  /**
   * Begins a database with one that was put together for that.
   *
   * @param image its file is taken over; it must have been checked
   */
  public static Session.Published image(EngineSettings settings, Network network, Image image)
      throws InftException {
    requireNoVersion(settings.id(), network.registry());
    return publish(settings, network, image);
  }

  private static Session.Published publish(EngineSettings settings, Network network, Image image)
      throws InftException {
    Anchored anchored =
        Engines.push(
            settings.creating(), network, Replacement.beginning(image.file(), image.origin()));
    return new Session.Published(anchored.version(), anchored.anchor().root());
  }

  /**
   * Begins a database with the content of a SQLite file, unless this JVM did it already: a pool
   * opens many connections with one URL, and exactly one of them imports.
   *
   * @throws ExistingDatabaseException somebody else began the database, or this JVM did so with
   *     another file
   */
  public static void once(
      EngineSettings settings, Network network, Path file, Consumer<String> warnings)
      throws InftException {
    String key = Engines.key(settings, network);
    ReentrantLock turn = TURNS.computeIfAbsent(key, unused -> new ReentrantLock());
    Duration most = settings.session().anchorTimeout().plus(EngineLife.patience(settings));
    take(turn, settings, most);
    try {
      Path source = file.toAbsolutePath().normalize();
      boolean joins =
          source.equals(DONE.get(key)) && version(settings.id(), network.registry()) > 0;
      if (!joins) {
        DONE.remove(key);
        Session.Published first = file(settings, network, source, warnings);
        DONE.put(key, source);
        LOG.info("'{}' began with {}, as version {}", settings.id(), source, first.version());
      }
    } finally {
      turn.unlock();
    }
  }

  private static void take(ReentrantLock turn, EngineSettings settings, Duration most)
      throws DatabaseBusyException {
    String busyWith = "another connection of this process is importing it";
    try {
      if (!turn.tryLock(most.toMillis(), TimeUnit.MILLISECONDS)) {
        throw EngineLife.busy(settings, busyWith, most);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EngineLife.busy(
          settings, busyWith + ", and this thread was interrupted", Duration.ZERO);
    }
  }

  /** Refuses a database that is there, before anything is prepared for it. */
  public static void requireNew(EngineSettings settings, Network network) throws InftException {
    requireNoVersion(settings.id(), network.registry());
  }

  /** Said before a large file is copied, and once more when nobody else of this machine can. */
  static void requireNoVersion(DatabaseId id, RegistryReader registry) throws InftException {
    long version = version(id, registry);
    if (version > 0) {
      throw new ExistingDatabaseException(id.toString(), "exists in version " + version);
    }
  }

  private static long version(DatabaseId id, RegistryReader registry) throws InftException {
    return new HeadCheck(registry, id).read().map(Head::version).orElse(0L);
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }
}

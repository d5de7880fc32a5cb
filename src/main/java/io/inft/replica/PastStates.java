package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.capture.SqliteLink;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.PastStateException;
import io.inft.failure.UnreadableHeadException;
import io.inft.failure.WrongKeyException;
import io.inft.observe.Observations;
import io.inft.observe.Observed;
import io.inft.registry.Anchored;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Following;
import io.inft.replica.local.Network;
import io.inft.replica.local.SeenHead;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.partial.PartialVersion;
import io.inft.replica.partial.PastFolders;
import io.inft.replica.restore.CommitCache;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.HeadCheck;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.PastKeys;
import io.inft.replica.restore.PastVersions;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.Unlocking;
import io.inft.replica.restore.Unreadable;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Read-only states, each in a folder of its own that never changes: the head for {@code mode=ro},
 * any past version for {@code at=}. Several processes may share them. Old ones that nobody has open
 * are deleted when they take too much room.
 */
final class PastStates {
  private static final Logger LOG = LoggerFactory.getLogger(PastStates.class);

  /**
   * How long a head is asked for again whose block is not final and whose objects are not there:
   * after a reorganisation of the chain a registry and a store may not have come as far yet.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LAST_PAUSE_MILLIS = 800;

  /**
   * Commit objects on the ways to past versions, which share their beginnings. Gone with the
   * registry. Guarded by its own monitor.
   */
  private static final Map<RegistryReader, CommitCache> PASSED =
      Collections.synchronizedMap(new WeakHashMap<>());

  private PastStates() {}

  static Session open(EngineSettings settings, Network network) throws InftException {
    return open(settings, network, settings.session().refresh());
  }

  /** Opens the head as it is now, however often a session would follow it. */
  static Session openNewest(EngineSettings settings, Network network) throws InftException {
    return open(settings, network, Duration.ZERO);
  }

  private static Session open(EngineSettings settings, Network network, Duration refresh)
      throws InftException {
    if (settings.session().at().isEmpty()) {
      return openHead(settings, network, refresh);
    }
    long asked = System.nanoTime();
    Commits commits =
        new Commits(
            network.store(),
            network.registry(),
            settings.id(),
            DatabaseScope.contextOf(network, settings.id()),
            PASSED.computeIfAbsent(network.registry(), unused -> new CommitCache()));
    Anchored past =
        new PastVersions(network.registry(), settings.id(), commits)
            .find(settings.session().at().get());
    return open(settings, network, commits, new HeadCache.Seen(asked, past), Following.NOTHING);
  }

  private static Session openHead(EngineSettings settings, Network network, Duration refresh)
      throws InftException {
    boolean follows = settings.session().follow() && !refresh.isZero();
    Following following =
        follows ? Following.join(network.registry(), settings.id()) : Following.NOTHING;
    boolean complete = false;
    try {
      Session session = openHead(settings, network, refresh, following);
      complete = true;
      return session;
    } finally {
      if (!complete) {
        following.leave(settings.ending().linger());
      }
    }
  }

  private static Session openHead(
      EngineSettings settings, Network network, Duration refresh, Following following)
      throws InftException {
    RegistryReader registry = network.registry();
    // Looked up first: a writer on this machine may publish another one meanwhile.
    Optional<SeenHead> before =
        WorkingCopy.finalHead(WorkingCopy.folderOf(settings.home(), network, settings.id()));
    Optional<HeadCache.Seen> lately =
        HeadCache.newerThan(refresh, registry, settings.home(), settings.id())
            .filter(head -> before.isEmpty() || !isBehind(head.version(), before.get()))
            .filter(head -> !following.isOutdated(head.version().version(), head.nanos()));
    if (lately.isPresent()) {
      try {
        return open(settings, network, commits(settings, network), lately.get(), following);
      } catch (WrongKeyException e) {
        throw e;
      } catch (InftException e) {
        LOG.debug("the block of version {} may be gone", lately.get().version().version(), e);
      }
    }
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    for (long pauseMillis = FIRST_PAUSE_MILLIS; ; pauseMillis *= 2) {
      HeadCache.Seen asked = ask(settings, registry, before, following);
      try {
        Session session = open(settings, network, commits(settings, network), asked, following);
        HeadCache.put(registry, settings.home(), settings.id(), asked);
        return session;
      } catch (ObjectMissingException | PastStateException e) {
        boolean late = System.nanoTime() - giveUp >= 0;
        if (late || !mayBeGone(registry, asked.version(), e) || !pause(pauseMillis)) {
          throw e;
        }
        LOG.info("version {} may be gone, asking again", asked.version().version(), e);
      }
    }
  }

  /** What the registry says now, if it is not behind what was seen before. */
  private static HeadCache.Seen ask(
      EngineSettings settings,
      RegistryReader registry,
      Optional<SeenHead> before,
      Following following)
      throws InftException {
    long asked = System.nanoTime();
    Anchored newest =
        registry
            .head(settings.id())
            .newest()
            .orElseThrow(
                () -> new NotRegisteredException(settings.id().toString(), registry.describe()));
    following.read(newest.version(), asked);
    new HeadCheck(registry, settings.id()).requireNoRollback(before, Optional.of(newest));
    return new HeadCache.Seen(asked, newest);
  }

  /** Whether a version that could not be read may be taken back yet. */
  private static boolean mayBeGone(
      RegistryReader registry, Anchored version, InftException unread) {
    try {
      return !registry.isFinal(version.block());
    } catch (InftException e) {
      unread.addSuppressed(e);
      return false;
    }
  }

  /** False if the thread was interrupted. */
  private static boolean pause(long millis) {
    try {
      Thread.sleep(Math.min(millis, LAST_PAUSE_MILLIS));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Then it is asked for anew, and judged by what is said now. */
  private static boolean isBehind(Anchored head, SeenHead seen) {
    return head.version() < seen.version()
        || (head.version() == seen.version() && !head.anchor().root().equals(seen.root()));
  }

  private static Commits commits(EngineSettings settings, Network network) {
    return new Commits(
        network.store(),
        network.registry(),
        settings.id(),
        DatabaseScope.contextOf(network, settings.id()));
  }

  private static Session open(
      EngineSettings settings,
      Network network,
      Commits commits,
      HeadCache.Seen seen,
      Following following)
      throws InftException {
    Anchored version = seen.version();
    Secret secret = GenerationOpener.secretOf(settings);
    Digest context = DatabaseScope.contextOf(network, settings.id());
    Restore restore = new Restore(network.store(), context, commits, EngineThreads.pooled());
    Restore.Opened opened;
    try {
      opened =
          settings.session().at().isEmpty()
              ? restore.open(
                  version,
                  new Unlocking(secret, EngineThreads.pooled()),
                  settings.session().pages().isAllAtOnce())
              : new PastKeys(network.registry(), settings.id(), commits, context)
                  .open(restore, version, secret);
    } catch (InftException e) {
      throw ofHead(settings, version, e);
    }
    Path folder = WorkingCopy.claim(settings.home(), network, settings.id());
    if (settings.session().at().isEmpty()) {
      remember(network, folder, version);
    }
    SqliteLink.requireVersion();
    Optional<String> whyWhole =
        settings
            .session()
            .pages()
            .mode()
            .whyWhole(opened.tip().manifest(), PartialVersion::unavailable);
    PackAccess access = new PackAccess(network.store(), context, commits);
    try {
      Observed observed = Observations.of(settings.id().toString(), network.name());
      PastFolders.Taken taken =
          new PastFolders(folder, restore, opened, access, settings.session().pages(), observed)
              .take(whyWhole);
      return new PastSession(
          network, settings, commits, opened, taken, reason(settings), seen, following);
    } catch (InftException e) {
      throw ofHead(settings, version, e);
    }
  }

  /** Whoever asked for the newest version is told that it is that one, and of the way out. */
  static InftException ofHead(EngineSettings settings, Anchored version, InftException why) {
    return settings.session().at().isEmpty() && Unreadable.isWrong(why)
        ? new UnreadableHeadException(
            settings.id().toString(), version.version(), version.anchor().root().toString(), why)
        : why;
  }

  /**
   * A machine that only reads notices a rollback too. That the head could not be remembered is no
   * reason not to read it.
   */
  private static void remember(Network network, Path folder, Anchored version) {
    try {
      Optional<SeenHead> before = WorkingCopy.finalHead(folder);
      boolean newer = before.isEmpty() || before.get().version() < version.version();
      if (newer && network.registry().isFinal(version.block())) {
        WorkingCopy.rememberOfReader(folder, SeenHead.of(version, true));
      }
    } catch (InftException e) {
      LOG.warn("the head could not be remembered: {}", e.getMessage());
    }
  }

  private static String reason(EngineSettings settings) {
    if (settings.session().at().isPresent()) {
      return "it was opened with at="
          + settings.session().at().get()
          + "; connect without at to write";
    }
    return settings.session().mode() == EngineSettings.Mode.RO
        ? "it was opened with mode=ro; connect with mode=rw to write"
        : "no private key is set; set privateKey or privateKeyFile to write";
  }
}

package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.SettingsConflictException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database in this JVM while anybody uses it, and for a while after: its working copy, the line
 * that goes on, and lines that were put aside but are still open somewhere.
 */
final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final String key;
  private final Network network;
  private final Clock clock;
  private final byte[] salt = new byte[32];
  private final News news;

  // Mutable, guarded by this.
  private @Nullable Site site;
  private @Nullable OpenLine current;
  private @Nullable EngineSettings settings;
  private final Map<Digest, String> slotsOfProven = new HashMap<>();
  private Digest provenAgainst = Digest.ZERO;
  private @Nullable ScheduledFuture<?> lingering;
  private int sessions;
  private boolean dead;

  Engine(String key, DatabaseId id, Network network, Clock clock) {
    this.key = key;
    this.news = new News(id.toString(), clock);
    this.network = network;
    this.clock = clock;
    new SecureRandom().nextBytes(salt);
  }

  /** A line, its publisher, and how many sessions are bound to it. */
  static final class OpenLine {
    final Line line;
    final Publisher publisher;
    int sessions;

    OpenLine(Line line, Publisher publisher) {
      this.line = line;
      this.publisher = publisher;
    }
  }

  /**
   * Opens a session; empty when this engine is gone and another one must be made.
   *
   * @throws SettingsConflictException sessions are open that want it otherwise
   */
  synchronized Optional<Session> open(EngineSettings wanted, Network on) throws InftException {
    if (dead || isIdleWithOtherSettings(wanted, on)) {
      return Optional.empty();
    }
    boolean opened = false;
    try {
      OpenLine line = lineFor(wanted, on);
      news.look(siteOf().workingCopy().folder());
      Session session = new LiveSession(this, line, wanted, proveSecret(line.line, wanted));
      line.sessions++;
      sessions++;
      stopLingering();
      opened = true;
      return Optional.of(session);
    } finally {
      if (!opened && sessions == 0 && current == null) {
        die();
      }
    }
  }

  /**
   * Publishes a whole database file as the next version and ends; empty when this engine is gone.
   *
   * @throws SettingsConflictException connections are open
   */
  synchronized Optional<Anchored> push(EngineSettings wanted, Network on, Path image)
      throws InftException {
    if (dead || isIdleWithOtherSettings(wanted, on)) {
      return Optional.empty();
    }
    if (sessions > 0) {
      throw new SettingsConflictException("connections", Integer.toString(sessions), "0, to push");
    }
    try {
      if (current != null) {
        shut(current);
        current = null;
      }
      Opening opening = new Opening(siteFor(wanted), wanted);
      try (Line line = opening.replaced(image)) {
        return line.publish(true);
      }
    } catch (ForkException e) {
      news.told(Path.of(e.folder()));
      throw e;
    } finally {
      die();
    }
  }

  /** What nobody uses any more does not bind who comes next. */
  private boolean isIdleWithOtherSettings(EngineSettings wanted, Network on) {
    if (sessions > 0 || settings == null || !differs(settings, wanted, on)) {
      return false;
    }
    end();
    return true;
  }

  private boolean differs(EngineSettings open, EngineSettings wanted, Network on) {
    return !on.equals(network) || SharedSettings.difference(open, network, wanted, on).isPresent();
  }

  private OpenLine lineFor(EngineSettings wanted, Network on) throws InftException {
    OpenLine open = current;
    if (open != null && open.publisher.isFork()) {
      current = null;
      if (open.sessions == 0) {
        shut(open);
      }
      open = null;
    }
    // Who was kept to keys may have been given more since: its rights are asked for again.
    if (open != null
        && sessions == 0
        && (open.line.keysOnly().isPresent() || Opening.isBehind(siteOf(), open.line))) {
      shut(open);
      current = null;
      open = null;
    }
    if (open == null) {
      open = openLine(wanted);
      current = open;
      settings = wanted;
    } else if (sessions == 0 || settings == null) {
      settings = wanted;
    } else {
      requireNoConflict(settings, wanted, on);
    }
    proveSecret(open.line, wanted);
    return open;
  }

  private void requireNoConflict(EngineSettings open, EngineSettings wanted, Network on)
      throws SettingsConflictException {
    Optional<SettingsConflictException> conflict =
        SharedSettings.difference(open, network, wanted, on);
    if (conflict.isPresent()) {
      throw conflict.get();
    }
  }

  private Site siteOf() {
    return java.util.Objects.requireNonNull(site, "an open line has a site");
  }

  private Site siteFor(EngineSettings wanted) throws InftException {
    if (site == null) {
      Digest context = Site.contextOf(network, wanted.id());
      WorkingCopy copy = WorkingCopy.open(wanted.home(), network, wanted.id());
      site =
          new Site(
              wanted.id(),
              network,
              context,
              copy,
              new Commits(network.store(), context),
              wanted.renewAfter(),
              clock,
              new SecureRandom());
    }
    return siteOf();
  }

  private OpenLine openLine(EngineSettings wanted) throws InftException {
    Opening opening = new Opening(siteFor(wanted), wanted);
    Line line = opening.open();
    Publisher publisher;
    try {
      publisher = new Publisher(line, wanted.cadence(), wanted.id().toString());
      warnOfForks(publisher);
    } catch (InftException e) {
      throw Lines.closing(line, e);
    }
    opening.warnings().forEach(publisher::warn);
    publisher.start();
    line.resumeConsolidation();
    forgetProofsOfOthers(line);
    wanted
        .secret()
        .ifPresent(secret -> slotsOfProven.put(secret.fingerprint(salt), line.keys().openedBy()));
    return new OpenLine(line, publisher);
  }

  /** Beside the exception, which comes once, a warning for as long as nobody took note. */
  private void warnOfForks(Publisher publisher) throws InftException {
    List<Fork> pending =
        WorkingCopy.forks(siteOf().workingCopy().folder()).stream()
            .filter(Fork::isPending)
            .toList();
    if (!pending.isEmpty()) {
      publisher.warn(
          pending.size()
              + " put aside and not acknowledged (inft forks list "
              + siteOf().id()
              + "): "
              + pending.stream().map(Fork::sentence).collect(Collectors.joining("; ")));
    }
  }

  /**
   * Every connection proves its own secret, also on an engine that is open already.
   *
   * @return id of the slot that the secret opens
   */
  private String proveSecret(Line line, EngineSettings wanted) throws InftException {
    Secret secret =
        wanted
            .secret()
            .orElseThrow(
                () ->
                    new MissingSecretException(
                        "'" + wanted.id() + "'", "set password, passwordFile or encryptionKey"));
    forgetProofsOfOthers(line);
    Digest fingerprint = secret.fingerprint(salt);
    String slot = slotsOfProven.get(fingerprint);
    if (slot == null) {
      slot = Keys.open(line.keys().keyring(), secret).openedBy();
      slotsOfProven.put(fingerprint, slot);
    }
    return slot;
  }

  /** What opened one keyring need not open the next. */
  private void forgetProofsOfOthers(Line line) {
    Digest keyring = line.keys().keyring().hash();
    if (!keyring.equals(provenAgainst)) {
      slotsOfProven.clear();
      provenAgainst = keyring;
    }
  }

  /** Gives a session back; the last one publishes and starts the linger. */
  void release(OpenLine line, EngineSettings of) throws InftException {
    boolean last;
    synchronized (this) {
      line.sessions--;
      sessions--;
      last = line.sessions == 0;
    }
    if (!last) {
      return;
    }
    try {
      if (line.publisher.isFork()) {
        synchronized (this) {
          shut(line);
        }
      } else {
        publishAtLastClose(line, of);
      }
    } finally {
      synchronized (this) {
        if (sessions == 0 && !dead) {
          linger(of.ending().linger());
        }
      }
    }
  }

  /** What applications are still to be told. */
  News news() {
    return news;
  }

  private static void publishAtLastClose(OpenLine line, EngineSettings of) throws InftException {
    line.line.remember("inft.close", "{}");
    if (of.ending().onClose() == EngineSettings.OnClose.PUBLISH && line.line.hasUnpublished()) {
      line.publisher.await(line.publisher.ticket(), of.ending().timeout(), () -> false);
    }
  }

  private void linger(Duration linger) {
    stopLingering();
    if (linger.isZero()) {
      endIfIdle();
      return;
    }
    lingering = Workers.later(this::endIfIdle, linger.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stopLingering() {
    if (lingering != null) {
      lingering.cancel(false);
      lingering = null;
    }
  }

  /** Ends the engine if nobody uses it; called by the linger, and by the shutdown hook. */
  synchronized void endIfIdle() {
    if (sessions == 0 && !dead) {
      end();
    }
  }

  /** Ends the engine at JVM exit: publishes what can be published within the close timeout. */
  void endNow() {
    OpenLine open;
    EngineSettings of;
    synchronized (this) {
      open = current;
      of = settings;
    }
    if (open != null && of != null && !open.publisher.isFork()) {
      try {
        publishAtLastClose(open, of);
      } catch (InftException e) {
        LOG.warn("at exit: {}", e.getMessage());
      }
    }
    synchronized (this) {
      if (!dead) {
        end();
      }
    }
  }

  private void end() {
    stopLingering();
    OpenLine open = current;
    current = null;
    if (open != null) {
      shut(open);
    }
    die();
  }

  private void shut(OpenLine open) {
    open.publisher.close();
    try {
      open.line.close();
    } catch (InftException e) {
      LOG.warn("closing {}: {}", open.line.generation(), e.getMessage(), e);
    }
  }

  private void die() {
    dead = true;
    Engines.forget(key, this);
    if (site != null) {
      try {
        site.workingCopy().close();
      } catch (InftException e) {
        LOG.warn("unlocking {}: {}", key, e.getMessage(), e);
      }
    }
  }

  synchronized Site site() {
    return siteOf();
  }
}

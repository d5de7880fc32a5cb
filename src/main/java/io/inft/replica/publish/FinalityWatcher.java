package io.inft.replica.publish;

import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.RollbackException;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.replica.local.SeenHead;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.WriterState;
import io.inft.replica.restore.DatabaseScope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over own versions until their blocks are final, and sends again those that a
 * reorganisation took away. One thread works with it, others may look at it.
 */
public final class FinalityWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(FinalityWatcher.class);
  private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final DatabaseScope site;
  private final Sender sender;

  // Mutable, guarded by this.
  private final UnfinalizedVersions settling;
  private Duration pause = FIRST_LOOK;
  private long lookAtNanos = System.nanoTime();

  public FinalityWatcher(DatabaseScope site, Sender sender, UnfinalizedVersions settling) {
    this.site = site;
    this.sender = sender;
    this.settling = settling;
  }

  synchronized List<UnfinalizedVersions.Entry> entries() {
    return settling.entries();
  }

  synchronized boolean isDue() {
    return !settling.entries().isEmpty() && System.nanoTime() - lookAtNanos >= 0;
  }

  /** Takes note of a version that was anchored, before the line's state does. */
  public void anchored(WriterState.Outgoing version, Anchored anchored) throws InftException {
    boolean isFinal = isFinal(anchored.block());
    synchronized (this) {
      if (!isFinal) {
        settling.put(version, anchored.block());
        pause = FIRST_LOOK;
        lookAtNanos = System.nanoTime() + pause.toNanos();
      }
    }
    site.workingCopy().remember(SeenHead.of(anchored, isFinal));
  }

  /** Not to know is no failure here: then it is looked at again. */
  private boolean isFinal(Block block) throws InftException {
    try {
      return site.registry().isFinal(block);
    } catch (RegistryUnavailableException later) {
      LOG.debug("is block {} final?", block.number(), later);
      return false;
    }
  }

  /**
   * Forgets what is final by now; what is not part of the chain any more is sent again.
   *
   * @return the newest of the versions that were sent again
   */
  Optional<Anchored> look() throws InftException {
    synchronized (this) {
      lookAtNanos = System.nanoTime() + pause.toNanos();
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
    Registry registry = site.registry();
    for (UnfinalizedVersions.Entry one : entries()) {
      Block block = one.block();
      if (!registry.isFinal(block)) {
        boolean gone = !registry.isCanonical(block) && !registry.lagsBehind(block);
        return gone ? again() : Optional.empty();
      }
      site.workingCopy()
          .remember(
              new SeenHead(one.version().version(), one.version().commit().root(), block, true));
      synchronized (this) {
        settling.settled(one.version().version());
      }
    }
    return Optional.empty();
  }

  /**
   * Sends every version again that is not final: what is still there is recognised and costs
   * nothing.
   *
   * @return the newest one, where it is now
   * @throws HeadConflictException another writer took the place of one of them
   * @throws RegistryUnavailableException the endpoint only lags behind
   * @throws RollbackException the head went back below what was final
   */
  public Optional<Anchored> again() throws InftException {
    List<UnfinalizedVersions.Entry> entries = entries();
    Registry registry = site.registry();
    requireReorganised(entries);
    Optional<Anchored> newest = Optional.empty();
    for (UnfinalizedVersions.Entry one : entries) {
      Anchored anchored = sender.send(one.version());
      if (!anchored.block().equals(one.block())) {
        LOG.warn(
            "the chain was reorganised: version {} of '{}' is now in block {} instead of {}",
            anchored.version(),
            site.id(),
            anchored.block().number(),
            one.block().number());
      }
      synchronized (this) {
        settling.put(one.version(), anchored.block());
      }
      site.workingCopy().remember(SeenHead.of(anchored, registry.isFinal(anchored.block())));
      newest = Optional.of(anchored);
    }
    return newest;
  }

  private void requireReorganised(List<UnfinalizedVersions.Entry> entries) throws InftException {
    Registry registry = site.registry();
    Optional<Block> known =
        entries.isEmpty()
            ? site.workingCopy().finalHead().map(SeenHead::block)
            : Optional.of(entries.get(entries.size() - 1).block());
    boolean old =
        known.isPresent()
            && (registry.lagsBehind(known.get()) || registry.isCanonical(known.get()));
    if (old) {
      throw new RegistryUnavailableException(
          registry.describe(),
          "see a head that it showed before, in block " + known.get().number(),
          null);
    }
    if (entries.isEmpty()) {
      Head head = registry.head(site.id());
      Optional<SeenHead> was = site.workingCopy().finalHead();
      throw new RollbackException(
          site.id().toString(),
          was.map(SeenHead::version).orElse(0L),
          was.map(seen -> seen.root().toString()).orElse("none"),
          head.version(),
          head.root().toString());
    }
  }
}

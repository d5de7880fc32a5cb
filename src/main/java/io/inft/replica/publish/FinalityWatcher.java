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
import io.inft.replica.publish.policy.FinalityLooks;
import io.inft.replica.restore.DatabaseScope;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over own versions until their blocks are final, and sends again those that a
 * reorganisation took away. One thread works with it, others may look at it.
 */
public final class FinalityWatcher {
  private static final Logger LOG = LoggerFactory.getLogger(FinalityWatcher.class);

  private final DatabaseScope scope;
  private final Sender sender;
  private final LongSupplier nanos;

  // Mutable, guarded by this.
  private final UnfinalizedVersions unfinalized;
  private FinalityLooks looks;
  private long lookedAtNanos;

  public FinalityWatcher(DatabaseScope scope, Sender sender, UnfinalizedVersions unfinalized) {
    this(scope, sender, unfinalized, System::nanoTime);
  }

  /**
   * @param nanos the clock that pauses between two looks are measured with
   */
  FinalityWatcher(
      DatabaseScope scope, Sender sender, UnfinalizedVersions unfinalized, LongSupplier nanos) {
    this.scope = scope;
    this.sender = sender;
    this.unfinalized = unfinalized;
    this.nanos = nanos;
    this.looks = FinalityLooks.atOnce(nanos.getAsLong());
    this.lookedAtNanos = nanos.getAsLong() - FinalityLooks.OVERDUE.toNanos();
  }

  synchronized List<UnfinalizedVersions.Entry> entries() {
    return unfinalized.entries();
  }

  synchronized boolean isDue() {
    return !unfinalized.entries().isEmpty() && looks.isDue(nanos.getAsLong());
  }

  /** Whether the newest look was so long ago that nobody's commit may go before the next one. */
  synchronized boolean isOverdue() {
    return !unfinalized.entries().isEmpty()
        && nanos.getAsLong() - lookedAtNanos >= FinalityLooks.OVERDUE.toNanos();
  }

  /** Takes note of a version that was anchored, before the state of the generation does. */
  public void anchored(WriterState.Outgoing version, Anchored anchored) throws InftException {
    // What was anchored before it was not final either, when that was looked at last.
    boolean isFinal = entries().isEmpty() && isFinal(anchored.block());
    synchronized (this) {
      if (!isFinal) {
        unfinalized.put(version, anchored.block());
        looks = FinalityLooks.afterAnchoring(nanos.getAsLong());
      }
    }
    scope.workingCopy().remember(SeenHead.of(anchored, isFinal));
  }

  /** Not to know is no failure here: then it is looked at again. */
  private boolean isFinal(Block block) throws InftException {
    try {
      return scope.registry().isFinal(block);
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
      lookedAtNanos = nanos.getAsLong();
      looks = looks.looking(lookedAtNanos);
    }
    List<UnfinalizedVersions.Entry> entries = entries();
    int settled = finalOnes(entries);
    if (settled > 0) {
      UnfinalizedVersions.Entry newest = entries.get(settled - 1);
      long version = newest.version().version();
      scope
          .workingCopy()
          .remember(new SeenHead(version, newest.version().commit().root(), newest.block(), true));
      synchronized (this) {
        unfinalized.settled(version);
      }
    }
    return settled < entries.size() && (isGone(entries.get(settled).block()) || isNewestGone())
        ? again()
        : Optional.empty();
  }

  /**
   * How many of them are final, oldest first. What comes before a version in a final block is, so
   * not each has to be asked for: many are found final at once where versions follow one another.
   */
  private int finalOnes(List<UnfinalizedVersions.Entry> entries) throws InftException {
    Registry registry = scope.registry();
    int known = 0;
    int most = entries.size();
    for (int next = 0; known < most; next = (known + most) / 2) {
      if (registry.isFinal(entries.get(next).block())) {
        known = next + 1;
      } else {
        most = next;
      }
    }
    return known;
  }

  /** Forgets a version that was taken back. */
  synchronized void withdrawn(long version) throws InftException {
    unfinalized.withdrawn(version);
  }

  /** A short reorganisation takes the newest blocks alone. */
  private boolean isNewestGone() throws InftException {
    List<UnfinalizedVersions.Entry> all = entries();
    return !all.isEmpty() && isGone(all.get(all.size() - 1).block());
  }

  private boolean isGone(Block block) throws InftException {
    Registry registry = scope.registry();
    return !registry.isCanonical(block) && !registry.lagsBehind(block);
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
    Registry registry = scope.registry();
    requireReorganised(entries);
    Optional<Anchored> newest = Optional.empty();
    for (UnfinalizedVersions.Entry one : entries) {
      Anchored anchored = sender.send(one.version());
      if (!anchored.block().equals(one.block())) {
        LOG.warn(
            "the chain was reorganised: version {} of '{}' is now in block {} instead of {}",
            anchored.version(),
            scope.id(),
            anchored.block().number(),
            one.block().number());
      }
      synchronized (this) {
        unfinalized.put(one.version(), anchored.block());
      }
      scope.workingCopy().remember(SeenHead.of(anchored, registry.isFinal(anchored.block())));
      newest = Optional.of(anchored);
    }
    return newest;
  }

  private void requireReorganised(List<UnfinalizedVersions.Entry> entries) throws InftException {
    Registry registry = scope.registry();
    Optional<Block> known =
        entries.isEmpty()
            ? scope.workingCopy().finalHead().map(SeenHead::block)
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
      Head head = registry.head(scope.id());
      Optional<SeenHead> was = scope.workingCopy().finalHead();
      throw new RollbackException(
          scope.id().toString(),
          was.map(SeenHead::version).orElse(0L),
          was.map(seen -> seen.root().toString()).orElse("none"),
          head.version(),
          head.root().toString());
    }
  }
}

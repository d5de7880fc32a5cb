package io.inft.replica.publish;

import io.inft.commit.CommitObject;
import io.inft.failure.ForkException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.Kind;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.version.GenerationFolder;
import io.inft.replica.publish.version.OutboxWriter;
import io.inft.replica.publish.version.PackedPages;
import io.inft.replica.publish.version.PagePacker;
import io.inft.replica.publish.version.SealedVersion;
import io.inft.replica.publish.version.StagedVersion;
import io.inft.replica.publish.version.VersionContent;
import io.inft.replica.publish.version.VersionOrder;
import io.inft.replica.publish.version.VersionSealer;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Tip;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was committed from SQLite's log to the head. Each step can be the last one of a
 * process, and what it leaves is either the old head or the new one:
 *
 * <ol>
 *   <li>one position of the log is pinned: from here on all is read at that snapshot
 *   <li>the pages whose hash changed and the new events up to there are found
 *   <li>the pages are packed and sealed
 *   <li>events, SQL log and manifest are sealed, the commit object is signed
 *   <li>all of it is kept in the outbox, forced to disk
 *   <li>the state of the generation names it: the version is staged
 *   <li>its objects, and last its commit object, are stored
 *   <li>the registry signs, writes down and sends the anchor, and confirms that the head moved
 *   <li>the version is watched until its block is final
 *   <li>the state of the generation advances
 *   <li>callers that waited are let go
 * </ol>
 *
 * The publishing thread takes steps 1 to 7; steps 8 to 11 are taken on a thread of their own, for
 * one version after the other, while the next ones go through the first seven.
 */
final class Publish {
  private static final Logger LOG = LoggerFactory.getLogger(Publish.class);

  private final DatabaseScope scope;
  private final GenerationState state;
  private final Fencing fencing;
  private final Compactions compactions;
  private final Sender sender;
  private final FinalityWatcher finality;
  private final Consumer<PublishStep> watcher;
  private final PagePacker packer;
  private final VersionSealer sealer;
  private final OutboxWriter outbox;

  Publish(
      DatabaseScope scope,
      GenerationFolder folder,
      GenerationState state,
      Fencing fencing,
      Compactions compactions,
      Sender sender,
      FinalityWatcher finality,
      Consumer<PublishStep> watcher) {
    this.scope = scope;
    this.state = state;
    this.fencing = fencing;
    this.compactions = compactions;
    this.sender = sender;
    this.finality = finality;
    this.watcher = watcher;
    this.packer = new PagePacker(scope, folder);
    this.sealer = new VersionSealer(scope, folder);
    this.outbox = new OutboxWriter(folder);
  }

  /** Steps 1 to 6; empty if there was nothing to publish. */
  Optional<Tip> stage(Staging.Wanted wanted) throws InftException {
    state.requireBase(wanted);
    long began = System.nanoTime();
    try (Staging staging = Staging.pin(state, wanted)) { // 1
      reached(PublishStep.PINNED);
      VersionOrder order = staging.order();
      VersionContent content = staging.content(scope.random()); // 2
      reached(PublishStep.READ);
      if (content.isNothing()) {
        return staging.nothing();
      }
      wanted.requireAllowed(content);
      state.requirePages(content, order.pin());
      PackedPages pages = packer.pack(order, content); // 3
      reached(PublishStep.PACKED);
      SealedVersion sealed = sealer.seal(order, content, pages); // 4
      reached(PublishStep.SEALED);
      StagedVersion version = outbox.keep(order, content, pages, sealed); // 5
      reached(PublishStep.KEPT);
      Tip staged = staging.staged(version); // 6
      reached(PublishStep.STAGED);
      compactions.beginIfWorthIt(order.pin(), staged); // beside the rest
      scope.observed().published(staged.version(), System.nanoTime() - began);
      return Optional.of(staged);
    }
  }

  /**
   * Step 7, for all that is staged.
   *
   * @return whether anything was not stored before
   */
  boolean store() throws InftException {
    boolean any = false;
    for (WriterState.Outgoing version : state.written().outgoing()) {
      any |= store(version);
    }
    return any;
  }

  private boolean store(WriterState.Outgoing version) throws InftException {
    long began = System.nanoTime();
    boolean stored = sender.upload(version); // 7
    if (stored) {
      scope.observed().stored(version.version(), version.sizeBytes(), System.nanoTime() - began);
      reached(PublishStep.STORED);
    }
    return stored;
  }

  /**
   * Steps 8 to 10, for a version that is stored.
   *
   * @return where it is; empty if another writer was first and it was taken back, because it only
   *     carried others
   * @throws ForkException another writer moved the head first; the generation was put aside
   */
  Optional<Anchored> anchor(WriterState.Outgoing version, Anchoring anchoring)
      throws InftException {
    long began = System.nanoTime();
    while (true) {
      try {
        Anchored anchored = sender.anchor(version, anchoring); // 8
        scope
            .observed()
            .anchored(
                version.version(),
                version.sizeBytes(),
                version.inlined(),
                System.nanoTime() - began);
        reached(PublishStep.ANCHORED);
        finality.anchored(version, anchored); // 9
        reached(PublishStep.WATCHED);
        state.advance(anchored, finality.entries()); // 10
        reached(PublishStep.ADVANCED);
        return Optional.of(anchored);
      } catch (HeadConflictException e) {
        if (e.foundVersion() >= e.expectedVersion()) {
          if (version.kind().equals(Kind.ARCHIVE) && withdrawFold()) {
            LOG.info("another writer carries what version {} would have", version.version());
            return Optional.empty();
          }
          throw lost(e);
        }
        // The head went back below our own versions: a reorganisation, or this is old news.
        sendAgain(finality::again);
      }
    }
  }

  /**
   * Takes back what only carries others, if it is all that is staged.
   *
   * @return false if it cannot be done without a loss
   */
  boolean withdrawFold() throws InftException {
    boolean withdrawn = state.withdrawFold();
    if (withdrawn) {
      sender.withdrawnTo(state.written().newest());
    }
    return withdrawn;
  }

  /**
   * Has the only version on its way, which carries others, go along with its anchor instead.
   *
   * @param mostBytes the longest commit object that may
   * @return false if it cannot
   */
  boolean goAlong(int mostBytes) throws InftException {
    Optional<Tip> carrier = state.changeable();
    if (carrier.isEmpty() || carrier.get().commit().body().archive().isEmpty()) {
      return false;
    }
    CommitObject small = sealer.withoutArchive(carrier.get().commit());
    return small.sizeBytes() <= mostBytes && state.goAlong(small);
  }

  /** Steps 7 to 10 for all that is staged, oldest first; the newest that was anchored. */
  Optional<Anchored> send(Anchoring anchoring) throws InftException {
    Optional<Anchored> newest = Optional.empty();
    for (Optional<WriterState.Outgoing> next = state.oldestOutgoing();
        next.isPresent();
        next = state.oldestOutgoing()) {
      store(next.get());
      Optional<Anchored> anchored = anchor(next.get(), anchoring);
      newest = anchored.isPresent() ? anchored : newest;
    }
    return newest;
  }

  /** Step 11; true if anybody waited. */
  boolean letGo(PublishTickets tickets) {
    WriterState now = state.written();
    // With nothing on its way, what was taken back is not waited for either.
    boolean any =
        tickets.anchored(now.outgoing().isEmpty() ? Long.MAX_VALUE : now.anchored()); // 11
    if (any) {
      reached(PublishStep.LET_GO);
    }
    return any;
  }

  /** A step that may find own versions in other blocks than before. */
  interface Again {
    /** The newest version that was sent again, where it is now. */
    Optional<Anchored> run() throws InftException;
  }

  /**
   * Has versions sent again that a reorganisation took away.
   *
   * @throws ForkException another writer took the place of such a version
   */
  void sendAgain(Again step) throws InftException {
    Optional<Anchored> moved;
    try {
      moved = step.run();
    } catch (HeadConflictException e) {
      long lost = e.expectedVersion() + 1;
      if (e.foundVersion() >= lost && state.loseFold(lost)) {
        finality.withdrawn(lost);
        sender.withdrawnTo(state.written().newest());
        LOG.info("another writer carries what version {} did, the chain was reorganised", lost);
        return;
      }
      throw lost(e);
    }
    if (moved.isPresent()) {
      state.moved(moved.get(), finality.entries());
    }
  }

  /** Another writer was first, so what was sent ahead behind a version is in vain too. */
  private ForkException lost(HeadConflictException conflict) throws InftException {
    ForkException fork = fencing.putAside(conflict);
    sender.giveUp(state.written().outgoing());
    return fork;
  }

  private void reached(PublishStep step) {
    watcher.accept(step);
  }
}

package io.inft.replica;

import io.inft.bytes.DurableFiles;
import io.inft.capture.CaptureJournal;
import io.inft.capture.PageSet;
import io.inft.failure.ExistingDatabaseException;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PastStateException;
import io.inft.failure.UnreadableHeadException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.registry.Rights;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Fork;
import io.inft.replica.local.IdleGeneration;
import io.inft.replica.local.MissingHead;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.FinalityWatcher;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.MissingRight;
import io.inft.replica.publish.Rekeying;
import io.inft.replica.publish.Sender;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Foundation;
import io.inft.replica.restore.HeadCheck;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.Tip;
import io.inft.seal.DataKey;
import io.inft.seal.SlotRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a whole database in the place of the newest version. Where that can be read, it is opened
 * first, and what this machine has unpublished is published before it. Where it cannot:
 *
 * <ol>
 *   <li>whoever asks has named the version that is replaced, and it is the head
 *   <li>{@link Foundation} finds the keyring that the registry vouches for, and where the event log
 *       stands; without such a keyring a new epoch begins, for which KEYADMIN is needed
 *   <li>a generation is put together beside the others, with the new version staged in it: it names
 *       the root of the head it follows, and its event log says which version that was
 *   <li>what this machine has unpublished is put aside as a fork
 *   <li>the generation gets its name, and the version is sent
 * </ol>
 *
 * Killed before the last step, nothing has changed. Killed within it, the version is on this disk
 * and goes out when the database is opened next, but not with another replacement.
 *
 * <p>If it fails, and nothing that was sent can still take effect, it is taken back: it must not go
 * out later, when the caller has long done something else.
 */
final class Replacing {
  private static final Logger LOG = LoggerFactory.getLogger(Replacing.class);

  private final DatabaseScope scope;
  private final EngineSettings settings;
  private final Opening opening;
  private final GenerationOpener generations;

  Replacing(DatabaseScope scope, EngineSettings settings) throws InftException {
    this.scope = scope;
    this.settings = settings;
    this.opening = new Opening(scope, settings);
    this.generations = opening.generations();
  }

  Anchored run(Replacement what) throws InftException {
    if (what.begins()) { // before anything is restored, and where that could not be
      Importing.requireNoVersion(scope.id(), scope.registry());
    }
    leaveInterrupted(what);
    GenerationWriter before;
    try {
      before = opening.open();
    } catch (UnreadableHeadException e) {
      if (what.over().isEmpty()) {
        throw e;
      }
      return over(what, e);
    } catch (WrongKeyException | NoSlotException e) {
      if (what.over().isEmpty()) {
        throw e;
      }
      return over(what, e);
    }
    if (what.over().isPresent()) {
      throw GenerationOpener.closing(
          before,
          new PastStateException(
              "that could be replaced unread",
              "version "
                  + before.state().anchored()
                  + " is the newest and can be read: leave out --over-unreadable"));
    }
    if (what.begins()) {
      requireNothing(before);
    }
    GenerationWriter writer = instead(before, what);
    Anchored anchored;
    try (writer) {
      anchored = writer.publish(true).orElseThrow();
    } catch (InftException e) {
      throw takenBack(
          writer.generation(), Optional.of(before.generation()), before.state().anchored(), e);
    }
    ReplacementMark.remove(writer.generation());
    scope.workingCopy().discard(before.generation());
    return anchored;
  }

  private void requireNothing(GenerationWriter before) throws InftException {
    boolean isNew = false;
    try {
      isNew = before.state().newest() == 0 && !before.hasUnpublished();
    } finally {
      if (!isNew) {
        before.close();
      }
    }
    if (!isNew) {
      throw new ExistingDatabaseException(
          scope.id().toString(), "is begun on this machine and holds what is not published yet");
    }
  }

  /**
   * What a replacement left that was interrupted must not go out with this one, unless it may have
   * gone out already. Of an import nothing is kept: what was imported is still where it was.
   */
  private void leaveInterrupted(Replacement what) throws InftException {
    Optional<Path> current = scope.workingCopy().currentNotPutAside();
    Optional<ReplacementMark> mark =
        current.isPresent() ? ReplacementMark.in(current.get()) : Optional.empty();
    if (mark.isEmpty()) {
      return;
    }
    WriterState state = WriterState.read(current.get());
    if (state.anchored() > mark.get().follows() || maySucceed(current.get(), state)) {
      return;
    }
    if (what.begins() && mark.get().isImport()) {
      scope.workingCopy().goBack(current.get(), state, Optional.empty(), scope.clock().instant());
    } else {
      scope
          .workingCopy()
          .putAside(
              current.get(),
              state,
              Fork.Kind.FORK,
              "it was to become the newest version, was interrupted, and another took its place",
              scope.clock().instant());
    }
  }

  /** Whether a version that is on its way was anchored, or its anchor was sent. */
  private boolean maySucceed(Path generation, WriterState state) throws InftException {
    if (state.outgoing().isEmpty()) {
      return false;
    }
    long head = new HeadCheck(scope.registry(), scope.id()).read().map(Head::version).orElse(0L);
    ObjectFolder objects = new ObjectFolder(generation, scope.store());
    for (WriterState.Outgoing one : state.outgoing()) {
      if (head >= one.version()
          || scope.registry().isUnderWay(Sender.request(scope.id(), one, objects))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Goes back to where this machine was; what cannot be known to have failed is left to be sent.
   *
   * @param before the generation to go back to; empty if there is none
   * @param head the version that was to be followed
   */
  private InftException takenBack(
      Path generation, Optional<Path> before, long head, InftException why) {
    if (why instanceof OutcomeUnknownException) {
      return why;
    }
    try {
      WriterState state = WriterState.read(generation);
      boolean isPublished = state.anchored() > head;
      if (state.putAside().isEmpty() && !isPublished && !maySucceed(generation, state)) {
        scope.workingCopy().goBack(generation, state, before, scope.clock().instant());
      }
    } catch (InftException second) {
      LOG.warn("what was to replace '{}' is left on this disk and may be sent", scope.id());
      why.addSuppressed(second);
    }
    return why;
  }

  /** A new generation whose first version will be a snapshot, on top of the newest version. */
  private GenerationWriter instead(GenerationWriter before, Replacement what) throws InftException {
    WriterState state;
    Optional<Tip> tip;
    Keys keys;
    try {
      opening.requireWriter();
      if (before.hasUnpublished() || !before.state().outgoing().isEmpty()) {
        before.publish(false);
      }
      state = before.state();
      tip = before.tip();
      keys = before.keys();
    } finally {
      before.close();
    }
    Path building = begin(what.image());
    WriterState fresh = WriterState.empty();
    if (state.newestCommit().isPresent()) {
      fresh =
          fresh.withAnchored(
              state.anchored(),
              state.newestCommit().get(),
              state.confirmed().block(),
              state.confirmed().timeSeconds());
      ObjectFolder objects = new ObjectFolder(building, scope.store());
      objects.keep(tip.orElseThrow().commit().toBytes());
      fresh = fresh.withInlined(state.tail());
      objects.copyAll(
          state.tail().stream().map(WriterState.Inlined::commit).toList(),
          new ObjectFolder(before.generation(), scope.store()));
    } else {
      DurableFiles.replace(building.resolve(GenerationOpener.KEYRING), keys.keyring().toBytes());
    }
    for (WriterState.PendingEvent event : what.events(scope.clock().millis())) {
      fresh = fresh.withPending(event);
    }
    fresh.write(building);
    UnfinalizedVersions.handOn(before.generation(), building, scope.store());
    new ReplacementMark(fresh.newest(), what.kind()).write(building);
    new CaptureJournal(fresh.newest(), false, new PageSet()).write(building);
    Path generation = scope.workingCopy().adopt(building);
    GenerationWriter writer = generations.resumed(generation, fresh, Optional.empty());
    what.kind().ifPresent(writer::nextIs);
    return writer;
  }

  private Path begin(Path image) throws InftException {
    Path building = scope.workingCopy().beginGeneration();
    DurableFiles.take(image, building.resolve(WorkingCopy.DATABASE));
    return building;
  }

  /**
   * On top of a head that nobody can read, or not with this secret.
   *
   * @param why that is so
   */
  private Anchored over(Replacement what, InftException why) throws InftException {
    Head head = scope.registry().head(scope.id());
    Anchored newest = head.newest().orElseThrow(() -> why);
    long named = what.over().orElseThrow();
    if (newest.version() != named) {
      why.addSuppressed(
          new PastStateException(
              "that could be replaced unread",
              "version " + newest.version() + " is the newest, not version " + named));
      throw why;
    }
    opening.requireWriter();
    Foundation ground =
        Foundation.find(
            scope,
            new Restore(scope.store(), scope.context(), scope.commits(), EngineThreads.pooled()),
            head,
            GenerationOpener.secretOf(settings));
    boolean newEpoch = what.epoch().isPresent() || ground.keys().isEmpty();
    Keys keys = newEpoch ? newEpoch(ground, what) : ground.keys().orElseThrow();
    LOG.warn(
        "version {} of '{}' ({}) is replaced unread: {}",
        named,
        scope.id(),
        newest.anchor().root(),
        why.getMessage());
    Path building = begin(what.image());
    stage(building, ground, keys, newEpoch, what);
    new ReplacementMark(newest.version(), what.kind()).write(building);
    Optional<Path> older = asideOrOlder(newest);
    Path generation = scope.workingCopy().adopt(building);
    if (older.isPresent()) {
      scope.workingCopy().discard(older.get());
    }
    MissingHead.forget(scope.workingCopy().folder());
    try {
      Anchored anchored = send(generation);
      ReplacementMark.remove(generation);
      return anchored;
    } catch (InftException e) {
      throw takenBack(generation, Optional.empty(), newest.version(), e);
    }
  }

  private Keys newEpoch(Foundation ground, Replacement what) throws InftException {
    requireKeyAdmin();
    boolean linkBack = what.epoch().map(KeyChange.NewEpoch::linkBack).orElse(true);
    Optional<DataKey> link = linkBack ? ground.link() : Optional.empty();
    List<SlotRequest> slots =
        what.epoch()
            .map(KeyChange.NewEpoch::slots)
            .orElse(List.of(settings.slotFor(GenerationOpener.secretOf(settings))));
    return Rekeying.begin(
        scope, ground.head().keyEpoch() + 1, ground.head().version() + 1, link, slots);
  }

  private void requireKeyAdmin() throws InftException {
    var account = scope.signer().address();
    Rights rights = scope.registry().rights(scope.id(), account);
    if (!rights.keyAdmin()) {
      throw MissingRight.KEYADMIN.failure(scope.id(), account, rights);
    }
  }

  private void stage(
      Path building, Foundation ground, Keys keys, boolean newEpoch, Replacement what)
      throws InftException {
    Anchored newest = ground.head().newest().orElseThrow();
    WriterState state =
        WriterState.empty()
            .withAnchored(
                newest.version(),
                Commits.refOf(newest),
                newest.block().number(),
                newest.block().timeSeconds());
    ObjectFolder objects = new ObjectFolder(building, scope.store());
    state = state.withInlined(scope.commits().keepTail(newest, Optional.empty(), objects));
    long now = scope.clock().millis();
    state = state.withPending(Replacement.replaced(now, newest));
    for (WriterState.PendingEvent event : what.events(now)) {
      state = state.withPending(event);
    }
    state = newEpoch ? state.withPending(Rekeying.event(now, "epoch", keys)) : state;
    state.write(building);
    try (GenerationWriter writer =
        generations.followingUnread(
            building, state, keys, ground.manifest().map(found -> found.stateKey()))) {
      writer.follow(ground.predecessor(scope));
      what.kind().ifPresent(writer::nextIs);
      writer.stage(true);
    }
  }

  /** What this machine had: put aside if it holds anything of its own, else given back to go. */
  private Optional<Path> asideOrOlder(Anchored newest) throws InftException {
    Optional<Path> current = scope.workingCopy().currentNotPutAside();
    if (current.isEmpty()) {
      return Optional.empty();
    }
    WriterState state = WriterState.read(current.get());
    if (!new IdleGeneration(current.get(), state).hasUnpublished()) {
      return current;
    }
    String reason =
        "version "
            + newest.version()
            + ", which cannot be read, was replaced while this machine had unpublished commits on"
            + " version "
            + state.anchored();
    LOG.warn("{}; they are kept in {}", reason, current.get());
    scope
        .workingCopy()
        .putAside(current.get(), state, Fork.Kind.FORK, reason, scope.clock().instant());
    return Optional.empty();
  }

  /** Sends what is staged; if that fails it stays staged, and the next opening goes on. */
  private Anchored send(Path generation) throws InftException {
    WriterState state = WriterState.read(generation);
    ObjectFolder objects = new ObjectFolder(generation, scope.store());
    Sender sender = new Sender(scope.id(), scope.store(), scope.registry(), objects);
    FinalityWatcher finality =
        new FinalityWatcher(scope, sender, UnfinalizedVersions.open(generation));
    WriterState.Outgoing version = state.outgoing().get(0);
    Anchored anchored = sender.send(version);
    finality.anchored(version, anchored);
    state
        .withAnchored(
            anchored.version(),
            Commits.refOf(anchored),
            anchored.block().number(),
            anchored.block().timeSeconds())
        .write(generation);
    return anchored;
  }
}

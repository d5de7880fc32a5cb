package io.inft.replica;

import io.inft.bytes.Scratch;
import io.inft.capture.LogAtRest;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.RollbackException;
import io.inft.pack.PackReader;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Fork;
import io.inft.replica.local.IdleGeneration;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.SeenHead;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.partial.PartialBase;
import io.inft.replica.partial.PartialVersion;
import io.inft.replica.publish.FinalityWatcher;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.MissingRight;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.Sender;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.HeadCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow from the chain to an open generation. It compares what this machine has with the head
 * and decides:
 *
 * <ul>
 *   <li>nothing here: restore the head, or begin a new database
 *   <li>at the head: go on
 *   <li>ahead: go on, and send what is staged
 *   <li>behind: rebuild from what differs
 *   <li>both moved: this generation is put aside as a fork, the head is restored
 * </ul>
 */
public final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private final DatabaseScope scope;
  private final Path home;
  private final HeadCheck heads;
  private final List<String> warnings = new ArrayList<>();
  private final GenerationOpener generations;
  private Optional<NotAuthorizedException> keysOnly = Optional.empty();

  public Opening(DatabaseScope scope, EngineSettings settings) throws MissingSecretException {
    this(scope, settings, EngineThreads.pooled(), step -> {});
  }

  /**
   * @param deriving does what takes long beside the rest
   * @param watcher told of each step of a publish; for tests that stop it there
   */
  public Opening(
      DatabaseScope scope,
      EngineSettings settings,
      Executor deriving,
      Consumer<PublishStep> watcher)
      throws MissingSecretException {
    this.scope = scope;
    this.home = settings.home();
    this.heads = new HeadCheck(scope.registry(), scope.id());
    this.generations = new GenerationOpener(scope, settings, deriving, warnings::add, watcher);
  }

  /** What the first session should be told. */
  List<String> warnings() {
    return warnings;
  }

  public GenerationWriter open() throws InftException {
    PackReader.loadCodecs();
    generations.beginUnlocking();
    Optional<Head> head = heads.read();
    if (head.isPresent()) {
      requireRight(head.get());
    }
    Optional<Anchored> newest = head.flatMap(Head::newest);
    heads.requireNoRollback(scope.workingCopy().finalHead(), newest);
    GenerationWriter writer = generation(head, newest);
    if (keysOnly.isPresent()) {
      keepToKeys(writer, keysOnly.get());
    }
    return writer;
  }

  private GenerationWriter generation(Optional<Head> head, Optional<Anchored> newest)
      throws InftException {
    Optional<Path> current = scope.workingCopy().currentNotPutAside();
    sweep(current);
    if (current.isEmpty()) {
      return newest.isPresent()
          ? generations.restored(newest.get(), Optional.empty())
          : generations.begun(head);
    }
    GenerationWriter writer = continued(current.get(), newest);
    // What was sent meanwhile is newer, and remembered.
    newest
        .filter(seen -> seen.version() >= writer.state().anchored())
        .ifPresent(generations::rememberHead);
    return writer;
  }

  /** What an account without WRITER may not publish must not be there. */
  private void keepToKeys(GenerationWriter writer, NotAuthorizedException reason)
      throws InftException {
    boolean stuck;
    try {
      stuck = writer.hasCommits();
    } catch (InftException e) {
      throw GenerationOpener.closing(writer, e);
    }
    if (stuck) {
      throw GenerationOpener.closing(writer, reason);
    }
    String text = "this connection reads and changes keys: " + reason.getMessage();
    writer.keepToKeys(text);
    warnings.add(text);
  }

  /** Whoever may only change keys puts no other database in this one's place. */
  void requireWriter() throws NotAuthorizedException {
    if (keysOnly.isPresent()) {
      throw keysOnly.get();
    }
  }

  GenerationOpener generations() {
    return generations;
  }

  private void requireRight(Head head) throws InftException {
    var account =
        scope
            .registry()
            .account()
            .orElseThrow(
                () -> new NotAuthorizedException(scope.id().toString(), "nobody", "write to"));
    Rights rights = scope.registry().rights(head.id(), account);
    boolean first = head.version() == 0; // it is made by a rotation
    if (!rights.writer()) {
      NotAuthorizedException reason = MissingRight.WRITER.failure(scope.id(), account, rights);
      if (first || !rights.keyAdmin()) {
        throw reason;
      }
      keysOnly = Optional.of(reason);
    } else if (first && !rights.keyAdmin()) {
      throw MissingRight.KEYADMIN.failure(scope.id(), account, rights);
    }
  }

  /** Whether the head moved away from an idle generation that has nothing of its own. */
  static boolean isBehind(DatabaseScope scope, GenerationWriter writer) throws InftException {
    HeadCheck heads = new HeadCheck(scope.registry(), scope.id());
    Optional<Anchored> newest = heads.read().flatMap(Head::newest);
    heads.requireNoRollback(scope.workingCopy().finalHead(), newest);
    return newest.isPresent()
        && newest.get().version() > writer.state().newest()
        && !writer.hasUnpublished();
  }

  private GenerationWriter continued(Path generation, Optional<Anchored> newest)
      throws InftException {
    WriterState state = WriterState.read(generation);
    Optional<Anchored> arrived =
        newest.isPresent() ? arrived(state, newest.get()) : Optional.empty();
    if (arrived.isPresent()) {
      Anchored unseen = arrived.get();
      putUnfinalized(generation, state, unseen);
      state =
          state.withAnchored(
              unseen.version(),
              Commits.refOf(unseen),
              unseen.block().number(),
              unseen.block().timeSeconds());
      state.write(generation);
    }
    if (!isAt(state, newest)) {
      return left(generation, state, newest);
    }
    if (LogAtRest.lostTail(generation.resolve(WorkingCopy.DATABASE), state.staged())) {
      LOG.warn(
          "the machine lost the end of the log of {}; all of it was staged, restoring", generation);
      return rebuiltFromStaged(generation, state, newest);
    }
    Optional<String> damage = PartialBase.damage(generation);
    if (damage.isPresent()) {
      return insteadOfDamaged(generation, state, newest, damage.get());
    }
    if (newest.isPresent() && cannotBeCompleted(generation, state)) {
      LOG.warn("the pages of {} cannot be brought here, restoring all of it", generation);
      return instead(generations.restoredAnew(newest.get(), generation), generation);
    }
    try {
      GenerationWriter writer = generations.resumed(generation, state, newest);
      return takenUp(generation, state, writer);
    } catch (ForeignChangeException e) {
      return besideForeign(generation, state, newest, e);
    }
  }

  /**
   * Whether another process began it before all pages were here, this one cannot go on with that,
   * and nothing is lost with it.
   */
  private static boolean cannotBeCompleted(Path generation, WriterState state)
      throws InftException {
    return PartialVersion.isPartial(generation.resolve(WorkingCopy.DATABASE))
        && PartialVersion.unavailable().isPresent()
        && !new IdleGeneration(generation, state).hasUnpublished();
  }

  /** What is here of it cannot be gone on with: it is put aside if anything is lost with it. */
  private GenerationWriter insteadOfDamaged(
      Path generation, WriterState state, Optional<Anchored> newest, String damage)
      throws InftException {
    if (newest.isPresent() && !new IdleGeneration(generation, state).hasUnpublished()) {
      LOG.warn("{}: {}; nothing is lost, restoring it", generation, damage);
      return instead(generations.restoredAnew(newest.get(), generation), generation);
    }
    String database = generation.resolve(WorkingCopy.DATABASE).toString();
    return besideForeign(generation, state, newest, new ForeignChangeException(database, damage));
  }

  /** What a replacement left that was interrupted is a generation like others from now on. */
  private static GenerationWriter takenUp(
      Path generation, WriterState state, GenerationWriter writer) throws InftException {
    try {
      ReplacementMark.takeUp(generation, state.newest()).ifPresent(writer::nextIs);
      return writer;
    } catch (InftException e) {
      throw GenerationOpener.closing(writer, e);
    }
  }

  /**
   * The file here is not what SQLite left: the generation is put aside whole, and the head is
   * restored beside it. What was staged is sealed and honest, so it is sent first.
   */
  private GenerationWriter besideForeign(
      Path generation, WriterState state, Optional<Anchored> newest, ForeignChangeException found)
      throws InftException {
    Optional<Anchored> head = sendStaged(generation, state, newest);
    WriterState left = WriterState.read(generation);
    scope
        .workingCopy()
        .putAside(
            generation,
            left,
            Fork.Kind.FOREIGN_CHANGE,
            String.valueOf(found.getMessage()),
            scope.clock().instant());
    LOG.warn("{}; it is kept in {}", found.getMessage(), generation);
    return head.isPresent()
        ? generations.restoredAnew(head.get(), generation)
        : generations.begun(heads.read());
  }

  /**
   * The newest version on its way whose anchor went through, though its confirmation was never
   * seen. Others may have built upon it since.
   */
  private Optional<Anchored> arrived(WriterState state, Anchored newest) throws InftException {
    for (int i = state.outgoing().size() - 1; i >= 0; i--) {
      WriterState.Outgoing one = state.outgoing().get(i);
      if (one.version() <= newest.version()) {
        Anchored there =
            one.version() == newest.version()
                ? newest
                : scope.registry().version(scope.id(), one.version(), 0);
        if (there.anchor().root().equals(one.commit().root())) {
          return Optional.of(there);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Clears what a process left that died between two steps: half-built and half-deleted folders,
   * and generations that were finished but never gone on with.
   */
  private void sweep(Optional<Path> current) throws InftException {
    Scratch.sweepHome(home);
    scope.workingCopy().forgetUnfinished();
    for (Fork fork : WorkingCopy.forks(scope.workingCopy().folder())) {
      if (fork.stagedVersions() > 0) {
        giveUp(fork.generation());
      }
    }
    for (Path generation : scope.workingCopy().generations()) {
      boolean left = IdleGeneration.isUntouched(generation) || ReplacementMark.isLeft(generation);
      if (left && !generation.equals(current.orElse(null))) {
        LOG.info("{} was never gone on with", generation);
        scope.workingCopy().discard(generation);
      }
    }
  }

  /** What was sent of a generation that was put aside may have been on its way until now. */
  private void giveUp(Path generation) throws InftException {
    ObjectFolder objects = new ObjectFolder(generation, scope.store());
    new Sender(scope.id(), scope.store(), scope.registry(), objects)
        .giveUp(WriterState.read(generation).outgoing());
  }

  private void putUnfinalized(Path generation, WriterState state, Anchored newest)
      throws InftException {
    if (!scope.registry().isFinal(newest.block())) {
      UnfinalizedVersions unfinalized = UnfinalizedVersions.open(generation);
      for (WriterState.Outgoing one : state.outgoing()) {
        if (one.version() <= newest.version()) {
          unfinalized.put(one, newest.block());
        }
      }
    }
  }

  private static boolean isAt(WriterState state, Optional<Anchored> newest) {
    return newest.isEmpty()
        ? state.anchored() == 0
        : newest.get().version() == state.anchored()
            && newest.get().anchor().root().equals(state.anchoredRoot());
  }

  /** The head is not ours: either this machine is behind, or both moved. */
  private GenerationWriter left(Path generation, WriterState state, Optional<Anchored> newest)
      throws InftException {
    if (newest.isEmpty() || newest.get().version() < state.anchored()) {
      return wentBack(generation, state, newest);
    }
    return overtaken(generation, state, newest.get());
  }

  /**
   * The head is older than this generation. What was anchored in a block that was not final, and is
   * gone, is sent again.
   */
  private GenerationWriter wentBack(Path generation, WriterState state, Optional<Anchored> newest)
      throws InftException {
    UnfinalizedVersions unfinalized = UnfinalizedVersions.open(generation);
    if (!unfinalized.entries().isEmpty()) {
      Sender sender =
          new Sender(
              scope.id(),
              scope.store(),
              scope.registry(),
              new ObjectFolder(generation, scope.store()));
      try {
        Optional<Anchored> again = new FinalityWatcher(scope, sender, unfinalized).again();
        return continued(generation, again);
      } catch (HeadConflictException another) {
        Optional<Anchored> winner = heads.read().flatMap(Head::newest);
        return overtaken(generation, state, winner.orElseThrow(() -> rollback(state, newest)));
      }
    }
    Optional<SeenHead> seen = scope.workingCopy().seenHead();
    boolean neverFinal =
        seen.isPresent() && !seen.get().isFinal() && seen.get().version() >= state.anchored();
    if (!neverFinal || newest.isEmpty()) {
      throw rollback(state, newest);
    }
    if (scope.registry().lagsBehind(seen.get().block())) {
      throw heads.lagging(seen.get().block());
    }
    return overtaken(generation, state, newest.get());
  }

  private RollbackException rollback(WriterState state, Optional<Anchored> newest) {
    return new RollbackException(
        scope.id().toString(),
        state.anchored(),
        state.anchoredRoot().toString(),
        newest.map(Anchored::version).orElse(0L),
        newest.map(found -> found.anchor().root().toString()).orElse("none"));
  }

  /** The head is another one than this generation leads to: whatever is only here is put aside. */
  private GenerationWriter overtaken(Path generation, WriterState state, Anchored newest)
      throws InftException {
    if (isDisplaced(generation, newest) || new IdleGeneration(generation, state).hasUnpublished()) {
      String reason =
          "another writer published version "
              + newest.version()
              + " while this machine had"
              + " unpublished commits on version "
              + state.anchored();
      scope
          .workingCopy()
          .putAside(generation, state, Fork.Kind.FORK, reason, scope.clock().instant());
      LOG.warn("{}; they are kept in {}", reason, generation);
      return generations.restored(newest, Optional.empty());
    }
    LOG.info("version {} is here, restoring version {}", state.anchored(), newest.version());
    return instead(generations.restored(newest, generations.reuse(generation, state)), generation);
  }

  /** Whether a version of this generation was anchored once and another one has taken its place. */
  private boolean isDisplaced(Path generation, Anchored newest) throws InftException {
    // What only carries others has nothing of its own to lose.
    Optional<UnfinalizedVersions.Entry> own =
        UnfinalizedVersions.open(generation).entries().stream()
            .filter(one -> !one.version().kind().equals(Kind.ARCHIVE))
            .reduce((one, next) -> next);
    if (own.isEmpty()) {
      return false;
    }
    long version = own.get().version().version();
    return version > newest.version()
        || !scope
            .registry()
            .version(scope.id(), version, own.get().block().number())
            .anchor()
            .root()
            .equals(own.get().version().commit().root());
  }

  private GenerationWriter instead(GenerationWriter writer, Path older) throws InftException {
    try {
      scope.workingCopy().discard(older);
    } catch (InftException e) {
      throw GenerationOpener.closing(writer, e);
    }
    return writer;
  }

  /** Sends what was staged, which is more than the database here still has, and restores it. */
  private GenerationWriter rebuiltFromStaged(
      Path generation, WriterState state, Optional<Anchored> newest) throws InftException {
    Optional<Anchored> head = sendStaged(generation, state, newest);
    if (head.isEmpty()) {
      throw new IllegalStateException("a log position without a version");
    }
    return instead(generations.restoredAnew(head.get(), generation), generation);
  }

  /** Sends what a generation has on its way; answers the head it leads to. */
  private Optional<Anchored> sendStaged(
      Path generation, WriterState state, Optional<Anchored> newest) throws InftException {
    ObjectFolder objects = new ObjectFolder(generation, scope.store());
    Sender sender = new Sender(scope.id(), scope.store(), scope.registry(), objects);
    FinalityWatcher finality =
        new FinalityWatcher(scope, sender, UnfinalizedVersions.open(generation));
    Optional<Anchored> head = newest;
    WriterState now = state;
    for (WriterState.Outgoing one : state.outgoing()) {
      Anchored anchored = sender.send(one);
      finality.anchored(one, anchored);
      head = Optional.of(anchored);
      now =
          now.withAnchored(
              anchored.version(),
              Commits.refOf(anchored),
              anchored.block().number(),
              anchored.block().timeSeconds());
      now.write(generation);
    }
    return head;
  }
}

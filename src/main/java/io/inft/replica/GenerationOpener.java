package io.inft.replica;

import io.inft.bytes.Blob;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.TransferListener;
import io.inft.capture.Capture;
import io.inft.capture.CaptureJournal;
import io.inft.capture.PageSet;
import io.inft.commit.CommitObject;
import io.inft.commit.DriverEvent;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.ForeignFileException;
import io.inft.failure.GuidePointerException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.UnreadableHeadException;
import io.inft.failure.WrongKeyException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.FileProof;
import io.inft.replica.local.IdleGeneration;
import io.inft.replica.local.Lag;
import io.inft.replica.local.MissingHead;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.PageHashesFile;
import io.inft.replica.local.SeenHead;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.Withdrawal;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.partial.BaseOfGeneration;
import io.inft.replica.partial.PartialBase;
import io.inft.replica.partial.PartialVersion;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.PublishStep;
import io.inft.replica.publish.Sender;
import io.inft.replica.publish.version.GenerationFolder;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.Tip;
import io.inft.replica.restore.Unlocking;
import io.inft.replica.restore.Unreadable;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.store.StoreReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens generations: goes on with what a generation holds, restores a version into a new one,
 * begins a database. For the thread that opens; a password is derived beside it.
 */
public final class GenerationOpener {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationOpener.class);

  /** Where the keyring of a database lies that has no version yet. */
  static final String KEYRING = "keyring";

  private final DatabaseScope scope;
  private final EngineSettings settings;
  private final Secret secret;
  private final Unlocking unlocking;
  private final Consumer<String> warnings;
  private final Consumer<PublishStep> watcher;

  private @Nullable CommitObject newestParsed;

  /**
   * @param deriving does what takes long beside the rest
   * @param warnings what the first session should be told
   * @param watcher told of each step of a publish; for tests that stop it there
   */
  public GenerationOpener(
      DatabaseScope scope,
      EngineSettings settings,
      Executor deriving,
      Consumer<String> warnings,
      Consumer<PublishStep> watcher)
      throws MissingSecretException {
    this.scope = scope;
    this.settings = settings;
    this.secret = secretOf(settings);
    this.unlocking = new Unlocking(secret, deriving);
    this.warnings = warnings;
    this.watcher = watcher;
  }

  public static Secret secretOf(EngineSettings settings) throws MissingSecretException {
    return settings
        .secret()
        .orElseThrow(
            () ->
                new MissingSecretException(
                    "'" + settings.id() + "'", "set password, passwordFile or encryptionKey"));
  }

  /** Begins with the keyring that the working copy has: most likely it is the head's too. */
  void beginUnlocking() {
    try {
      Optional<Path> generation = scope.workingCopy().current();
      if (generation.isPresent()) {
        ObjectFolder objects = new ObjectFolder(generation.get(), scope.store());
        WriterState state = WriterState.read(generation.get());
        unlocking.begin(keyring(generation.get(), newestCommit(objects, state)));
      }
    } catch (InftException e) {
      LOG.debug("no keyring is remembered; whoever reads it in earnest is told", e);
    }
  }

  /** The commit object of a generation's newest version; empty before its first. */
  private Optional<CommitObject> newestCommit(ObjectFolder objects, WriterState state)
      throws InftException {
    List<WriterState.Inlined> tail = state.tail();
    if (state.outgoing().isEmpty() && !tail.isEmpty()) {
      WriterState.Inlined newest = tail.get(tail.size() - 1);
      return Optional.of(parsed(scope.commits().kept(newest, objects).toBytes()));
    }
    return state.newestCommit().isEmpty()
        ? Optional.empty()
        : Optional.of(
            parsed(objects.open(state.newestCommit().get()).readAll(CommitObject.MAX_BYTES)));
  }

  /** An opening asks more than once, and a signature takes a fresh process long to verify. */
  private CommitObject parsed(byte[] bytes) throws InftException {
    CommitObject commit = newestParsed;
    if (commit == null || !Arrays.equals(commit.toBytes(), bytes)) {
      commit = CommitObject.parse(bytes);
      newestParsed = commit;
    }
    return commit;
  }

  /** The keyring in a commit object; before the first version it lies beside the database. */
  private Keyring keyring(Path generation, Optional<CommitObject> commit) throws InftException {
    byte[] bytes =
        commit.isPresent()
            ? commit.get().body().keyring().toBytes()
            : DurableFiles.read(generation.resolve(KEYRING), Keyring.MAX_BYTES);
    return Keyring.parse(bytes, scope.context());
  }

  /** That it could not be remembered is no reason not to go on. */
  void rememberHead(Anchored newest) {
    try {
      scope.workingCopy().remember(SeenHead.of(newest, scope.registry().isFinal(newest.block())));
    } catch (InftException e) {
      warnings.accept("the head could not be remembered: " + e.getMessage());
    }
  }

  /** A generation that has nothing of its own, to build another version upon. */
  Optional<Restore.Reuse> reuse(Path generation, WriterState state) throws InftException {
    if (PartialVersion.isPartial(generation.resolve(WorkingCopy.DATABASE))) {
      return Optional.empty();
    }
    boolean carried = !state.tail().isEmpty();
    return newestCommit(new ObjectFolder(generation, scope.store()), state)
        .map(
            commit ->
                new Restore.Reuse(
                    generation,
                    state.anchored(),
                    commit,
                    carried
                        ? commit.restoreSetSeenWhileCarried()
                        : commit.restoreSetSeenFromLater(state.anchoredRoot())));
  }

  /**
   * A changed keyring was staged here and never reached the registry, and the secret given is one
   * that only the keyring before knows. Then the change is taken back: it was never confirmed to
   * anybody, and the secret it was made for may be lost. But what was sent may yet take effect, and
   * would then meet what was published in its place: that is waited for first.
   */
  private GenerationWriter withdrawn(
      Path generation, WriterState state, Optional<Anchored> newest, InftException refused)
      throws InftException {
    if (newest.isEmpty() || !Withdrawal.isPossible(state) || tookEffect(generation, state)) {
      throw refused;
    }
    Restore.Opened opened = restore(scope.store()).open(newest.get(), unlocking);
    new ObjectFolder(generation, scope.store()).keep(opened.tip().commit().toBytes());
    WriterState before = Withdrawal.of(generation, state);
    warnings.accept(
        "a change of the keyring that was never anchored was taken back, because the database was"
            + " opened with the secret from before");
    return resumed(generation, before, Optional.empty());
  }

  /** Waits for a change of the keyring that a process sent before it died, if one did. */
  private boolean tookEffect(Path generation, WriterState state) throws InftException {
    WriterState.Outgoing change = state.outgoing().get(0);
    if (!scope.registry().isUnderWay(scope.id(), change.anchor())) {
      return false;
    }
    ObjectFolder objects = new ObjectFolder(generation, scope.store());
    try {
      new Sender(scope.id(), scope.store(), scope.registry(), objects).send(change);
      return true;
    } catch (HeadConflictException | NotAuthorizedException | RegistryRefusedException never) {
      LOG.debug("the change of the keyring that was sent will never take effect", never);
      return false;
    }
  }

  /**
   * Goes on with a generation.
   *
   * @param newest the head, if a change of the keyring may be taken back to it
   */
  GenerationWriter resumed(Path generation, WriterState state, Optional<Anchored> newest)
      throws InftException {
    Path database = generation.resolve(WorkingCopy.DATABASE);
    ObjectFolder objects = new ObjectFolder(generation, scope.store());
    objects.forgetUnfinished();
    Optional<CommitObject> commit = newestCommit(objects, state);
    Keys keys;
    try {
      keys = unlocking.keys(keyring(generation, commit));
    } catch (WrongKeyException | NoSlotException e) {
      return withdrawn(generation, state, newest, e);
    }
    Optional<Tip> tip = Optional.empty();
    if (commit.isPresent()) {
      tip =
          Optional.of(restore(objects).tip(state.newestCommit().orElseThrow(), commit.get(), keys));
    }
    StateKey stateKey = tip.isPresent() ? tip.get().manifest().stateKey() : newStateKey();
    Optional<StateTree> tree =
        state.newest() == 0
            ? Optional.empty()
            : new PageHashesFile(generation).read(state.newest(), stateKey);
    Lag found = new IdleGeneration(generation, state).unpublished();
    BaseOfGeneration base = base(generation, keys);
    boolean done = false;
    try {
      boolean toCome = tree.isEmpty() && isToBringHashes(base, generation, state);
      if (tree.isEmpty() && !toCome && FileProof.needsHashes(generation, state)) {
        tree = hashesOf(generation, state, newest);
      }
      FileProof.require(generation, state, tree, base.partial().map(PartialBase::database));
      Capture capture =
          Capture.open(
              generation,
              database,
              base.partial().map(PartialBase::database),
              state.newest(),
              state.staged(),
              tree.isEmpty() && !toCome && state.newest() > 0,
              Map.of(),
              scope.clock());
      GenerationWriter writer =
          writer(
              generation,
              capture,
              objects,
              stateKey,
              new GenerationWriter.Standing(keys, state, tip, tree, toCome, base));
      done = true;
      writer.tookUp(found);
      return writer;
    } finally {
      if (!done && base.partial().isPresent()) {
        base.partial().get().close();
      }
    }
  }

  /** What a generation was begun from, if not all of that is here. */
  private BaseOfGeneration base(Path generation, Keys keys) throws InftException {
    try {
      return PartialBase.resume(
              generation,
              restore(scope.store()),
              keys,
              new PackAccess(scope.store(), scope.context(), scope.commits()),
              settings.session().pages().longestWait())
          .map(BaseOfGeneration::of)
          .orElseGet(() -> BaseOfGeneration.whole("all of it was here already"));
    } catch (CorruptObjectException e) {
      throw Unreadable.isWrong(e)
          ? e
          : new ForeignChangeException(
              generation.resolve(WorkingCopy.DATABASE).toString(),
              "which of its pages are here cannot be told: " + e.getMessage());
    }
  }

  /** Whether the page hashes never were here: nothing but the log has what changed since. */
  private static boolean isToBringHashes(
      BaseOfGeneration base, Path generation, WriterState state) {
    return base.partial()
        .filter(PartialBase::awaitsLeaves)
        .filter(one -> one.version() == state.newest())
        .filter(one -> !new PageHashesFile(generation).exists())
        .isPresent();
  }

  /**
   * Makes the page hashes anew that this machine lost, by restoring the version once more beside;
   * empty if the newest version is not the head, so that the network does not have it.
   */
  private Optional<StateTree> hashesOf(
      Path generation, WriterState state, Optional<Anchored> newest) throws InftException {
    if (newest.isEmpty() || newest.get().version() != state.newest()) {
      return Optional.empty();
    }
    LOG.warn("the page hashes of {} are gone or damaged, restoring them", generation);
    Restore restore = restore(scope.store());
    Path building = scope.workingCopy().beginGeneration();
    StateTree tree =
        restore.rebuild(
            restore.open(newest.get(), unlocking),
            building,
            Optional.empty(),
            TransferListener.NONE);
    DurableFiles.deleteTree(building);
    new PageHashesFile(generation).writeAll(state.newest(), tree);
    return Optional.of(tree);
  }

  /** Restores a version into a new generation and goes on with that. */
  GenerationWriter restored(Anchored newest, Optional<Restore.Reuse> reuse) throws InftException {
    return restored(newest, reuse, Optional.empty());
  }

  /** The same in the place of a generation whose newest version it is. */
  GenerationWriter restoredAnew(Anchored newest, Path older) throws InftException {
    return restored(newest, Optional.empty(), Optional.of(older));
  }

  private GenerationWriter restored(
      Anchored newest, Optional<Restore.Reuse> reuse, Optional<Path> before) throws InftException {
    long began = System.nanoTime();
    Restore restore = restore(scope.store());
    Restore.Opened opened;
    Path building;
    Beginning beginning;
    try {
      boolean allAtOnce = reuse.isPresent() || settings.session().pages().isAllAtOnce();
      opened = restore.open(newest, unlocking, allAtOnce);
      beginning = beginning(opened, reuse);
      building = scope.workingCopy().beginGeneration();
      beginning.make(restore, opened, building, reuse);
      MissingHead.forget(scope.workingCopy().folder());
    } catch (ObjectMissingException e) {
      throw missing(newest, e);
    } catch (InftException e) {
      throw Unreadable.isWrong(e) ? unreadable(newest, e) : e;
    }
    if (before.isPresent()) {
      UnfinalizedVersions.handOn(before.get(), building, scope.store());
    }
    Path generation = scope.workingCopy().adopt(building);
    scope
        .observed()
        .restored(
            newest.version(),
            opened.tip().manifest().pageCount() * opened.tip().manifest().pageSize(),
            System.nanoTime() - began);
    rememberHead(newest);
    GenerationWriter writer =
        written(generation, opened, beginning.tree, opened(beginning, generation, newest));
    try {
      writer.remember(DriverEvent.opened(newest.version()));
    } catch (InftException e) {
      throw closing(writer, e);
    }
    return writer;
  }

  /** Goes on with a generation that was just restored, or closes its base. */
  private GenerationWriter written(
      Path generation, Restore.Opened opened, Optional<StateTree> tree, BaseOfGeneration base)
      throws InftException {
    WriterState state = WriterState.read(generation);
    boolean done = false;
    try {
      Capture capture =
          Capture.open(
              generation,
              generation.resolve(WorkingCopy.DATABASE),
              base.partial().map(PartialBase::database),
              state.newest(),
              state.staged(),
              false,
              Map.of(),
              scope.clock());
      GenerationWriter writer =
          writer(
              generation,
              capture,
              new ObjectFolder(generation, scope.store()),
              opened.tip().manifest().stateKey(),
              new GenerationWriter.Standing(
                  opened.keys(),
                  state,
                  Optional.of(opened.tip()),
                  tree,
                  tree.isEmpty() && base.partial().isPresent(),
                  base));
      done = true;
      return writer;
    } finally {
      if (!done && base.partial().isPresent()) {
        base.partial().get().close();
      }
    }
  }

  /** Fetches page 1 of a version whose pages come later. */
  private BaseOfGeneration opened(Beginning beginning, Path generation, Anchored newest)
      throws InftException {
    try {
      return beginning.base(generation);
    } catch (InftException e) {
      throw Unreadable.isWrong(e) ? unreadable(newest, e) : e;
    }
  }

  /** How a generation is begun from a version. */
  private static final class Beginning {
    private final Optional<PartialBase.Pages> pages;
    private final Optional<String> whyWhole;
    private final Duration longestWait;

    // Mutable: the page hashes, if they are here.
    private Optional<StateTree> tree = Optional.empty();

    /**
     * @param pages where they are, if they come later
     * @param whyWhole why they come first otherwise
     */
    Beginning(Optional<PartialBase.Pages> pages, Optional<String> whyWhole, Duration longestWait) {
      this.pages = pages;
      this.whyWhole = whyWhole;
      this.longestWait = longestWait;
    }

    void make(Restore restore, Restore.Opened opened, Path building, Optional<Restore.Reuse> reuse)
        throws InftException {
      if (pages.isPresent()) {
        pages.get().create(building);
        restore.withoutPages(opened, building);
      } else {
        tree = Optional.of(restore.rebuild(opened, building, reuse, TransferListener.NONE));
      }
    }

    BaseOfGeneration base(Path generation) throws InftException {
      return pages.isPresent()
          ? BaseOfGeneration.of(pages.get().open(generation, longestWait))
          : BaseOfGeneration.whole(whyWhole.orElseThrow());
    }
  }

  private Beginning beginning(Restore.Opened opened, Optional<Restore.Reuse> reuse)
      throws InftException {
    Optional<String> whyWhole =
        reuse.isPresent()
            ? Optional.of("an earlier version was here")
            : settings
                .session()
                .pages()
                .mode()
                .whyWhole(opened.tip().manifest(), PartialVersion::unavailable);
    if (whyWhole.isPresent()) {
      return new Beginning(Optional.empty(), whyWhole, settings.session().pages().longestWait());
    }
    Optional<PartialBase.Pages> pages =
        PartialBase.pages(opened, new PackAccess(scope.store(), scope.context(), scope.commits()));
    return new Beginning(
        pages,
        pages.isPresent()
            ? Optional.empty()
            : Optional.of("an earlier build made it, whose packs do not tell page hashes"),
        settings.session().pages().longestWait());
  }

  private UnreadableHeadException unreadable(Anchored head, InftException why) {
    return new UnreadableHeadException(
        scope.id().toString(), head.version(), head.anchor().root().toString(), why);
  }

  /** Nothing is concluded before the answer was the same for a while. */
  private InftException missing(Anchored head, ObjectMissingException why) throws InftException {
    Instant now = scope.clock().instant();
    Instant settled = MissingHead.noted(scope.workingCopy().folder(), head, now).settledFrom();
    return now.isBefore(settled) ? why.ofHead(head.version(), settled) : unreadable(head, why);
  }

  /**
   * A generation in a folder that is still being built, upon a head of which nothing is here.
   *
   * @param state names that head as its anchored version
   */
  GenerationWriter followingUnread(
      Path building, WriterState state, Keys keys, Optional<StateKey> stateKey)
      throws InftException {
    new CaptureJournal(state.newest(), false, new PageSet()).write(building);
    Capture capture =
        Capture.open(
            building,
            building.resolve(WorkingCopy.DATABASE),
            Optional.empty(),
            state.newest(),
            state.staged(),
            true,
            Map.of(),
            scope.clock());
    return writer(
        building,
        capture,
        new ObjectFolder(building, scope.store()),
        stateKey.orElseGet(this::newStateKey),
        new GenerationWriter.Standing(
            keys,
            state,
            Optional.empty(),
            Optional.empty(),
            false,
            BaseOfGeneration.whole("it replaces a version unread")));
  }

  /** A generation that nobody will get must not stay open. */
  static InftException closing(GenerationWriter writer, InftException why) {
    try {
      writer.close();
    } catch (InftException second) {
      why.addSuppressed(second);
    }
    return why;
  }

  /** Begins a new database, of which the registry learns with its first version. */
  GenerationWriter begun(Optional<Head> head) throws InftException {
    if (head.isEmpty() && !settings.create()) {
      throw new NotRegisteredException(scope.id().toString(), scope.registry().describe());
    }
    scope.signer();
    if (head.isPresent()) {
      requireNoGuidePointer();
    } else {
      scope.registry().requireMayBegin(scope.id());
    }
    DataKey key = DataKey.generate(scope.random());
    SlotRequest slot = settings.slotFor(secret);
    Keyring keyring =
        Keyring.create(scope.context(), 1, 1, key, Optional.empty(), List.of(slot), scope.random());
    Path building = scope.workingCopy().beginGeneration();
    DurableFiles.replace(building.resolve(KEYRING), keyring.toBytes());
    WriterState state = WriterState.empty();
    state.write(building);
    Path generation = scope.workingCopy().adopt(building);
    Capture capture =
        Capture.open(
            generation,
            generation.resolve(WorkingCopy.DATABASE),
            Optional.empty(),
            0,
            state.staged(),
            false,
            settings.creationPragmas(),
            scope.clock());
    LOG.info("began '{}' in {}", scope.id(), generation);
    settings.warningFor(slot).ifPresent(warnings);
    return writer(
        generation,
        capture,
        new ObjectFolder(generation, scope.store()),
        newStateKey(),
        new GenerationWriter.Standing(
            new Keys(keyring, key, keyring.slots().get(0).id()),
            state,
            Optional.empty(),
            Optional.empty(),
            false,
            BaseOfGeneration.whole("it was begun here")));
  }

  /** What another client wrote is not silently followed by a new database. */
  private void requireNoGuidePointer() throws InftException {
    Optional<String> pointer = scope.registry().guidePointer(scope.id());
    if (pointer.isPresent()) {
      GuidePointerException found = new GuidePointerException(scope.id().toString(), pointer.get());
      if (!settings.create()) {
        throw found;
      }
      warnings.accept(found.getMessage());
    }
  }

  private StateKey newStateKey() {
    byte[] key = new byte[32];
    scope.random().nextBytes(key);
    return new StateKey(StateRoot.NEWEST, Blob.of(key));
  }

  private Restore restore(StoreReader store) {
    return new Restore(store, scope.context(), scope.commits(), EngineThreads.pooled());
  }

  private GenerationWriter writer(
      Path generation,
      Capture capture,
      ObjectFolder objects,
      StateKey stateKey,
      GenerationWriter.Standing found)
      throws InftException {
    try {
      int pageSize = capture.pageSize();
      int known =
          found.tree().isEmpty() ? 0 : found.tip().map(one -> one.manifest().pageSize()).orElse(0);
      if (known != 0 && known != pageSize) {
        throw new ForeignFileException(
            generation.resolve(WorkingCopy.DATABASE).toString(),
            "it has pages of "
                + pageSize
                + " bytes, '"
                + scope.id()
                + "' has pages of "
                + known
                + "; somebody put another database in its place. To publish that one, use"
                + " 'inft push'; to go on from the head, use another home");
      }
      WriterState opened = found.state();
      if (opened.closed().sizeBytes() > 0) {
        // Durable before anything is committed: what lies here from now on may be SQLite's.
        opened = opened.withOpened();
        opened.write(generation);
      }
      return new GenerationWriter(
          scope,
          new GenerationFolder(generation, objects, stateKey, pageSize),
          capture,
          new GenerationWriter.Standing(
              found.keys(), opened, found.tip(), found.tree(), found.hashesToCome(), found.base()),
          settings.inlining(),
          watcher);
    } catch (InftException | RuntimeException e) {
      try {
        capture.close();
      } catch (InftException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }
}

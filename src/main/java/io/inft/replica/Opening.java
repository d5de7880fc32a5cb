package io.inft.replica;

import io.inft.bytes.Blob;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.TransferListener;
import io.inft.commit.CommitObject;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignFileException;
import io.inft.failure.GuidePointerException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.RollbackException;
import io.inft.failure.WrongKeyException;
import io.inft.pack.StateTree;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Head;
import io.inft.registry.Rights;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow from the chain to an open line. It compares what this machine has with the head and
 * decides:
 *
 * <ul>
 *   <li>nothing here: restore the head, or begin a new database
 *   <li>at the head: go on
 *   <li>ahead: go on, and send what is staged
 *   <li>behind: rebuild from what differs
 *   <li>both moved: this line is put aside as a fork, the head is restored
 * </ul>
 */
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
  private static final String KEYRING = "keyring";

  private final Site site;
  private final EngineSettings settings;
  private final Secret secret;
  private final Unlocking unlocking;
  private final List<String> warnings = new ArrayList<>();
  private Optional<NotAuthorizedException> keysOnly = Optional.empty();

  Opening(Site site, EngineSettings settings) throws MissingSecretException {
    this(site, settings, Workers.pooled());
  }

  /**
   * @param deriving does what takes long beside the rest
   */
  Opening(Site site, EngineSettings settings, Executor deriving) throws MissingSecretException {
    this.site = site;
    this.settings = settings;
    this.secret = secretOf(settings);
    this.unlocking = new Unlocking(secret, deriving);
  }

  static Secret secretOf(EngineSettings settings) throws MissingSecretException {
    return settings
        .secret()
        .orElseThrow(
            () ->
                new MissingSecretException(
                    "'" + settings.id() + "'", "set password, passwordFile or encryptionKey"));
  }

  /** What the first session should be told. */
  List<String> warnings() {
    return warnings;
  }

  Line open() throws InftException {
    remembered().ifPresent(unlocking::begin);
    Optional<Head> head = head(site);
    if (head.isPresent()) {
      requireRight(head.get());
    }
    Optional<Anchored> newest = head.flatMap(Head::newest);
    requireNoRollback(site, newest);
    Line line = line(head, newest);
    if (keysOnly.isPresent()) {
      keepToKeys(line, keysOnly.get());
    }
    return line;
  }

  private Line line(Optional<Head> head, Optional<Anchored> newest) throws InftException {
    Optional<Path> current = site.workingCopy().current();
    sweep(current);
    if (current.isEmpty()) {
      return newest.isPresent() ? restored(newest.get(), Optional.empty()) : begun(head);
    }
    Line line = continued(current.get(), newest);
    newest.ifPresent(this::rememberHead);
    return line;
  }

  /** What an account without WRITER may not publish must not be there. */
  private void keepToKeys(Line line, NotAuthorizedException reason) throws InftException {
    boolean stuck;
    try {
      stuck = line.hasCommits();
    } catch (InftException e) {
      throw closing(line, e);
    }
    if (stuck) {
      throw closing(line, reason);
    }
    String text = "this connection reads and changes keys: " + reason.getMessage();
    line.keepToKeys(text);
    warnings.add(text);
  }

  /** The keyring that the working copy has, if it has one: most likely it is the head's too. */
  private Optional<Keyring> remembered() {
    try {
      Optional<Path> generation = site.workingCopy().current();
      if (generation.isEmpty()) {
        return Optional.empty();
      }
      ObjectFolder objects = new ObjectFolder(generation.get(), site.store());
      return Optional.of(
          keyring(generation.get(), newestCommit(objects, LineState.read(generation.get()))));
    } catch (InftException e) {
      LOG.debug("no keyring is remembered; whoever reads it in earnest is told", e);
      return Optional.empty();
    }
  }

  /** The commit object of a line's newest version; empty before its first. */
  private static Optional<CommitObject> newestCommit(ObjectFolder objects, LineState state)
      throws InftException {
    return state.newestCommit().isEmpty()
        ? Optional.empty()
        : Optional.of(
            CommitObject.parse(
                objects.open(state.newestCommit().get()).readAll(CommitObject.MAX_BYTES)));
  }

  /** The keyring in a commit object; before the first version it lies beside the database. */
  private Keyring keyring(Path generation, Optional<CommitObject> commit) throws InftException {
    byte[] bytes =
        commit.isPresent()
            ? commit.get().body().keyring().toBytes()
            : DurableFiles.read(generation.resolve(KEYRING), Keyring.MAX_BYTES);
    return Keyring.parse(bytes, site.context());
  }

  /**
   * Opens the newest version and puts another database in its place, in a new generation whose
   * first version will be a snapshot. Unpublished commits of this machine are published first.
   */
  Line replaced(Path image) throws InftException {
    Line before = open();
    LineState state;
    Optional<Tip> tip;
    Keys keys;
    try {
      if (keysOnly.isPresent()) {
        throw keysOnly.get();
      }
      if (before.hasUnpublished()) {
        before.publish(false);
      }
      state = before.state();
      tip = before.tip();
      keys = before.keys();
    } finally {
      before.close();
    }
    Path building = site.workingCopy().beginGeneration();
    try {
      Files.move(image, building.resolve(Restore.DATABASE));
    } catch (IOException e) {
      throw new io.inft.failure.LocalStorageException(building, "move the database into", e);
    }
    LineState fresh = LineState.empty();
    if (state.newestCommit().isPresent()) {
      fresh =
          fresh.withAnchored(
              state.anchored(),
              state.newestCommit().get(),
              state.confirmed().block(),
              state.confirmed().timeSeconds());
      new ObjectFolder(building, site.store()).keep(tip.orElseThrow().commit().toBytes());
    } else {
      DurableFiles.replace(building.resolve(KEYRING), keys.keyring().toBytes());
    }
    fresh.write(building);
    new CaptureJournal(fresh.newest(), false, new PageSet()).write(building);
    Path generation = site.workingCopy().adopt(building);
    site.workingCopy().discard(before.generation());
    return resumed(generation, fresh, Optional.empty());
  }

  private void rememberHead(Anchored newest) {
    try {
      site.workingCopy().remember(SeenHead.of(newest, site.registry().isFinal(newest.block())));
    } catch (InftException e) {
      warnings.add("the head could not be remembered: " + e.getMessage());
    }
  }

  /** The registry's word; empty while nobody registered the id. */
  static Optional<Head> head(Site site) throws InftException {
    try {
      return Optional.of(site.registry().head(site.id()));
    } catch (NotRegisteredException e) {
      return Optional.empty();
    }
  }

  private void requireRight(Head head) throws InftException {
    var account =
        site.registry()
            .account()
            .orElseThrow(
                () -> new NotAuthorizedException(site.id().toString(), "nobody", "write to"));
    Rights rights = site.registry().rights(head.id(), account);
    boolean first = head.version() == 0; // it is made by a rotation
    if (!rights.writer()) {
      NotAuthorizedException reason = MissingRight.WRITER.failure(site.id(), account, rights);
      if (first || !rights.keyAdmin()) {
        throw reason;
      }
      keysOnly = Optional.of(reason);
    } else if (first && !rights.keyAdmin()) {
      throw MissingRight.KEYADMIN.failure(site.id(), account, rights);
    }
  }

  /** Only a regression below a head that was final is a rollback. */
  static void requireNoRollback(Site site, Optional<Anchored> newest) throws InftException {
    Optional<SeenHead> seen = site.workingCopy().finalHead();
    if (seen.isEmpty()) {
      return;
    }
    long version = newest.map(Anchored::version).orElse(0L);
    String root = newest.map(found -> found.anchor().root().toString()).orElse("none");
    SeenHead was = seen.get();
    boolean older = version < was.version();
    boolean other = version == was.version() && !root.equals(was.root().toString());
    if (older && site.registry().lagsBehind(was.block())) {
      throw lagging(site, was.block());
    }
    if (older || other) {
      throw new RollbackException(
          site.id().toString(), was.version(), was.root().toString(), version, root);
    }
  }

  private static RegistryUnavailableException lagging(Site site, Block seen) {
    return new RegistryUnavailableException(
        site.registry().describe(),
        "see the head that was shown before, in block "
            + seen.number()
            + ": it lags behind, or its chain was begun anew; compare with another endpoint",
        null);
  }

  /** Whether the head moved away from an idle line that has nothing of its own. */
  static boolean isBehind(Site site, Line line) throws InftException {
    Optional<Anchored> newest = head(site).flatMap(Head::newest);
    requireNoRollback(site, newest);
    return newest.isPresent()
        && newest.get().version() > line.state().newest()
        && !line.hasUnpublished();
  }

  private Line continued(Path generation, Optional<Anchored> newest) throws InftException {
    LineState state = LineState.read(generation);
    Optional<Anchored> arrived =
        newest.isPresent() ? arrived(state, newest.get()) : Optional.empty();
    if (arrived.isPresent()) {
      Anchored unseen = arrived.get();
      settling(generation, state, unseen);
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
    if (Capture.lostTail(generation.resolve(Restore.DATABASE), state.staged())) {
      LOG.warn(
          "the machine lost the end of the log of {}; all of it was staged, restoring", generation);
      return rebuiltFromStaged(generation, state, newest);
    }
    return resumed(generation, state, newest);
  }

  /**
   * The newest version on its way whose anchor went through, though its confirmation was never
   * seen. Others may have built upon it since.
   */
  private Optional<Anchored> arrived(LineState state, Anchored newest) throws InftException {
    for (int i = state.outgoing().size() - 1; i >= 0; i--) {
      LineState.Outgoing one = state.outgoing().get(i);
      if (one.version() <= newest.version()) {
        Anchored there =
            one.version() == newest.version()
                ? newest
                : site.registry().version(site.id(), one.version(), 0);
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
    site.workingCopy().forgetUnfinished();
    for (Path generation : site.workingCopy().generations()) {
      if (!generation.equals(current.orElse(null)) && isUntouched(generation)) {
        LOG.info("{} was never gone on with", generation);
        site.workingCopy().discard(generation);
      }
    }
  }

  private void settling(Path generation, LineState state, Anchored newest) throws InftException {
    if (!site.registry().isFinal(newest.block())) {
      Settling settling = Settling.open(generation);
      for (LineState.Outgoing one : state.outgoing()) {
        if (one.version() <= newest.version()) {
          settling.put(one, newest.block());
        }
      }
    }
  }

  private static boolean isUntouched(Path generation) throws InftException {
    if (!LineState.isIn(generation)) {
      return false;
    }
    LineState state;
    try {
      state = LineState.read(generation);
    } catch (CorruptObjectException e) {
      LOG.warn("{} is kept: {}", generation, e.getMessage());
      return false;
    }
    return state.fork().isEmpty() && !hasUnpublished(generation, state);
  }

  private static boolean isAt(LineState state, Optional<Anchored> newest) {
    return newest.isEmpty()
        ? state.anchored() == 0
        : newest.get().version() == state.anchored()
            && newest.get().anchor().root().equals(state.anchoredRoot());
  }

  /** The head is not ours: either this machine is behind, or both moved. */
  private Line left(Path generation, LineState state, Optional<Anchored> newest)
      throws InftException {
    if (newest.isEmpty() || newest.get().version() < state.anchored()) {
      return wentBack(generation, state, newest);
    }
    return overtaken(generation, state, newest.get());
  }

  /**
   * The head is older than this line. What was anchored in a block that was not final, and is gone,
   * is sent again.
   */
  private Line wentBack(Path generation, LineState state, Optional<Anchored> newest)
      throws InftException {
    Settling settling = Settling.open(generation);
    if (!settling.entries().isEmpty()) {
      Sender sender =
          new Sender(
              site.id(), site.store(), site.registry(), new ObjectFolder(generation, site.store()));
      try {
        Optional<Anchored> again = new Settlement(site, sender, settling).again();
        return continued(generation, again);
      } catch (HeadConflictException another) {
        Optional<Anchored> winner = head(site).flatMap(Head::newest);
        return overtaken(generation, state, winner.orElseThrow(() -> rollback(state, newest)));
      }
    }
    Optional<SeenHead> seen = site.workingCopy().seenHead();
    boolean neverFinal =
        seen.isPresent() && !seen.get().isFinal() && seen.get().version() >= state.anchored();
    if (!neverFinal || newest.isEmpty()) {
      throw rollback(state, newest);
    }
    if (site.registry().lagsBehind(seen.get().block())) {
      throw lagging(site, seen.get().block());
    }
    return overtaken(generation, state, newest.get());
  }

  private RollbackException rollback(LineState state, Optional<Anchored> newest) {
    return new RollbackException(
        site.id().toString(),
        state.anchored(),
        state.anchoredRoot().toString(),
        newest.map(Anchored::version).orElse(0L),
        newest.map(found -> found.anchor().root().toString()).orElse("none"));
  }

  /** The head is another one than this line leads to: whatever is only here is put aside. */
  private Line overtaken(Path generation, LineState state, Anchored newest) throws InftException {
    if (isDisplaced(generation, newest) || hasUnpublished(generation, state)) {
      String reason =
          "another writer published version "
              + newest.version()
              + " while this machine had"
              + " unpublished commits on version "
              + state.anchored();
      state.withFork(reason).write(generation);
      site.workingCopy().abandonCurrent();
      warnings.add(
          reason + "; they are kept in " + generation + ", this connection goes on from the head");
      LOG.warn("{}; they are kept in {}", reason, generation);
      return restored(newest, Optional.empty());
    }
    LOG.info("version {} is here, restoring version {}", state.anchored(), newest.version());
    return instead(restored(newest, reuse(generation, state)), generation);
  }

  /** Whether a version of this line was anchored once and another one has taken its place. */
  private boolean isDisplaced(Path generation, Anchored newest) throws InftException {
    Optional<Settling.Entry> own = Settling.open(generation).newest();
    if (own.isEmpty()) {
      return false;
    }
    long version = own.get().version().version();
    return version > newest.version()
        || !site.registry()
            .version(site.id(), version, own.get().block().number())
            .anchor()
            .root()
            .equals(own.get().version().commit().root());
  }

  private Line instead(Line line, Path older) throws InftException {
    try {
      site.workingCopy().discard(older);
    } catch (InftException e) {
      throw closing(line, e);
    }
    return line;
  }

  private Optional<Restore.Reuse> reuse(Path generation, LineState state) throws InftException {
    return newestCommit(new ObjectFolder(generation, site.store()), state)
        .map(
            commit ->
                new Restore.Reuse(generation, state.anchored(), commit.body().pagesVersion()));
  }

  private static boolean hasUnpublished(Path generation, LineState state) throws InftException {
    if (!state.outgoing().isEmpty()) {
      return true;
    }
    Path database = generation.resolve(Restore.DATABASE);
    Optional<CaptureJournal> journal = CaptureJournal.read(generation, state.newest());
    boolean journaled =
        journal.isPresent() && (!journal.get().complete() || !journal.get().pages().isEmpty());
    boolean unknown = state.newest() > 0 && !new LeavesFile(generation).exists();
    return unknown
        || journaled
        || Capture.hasTail(database, state.staged())
        || touched(database, state);
  }

  /** Whether somebody wrote to the database file since its orderly close. */
  private static boolean touched(Path database, LineState state) throws InftException {
    if (state.closed().sizeBytes() == 0) {
      // Never closed in order. Its log is there then, unless somebody else opened and closed it.
      return Files.exists(database)
          && !Files.exists(database.resolveSibling(database.getFileName() + "-wal"));
    }
    try {
      return Files.size(database) != state.closed().sizeBytes()
          || Files.getLastModifiedTime(database).toMillis() != state.closed().millis();
    } catch (IOException e) {
      throw new io.inft.failure.LocalStorageException(database, "look at", e);
    }
  }

  /** Sends what was staged, which is more than the database here still has, and restores it. */
  private Line rebuiltFromStaged(Path generation, LineState state, Optional<Anchored> newest)
      throws InftException {
    ObjectFolder objects = new ObjectFolder(generation, site.store());
    Sender sender = new Sender(site.id(), site.store(), site.registry(), objects);
    Optional<Anchored> head = newest;
    for (LineState.Outgoing one : state.outgoing()) {
      head = Optional.of(sender.send(one));
    }
    if (head.isEmpty()) {
      throw new IllegalStateException("a log position without a version");
    }
    return instead(restored(head.get(), Optional.empty()), generation);
  }

  /**
   * A changed keyring was staged here and never reached the registry, and the secret given is one
   * that only the keyring before knows. Then the change is taken back: it was never confirmed to
   * anybody, and the secret it was made for may be lost.
   */
  private Line withdrawn(
      Path generation, LineState state, Optional<Anchored> newest, InftException refused)
      throws InftException {
    if (newest.isEmpty() || !Withdrawal.isPossible(state)) {
      throw refused;
    }
    Restore.Opened opened = restore(site.store()).open(newest.get(), unlocking);
    new ObjectFolder(generation, site.store()).keep(opened.tip().commit().toBytes());
    LineState before = Withdrawal.of(generation, state);
    warnings.add(
        "a change of the keyring that was never anchored was taken back, because the database was"
            + " opened with the secret from before");
    return resumed(generation, before, Optional.empty());
  }

  private Line resumed(Path generation, LineState state, Optional<Anchored> newest)
      throws InftException {
    Path database = generation.resolve(Restore.DATABASE);
    ObjectFolder objects = new ObjectFolder(generation, site.store());
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
          Optional.of(
              new Tip(
                  state.newestCommit().orElseThrow(),
                  commit.get(),
                  restore(objects).manifest(commit.get(), keys)));
    }
    Blob stateKey = tip.isPresent() ? tip.get().manifest().stateKey() : newStateKey();
    Optional<StateTree> tree =
        state.newest() == 0
            ? Optional.empty()
            : new LeavesFile(generation).read(state.newest(), stateKey.toBytes());
    boolean compareAll = touched(database, state) || (tree.isEmpty() && state.newest() > 0);
    Capture capture =
        Capture.open(
            generation,
            database,
            state.newest(),
            state.staged(),
            compareAll,
            Map.of(),
            site.clock());
    return line(generation, capture, objects, keys, stateKey, state, tip, tree);
  }

  private Line restored(Anchored newest, Optional<Restore.Reuse> reuse) throws InftException {
    Restore restore = restore(site.store());
    Restore.Opened opened = restore.open(newest, unlocking);
    Path building = site.workingCopy().beginGeneration();
    StateTree tree = restore.rebuild(opened, building, reuse, TransferListener.NONE);
    Path generation = site.workingCopy().adopt(building);
    rememberHead(newest);
    LineState state = LineState.read(generation);
    Capture capture =
        Capture.open(
            generation,
            generation.resolve(Restore.DATABASE),
            state.newest(),
            state.staged(),
            false,
            Map.of(),
            site.clock());
    Line line =
        line(
            generation,
            capture,
            new ObjectFolder(generation, site.store()),
            opened.keys(),
            opened.tip().manifest().stateKey(),
            state,
            Optional.of(opened.tip()),
            Optional.of(tree));
    try {
      line.remember("inft.restore", "{\"version\":" + newest.version() + "}");
    } catch (InftException e) {
      throw closing(line, e);
    }
    return line;
  }

  /** A line that nobody will get must not stay open. */
  static InftException closing(Line line, InftException why) {
    try {
      line.close();
    } catch (InftException second) {
      why.addSuppressed(second);
    }
    return why;
  }

  private Line begun(Optional<Head> head) throws InftException {
    if (head.isEmpty() && !settings.create()) {
      throw new NotRegisteredException(site.id().toString(), site.registry().describe());
    }
    site.signer();
    if (head.isPresent()) {
      requireNoGuidePointer();
    }
    DataKey key = DataKey.generate(site.random());
    SlotRequest slot = settings.slotFor(secret);
    Keyring keyring =
        Keyring.create(site.context(), 1, 1, key, Optional.empty(), List.of(slot), site.random());
    Path building = site.workingCopy().beginGeneration();
    DurableFiles.replace(building.resolve(KEYRING), keyring.toBytes());
    LineState state = LineState.empty();
    state.write(building);
    Path generation = site.workingCopy().adopt(building);
    Capture capture =
        Capture.open(
            generation,
            generation.resolve(Restore.DATABASE),
            0,
            state.staged(),
            false,
            settings.creationPragmas(),
            site.clock());
    LOG.info("began '{}' in {}", site.id(), generation);
    settings.warningFor(slot).ifPresent(warnings::add);
    return line(
        generation,
        capture,
        new ObjectFolder(generation, site.store()),
        new Keys(keyring, key, keyring.slots().get(0).id()),
        newStateKey(),
        state,
        Optional.empty(),
        Optional.empty());
  }

  /** What another client wrote is not silently followed by a new database. */
  private void requireNoGuidePointer() throws InftException {
    Optional<String> pointer = site.registry().guidePointer(site.id());
    if (pointer.isPresent()) {
      GuidePointerException found = new GuidePointerException(site.id().toString(), pointer.get());
      if (!settings.create()) {
        throw found;
      }
      warnings.add(found.getMessage());
    }
  }

  private Blob newStateKey() {
    byte[] key = new byte[32];
    site.random().nextBytes(key);
    return Blob.of(key);
  }

  private Restore restore(io.inft.store.StoreReader store) {
    return new Restore(store, site.context(), site.commits(), Workers.pooled());
  }

  private Line line(
      Path generation,
      Capture capture,
      ObjectFolder objects,
      Keys keys,
      Blob stateKey,
      LineState state,
      Optional<Tip> tip,
      Optional<StateTree> tree)
      throws InftException {
    try {
      int pageSize = capture.pageSize();
      int known = tree.isEmpty() ? 0 : tip.map(one -> one.manifest().pageSize()).orElse(0);
      if (known != 0 && known != pageSize) {
        throw new ForeignFileException(
            generation.resolve(Restore.DATABASE).toString(),
            "it has pages of "
                + pageSize
                + " bytes, '"
                + site.id()
                + "' has pages of "
                + known
                + "; somebody put another database in its place. To publish that one, use inft"
                + " push; to go on from the head, use another home");
      }
      return new Line(
          site, generation, capture, objects, keys, stateKey, pageSize, state, tip, tree);
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

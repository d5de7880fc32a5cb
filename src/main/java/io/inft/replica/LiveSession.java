package io.inft.replica;

import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.replica.local.WriterState;
import io.inft.replica.partial.PartialBase;
import io.inft.replica.partial.PartialConnection;
import io.inft.replica.publish.Anchoring;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.Rotation;
import io.inft.replica.restore.EventLog;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.TimeSpan;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.sqlite.WalIndexHeader;
import io.inft.sqlite.WriterQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A session that may publish, if only changed keyrings: bound to one generation for life. */
public final class LiveSession extends PagedSession {
  private final Engine engine;
  private final OpenGeneration open;
  private final EngineSettings settings;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Optional<PartialBase> base;
  private volatile boolean aborted;

  // Used by the connection's thread alone.
  private WalIndexHeader last;

  /**
   * Something was committed that this session has not waited for: seen by a call that may not wait,
   * or waited for in vain. The next call that may have committed waits for it too.
   */
  private boolean owesWait;

  /** Id of the slot that this session opened with, or has made since. */
  private String slotId;

  public LiveSession(Engine engine, OpenGeneration open, EngineSettings settings, String slotId)
      throws InftException {
    super(pages(open.writer.base().partial(), settings));
    this.engine = engine;
    this.open = open;
    this.settings = settings;
    this.last = open.writer.capture().header();
    this.slotId = slotId;
    this.base = open.writer.base().partial();
  }

  private static PartialConnection pages(Optional<PartialBase> base, EngineSettings settings) {
    return new PartialConnection(
        base.map(PartialBase::database),
        settings.session().pages().hydrates()
            ? () -> base.ifPresent(PartialBase::hydrate)
            : () -> {});
  }

  @Override
  public Path databaseFile() {
    return open.writer.database();
  }

  @Override
  public boolean readOnly() {
    return open.writer.keysOnly().isPresent();
  }

  @Override
  public Optional<String> readOnlyReason() {
    return open.writer.keysOnly();
  }

  @Override
  public void beforeCall() throws InftException {
    if (pages.isPartial() && base.isPresent() && base.get().refusal().isPresent()) {
      throw base.get().refusal().get();
    }
    if (open.publisher.isFork()) {
      telling(open.publisher::checkFork);
    }
    engine.news().tell();
  }

  @Override
  public WriterQueue writers() {
    return open.writer.capture().writers();
  }

  @Override
  public boolean hasNews() {
    return (open.publisher.isFork() && !open.told) || engine.news().isThere();
  }

  @Override
  public void beforeCommit() throws InftException {
    beforeCall();
    telling(() -> open.publisher.beforeCommit(() -> aborted));
    if (settings.session().durability() == EngineSettings.Durability.ANCHORED) {
      open.publisher.requirePayable();
    }
  }

  /** Something that may find that the generation was put aside, and says so to the application. */
  @FunctionalInterface
  private interface Telling {
    void run() throws InftException;
  }

  private void telling(Telling step) throws InftException {
    try {
      step.run();
    } catch (ForkException e) {
      throw told(e);
    }
  }

  private ForkException told(ForkException fork) {
    open.told = true;
    engine.news().told(open.writer.generation());
    return fork;
  }

  @Override
  public void afterCall(boolean inTransaction, boolean mayHaveCommitted) throws InftException {
    pages.afterCall();
    if (open.writer.capture().changedSince(last)) {
      last = open.writer.capture().header();
      open.publisher.note(last);
      owesWait = settings.session().durability() == EngineSettings.Durability.ANCHORED;
    }
    if (inTransaction || !mayHaveCommitted) {
      return;
    }
    telling(open.publisher::checkFork); // what was committed just now is in the fork
    open.writer.capture().letCheckpointPass(last);
    if (owesWait) {
      await(open.publisher.ticket(), settings.session().anchorTimeout());
      owesWait = false;
    }
  }

  private void await(long ticket, Duration timeout) throws InftException {
    telling(() -> open.publisher.await(ticket, timeout, () -> aborted));
  }

  @Override
  public int[] checkpoint(String mode) throws InftException {
    return open.writer.capture().checkpoint(mode);
  }

  @Override
  public Published sync(Duration timeout) throws InftException {
    if (!open.publisher.isClean()) {
      open.publisher.requirePayable();
    }
    await(open.publisher.ticket(), timeout);
    owesWait = false;
    engine.news().tell();
    return newest();
  }

  /**
   * Asked of the generation: a version may have been anchored and have failed afterwards, and tried
   * again.
   */
  private Published newest() {
    WriterState state = open.writer.state();
    return new Published(state.anchored(), state.anchoredRoot());
  }

  @Override
  public long version() {
    return open.writer.state().anchored();
  }

  @Override
  public DatabaseStatus status() throws InftException {
    return DatabaseStatus.of(engine.scope(), open.writer, open.publisher);
  }

  @Override
  public List<Anchored> history() throws InftException {
    return Databases.versions(engine.scope().registry(), engine.scope().id());
  }

  @Override
  public List<LogEntry> log() throws InftException {
    return new EventLog(
            engine.scope().registry(),
            engine.scope().id(),
            engine.scope().commits(),
            new PackAccess(
                engine.scope().store(), engine.scope().context(), engine.scope().commits()),
            engine.scope().context(),
            GenerationOpener.secretOf(settings))
        .read(open.writer.keys(), open.writer.state().anchored(), TimeSpan.ALWAYS);
  }

  @Override
  public Optional<Published> eventAppended(boolean autoBatch, int batchSize) throws InftException {
    if (!autoBatch) {
      return Optional.empty();
    }
    Optional<Long> ticket = open.publisher.eventAppended(batchSize);
    if (ticket.isEmpty()) {
      return Optional.empty();
    }
    await(ticket.get(), settings.session().anchorTimeout());
    return Optional.of(newest());
  }

  @Override
  public KeyringState keys() throws InftException {
    return Databases.keys(settings, engine.scope().network());
  }

  @Override
  public Published rotate(KeyChange change) throws InftException {
    return rotate(change, settings.session().anchorTimeout(), step -> {});
  }

  /**
   * Publishes what is committed, with the anchor left to somebody else.
   *
   * @return what was anchored, empty if there was nothing to publish
   */
  CompletableFuture<Optional<Anchored>> publishThrough(Anchoring anchoring) {
    if (engine.isOnlySession(open)) {
      open.writer.unused(settings.ending().linger().dividedBy(2)); // it is closed right after
    }
    return open.publisher
        .submit(() -> open.writer.publish(false, anchoring))
        .outcome()
        .whenComplete(
            (anchored, failure) -> {
              if (failure instanceof ForkException fork) {
                told(fork);
              }
            });
  }

  @Override
  public SlotRequest slotFor(Secret wanted) {
    SlotRequest slot = settings.slotFor(wanted);
    settings.warningFor(slot).ifPresent(open.publisher::warn);
    return slot;
  }

  public Published rotate(KeyChange change, Duration timeout, Consumer<Rotation.Step> watcher)
      throws InftException {
    Rotation rotation = new Rotation(engine.scope(), open.writer, watcher);
    String opener = slotId;
    try {
      Anchored anchored =
          open.publisher
              .run(() -> Optional.of(rotation.run(change, opener)), timeout, () -> aborted)
              .orElseThrow();
      if (change instanceof KeyChange.Replace || change instanceof KeyChange.NewEpoch) {
        slotId = rotation.madeSlot();
      }
      return new Published(anchored.version(), anchored.anchor().root());
    } catch (ForkException e) {
      throw told(e);
    }
  }

  @Override
  public Optional<String> takeWarning() {
    return open.publisher.hasWarning() ? open.publisher.takeWarning() : Optional.empty();
  }

  @Override
  public boolean valid() {
    return !closed.get() && !aborted && !open.told;
  }

  @Override
  public void abort() {
    aborted = true;
    pages.abort();
    open.publisher.wakeCallers();
  }

  @Override
  public void close() throws InftException {
    if (closed.compareAndSet(false, true)) {
      engine.release(open, settings);
      if (open.publisher.isFork() && !engine.news().wasTold(open.writer.generation())) {
        open.publisher.checkFork();
      }
    }
  }
}

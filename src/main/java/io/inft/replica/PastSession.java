package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.proof.RowProof;
import io.inft.registry.Anchored;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Following;
import io.inft.replica.local.Network;
import io.inft.replica.local.Waits;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.partial.PartialConnection;
import io.inft.replica.partial.PartialVersion;
import io.inft.replica.partial.PastFolders;
import io.inft.replica.proving.RowProofs;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.EventLog;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.TimeSpan;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.sqlite.WriterQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A session on a state that never changes. */
final class PastSession extends PagedSession {
  private static final Duration FINALITY_PATIENCE = Duration.ofSeconds(2);

  private final Network network;
  private final EngineSettings settings;
  private final Commits commits;
  private final Restore.Opened opened;
  private final PastFolders.Taken taken;
  private final String reason;
  private final HeadCache.Seen seen;
  private final Following following;
  private final AtomicBoolean closed = new AtomicBoolean();

  // Guarded by this.
  private @Nullable FutureTask<Boolean> pending;

  /** What is final stays so. */
  private boolean isFinal;

  PastSession(
      Network network,
      EngineSettings settings,
      Commits commits,
      Restore.Opened opened,
      PastFolders.Taken taken,
      String reason,
      HeadCache.Seen seen,
      Following following) {
    super(
        new PartialConnection(
            taken.partial().map(PartialVersion::database),
            settings.session().pages().hydrates()
                ? () -> taken.partial().ifPresent(version -> version.database().hydrate())
                : () -> {}));
    this.network = network;
    this.settings = settings;
    this.commits = commits;
    this.opened = opened;
    this.taken = taken;
    this.reason = reason;
    this.seen = seen;
    this.following = following;
  }

  @Override
  public Path databaseFile() {
    return taken.state().resolve(WorkingCopy.DATABASE);
  }

  /** What shows to somebody without keys that this state has a row, or has not. */
  RowProof prove(RowProofs.Order order) throws InftException {
    return new RowProofs(network, settings.id(), opened).make(databaseFile(), order);
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  @Override
  public Optional<String> readOnlyReason() {
    return Optional.of(reason);
  }

  /** A version that turned out to be none is not read on. */
  @Override
  public void beforeCall() throws InftException {
    Optional<InftException> refusal = taken.partial().flatMap(PartialVersion::refusal);
    if (refusal.isPresent()) {
      throw PastStates.ofHead(settings, seen.version(), refusal.get());
    }
  }

  /** Nobody writes. */
  @Override
  public WriterQueue writers() {
    return new WriterQueue();
  }

  @Override
  public boolean hasNews() {
    return false;
  }

  @Override
  public void beforeCommit() {}

  @Override
  public void afterCall(boolean inTransaction, boolean mayHaveCommitted) {
    pages.afterCall();
  }

  @Override
  public int[] checkpoint(String mode) {
    return new int[] {0, 0, 0};
  }

  @Override
  public Published sync(Duration timeout) {
    return new Published(version(), opened.tip().ref().root());
  }

  @Override
  public long version() {
    return opened.tip().version();
  }

  @Override
  public DatabaseStatus status() throws InftException {
    return new DatabaseStatus(
        settings.id(),
        network.name(),
        network.store().describe(),
        network.registry().describe(),
        network.registry().trust(),
        Optional.of(reason),
        version(),
        opened.tip().ref().root(),
        Optional.empty(),
        DatabaseStatus.pending(Databases.folderOf(settings, network)),
        Optional.of(DatabaseStatus.Content.of(opened.tip())),
        Optional.of(reading()));
  }

  private DatabaseStatus.Reading reading() {
    boolean isPast = settings.session().at().isPresent();
    return new DatabaseStatus.Reading(
        finality(),
        isPast ? Optional.empty() : Optional.of(following.way()),
        following.last(),
        following.isOutdated(version(), seen.nanos()),
        taken.whyWhole(),
        taken.partial().map(PartialVersion::progress).map(DatabaseStatus.Pages::of));
  }

  /** Asked of the registry, which is not waited for long; empty if it does not say. */
  private Optional<Boolean> finality() {
    FutureTask<Boolean> asking;
    synchronized (this) {
      if (isFinal) {
        return Optional.of(true);
      }
      asking = pending;
      if (asking == null) { // one thread, however often the status is asked for
        asking = new FutureTask<>(() -> network.registry().isFinal(seen.version().block()));
        pending = asking;
        EngineThreads.anchoring().execute(asking);
      }
    }
    if (!Waits.done(asking, FINALITY_PATIENCE)) {
      return Optional.empty();
    }
    synchronized (this) {
      pending = pending == asking ? null : pending;
      Optional<Boolean> answer = Waits.result(asking);
      isFinal |= answer.orElse(false);
      return answer;
    }
  }

  @Override
  public List<Anchored> history() throws InftException {
    return Databases.history(settings, network);
  }

  @Override
  public List<LogEntry> log() throws InftException {
    var context = DatabaseScope.contextOf(network, settings.id());
    return new EventLog(
            network.registry(),
            settings.id(),
            commits,
            new PackAccess(network.store(), context, commits),
            context,
            GenerationOpener.secretOf(settings))
        .read(opened.keys(), version(), TimeSpan.ALWAYS);
  }

  @Override
  public Optional<Published> eventAppended(boolean autoBatch, int batchSize) throws InftException {
    throw new ReadOnlyException("'" + settings.id() + "'", reason);
  }

  @Override
  public KeyringState keys() throws InftException {
    return Databases.keys(settings, network);
  }

  @Override
  public Published rotate(KeyChange change) throws InftException {
    throw new ReadOnlyException("'" + settings.id() + "'", reason);
  }

  @Override
  public SlotRequest slotFor(Secret secret) {
    return settings.slotFor(secret);
  }

  @Override
  public Optional<String> takeWarning() {
    return Optional.empty();
  }

  @Override
  public boolean valid() {
    return !closed.get();
  }

  @Override
  public void abort() {
    pages.abort();
  }

  @Override
  public void close() throws InftException {
    if (closed.compareAndSet(false, true)) {
      following.leave(settings.ending().linger());
      taken.giveBack();
    }
  }
}

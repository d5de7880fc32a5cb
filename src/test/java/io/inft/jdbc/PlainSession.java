package io.inft.jdbc;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.Trust;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.ReadOnlyException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.KeyringState;
import io.inft.replica.Session;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.LogEntry;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import io.inft.sqlite.WriterQueue;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/**
 * A session without an engine: a plain file in WAL mode, held open as the engine holds it, and a
 * record of what the connection told it.
 */
public final class PlainSession implements Session {
  /** A sync that waits this long waits until it is woken. */
  static final Duration FOREVER = Duration.ofMillis(999_999);

  static final Digest ROOT = Digest.parse("ab".repeat(32));

  final CountDownLatch waiting = new CountDownLatch(1);
  private final CountDownLatch woken = new CountDownLatch(1);
  private final Path file;
  private final Connection hold;
  private final WriterQueue writers = new WriterQueue();
  final List<String> told = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();
  InftException beforeCallFailure;
  InftException afterCommitFailure;
  SqlTask onAfterCommit;
  public boolean readOnly;
  boolean valid = true;
  boolean aborted;
  int closed;

  public PlainSession(Path file) throws SQLException {
    this(file, 4096);
  }

  public PlainSession(Path file, int pageSize) throws SQLException {
    this.file = file;
    hold =
        org.sqlite.JDBC.createConnection(
            "jdbc:sqlite:" + (file.toString().contains("?") ? file.toUri() : file),
            new java.util.Properties());
    try (Statement statement = hold.createStatement()) {
      statement.execute("pragma page_size=" + pageSize);
      statement.execute("pragma journal_mode=wal");
      statement.execute("begin");
      statement.execute("select count(*) from sqlite_schema");
    }
  }

  @Override
  public WriterQueue writers() {
    return writers;
  }

  /** Something to do at a certain moment. */
  interface SqlTask {
    void run() throws SQLException;
  }

  /** What was told since the last time it was asked. */
  public List<String> takeTold() {
    List<String> taken = List.copyOf(told);
    told.clear();
    return taken;
  }

  @Override
  public Path databaseFile() {
    return file;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public Optional<String> readOnlyReason() {
    return readOnly ? Optional.of("no signing key was given") : Optional.empty();
  }

  @Override
  public void beforeCall() throws InftException {
    if (beforeCallFailure != null) {
      throw beforeCallFailure;
    }
  }

  @Override
  public boolean hasNews() {
    return beforeCallFailure != null;
  }

  @Override
  public void beforeCommit() {
    told.add("beforeCommit");
  }

  @Override
  public void afterCall(boolean inTransaction, boolean mayHaveCommitted) throws InftException {
    told.add((inTransaction ? "open" : "none") + (mayHaveCommitted ? " commit" : ""));
    if (mayHaveCommitted && onAfterCommit != null) {
      try {
        onAfterCommit.run();
      } catch (SQLException e) {
        throw new LocalStorageException(file, "run", e);
      }
    }
    if (mayHaveCommitted && afterCommitFailure != null) {
      throw afterCommitFailure;
    }
  }

  @Override
  public int[] checkpoint(String mode) {
    told.add("checkpoint " + mode);
    return new int[] {0, 12, 7};
  }

  @Override
  public Published sync(Duration timeout) throws InftException {
    told.add("sync " + timeout.toMillis());
    if (timeout.equals(FOREVER)) {
      waiting.countDown();
      try {
        woken.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new PublishTimeoutException("sync", "woken", null);
    }
    return new Published(3, ROOT);
  }

  @Override
  public long version() {
    return 3;
  }

  @Override
  public DatabaseStatus status() throws InftException {
    return new DatabaseStatus(
        DatabaseId.parse("notes"),
        "plain",
        "no store",
        "no registry",
        Trust.ofOne("no endpoint"),
        readOnlyReason(),
        3,
        ROOT,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public List<Anchored> history() {
    Anchor anchor =
        new Anchor(3, Digest.ZERO, ROOT, 512, Digest.parse("ef".repeat(32)), 1, ROOT, Kind.DELTA);
    return List.of(
        new Anchored(
            anchor,
            Address.parse("0x" + "12".repeat(20)),
            ROOT,
            0,
            new Block(40, ROOT, 1_800_000_000),
            39,
            false));
  }

  @Override
  public List<LogEntry> log() {
    Instant time = Instant.parse("2026-01-31T12:00:00Z");
    return List.of(
        new LogEntry.Recorded(1, 1, time, "inft.commit", "{\"version\":1}", OptionalLong.empty()),
        new LogEntry.Recorded(2, 2, time, "future.kind", "no json", OptionalLong.of(1)),
        new LogEntry.Marked(3, time, LogEntry.Mark.UNREADABLE, "lost"));
  }

  @Override
  public Optional<Published> eventAppended(boolean autoBatch, int batchSize) {
    told.add("event " + autoBatch + " " + batchSize);
    return autoBatch && batchSize == 1
        ? Optional.of(new Published(4, Digest.parse("cd".repeat(32))))
        : Optional.empty();
  }

  @Override
  public KeyringState keys() throws InftException {
    throw new ReadOnlyException("a plain file", "it has no keyring");
  }

  @Override
  public SlotRequest slotFor(Secret secret) {
    return SlotRequest.of(secret, KeyDerivation.weakForTests());
  }

  @Override
  public Published rotate(KeyChange change) throws InftException {
    throw new ReadOnlyException("a plain file", "it has no keyring");
  }

  @Override
  public Optional<String> takeWarning() {
    return warnings.isEmpty() ? Optional.empty() : Optional.of(warnings.remove(0));
  }

  @Override
  public boolean valid() {
    return valid;
  }

  @Override
  public void abort() {
    aborted = true;
    woken.countDown();
  }

  @Override
  public void close() throws InftException {
    closed++;
    told.add("close");
    try {
      hold.close();
    } catch (SQLException e) {
      throw new LocalStorageException(file, "close", e);
    }
  }
}

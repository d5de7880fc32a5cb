package io.inft.jdbc;

import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import io.inft.failure.InftException;
import io.inft.jdbc.InftConnection.Version;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.sql.StatementKind;
import io.inft.proof.EventProof;
import io.inft.proof.RowProof;
import io.inft.proof.tables.RowSearch;
import io.inft.replica.Session;
import io.inft.replica.proving.Receipts;
import io.inft.replica.proving.RowProofs;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.Secret;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an application asks of the engine through one connection, in Java or by a SQL function. Used
 * by the thread that uses the connection; {@link #cancelSync} may come from any.
 */
final class EngineCalls {
  private final Session session;
  private final CallWatch watch;
  private final EventLedger events;
  private final SyncWait syncWait;

  // Mutable: the network it is on, and what opens the keyring since this connection changed it.
  private @Nullable Target target;
  private @Nullable Secret newSecret;

  EngineCalls(Session session, CallWatch watch, EventLedger events) {
    this.session = session;
    this.watch = watch;
    this.events = events;
    this.syncWait = new SyncWait(session);
  }

  /** Says which database on which network this is; without it there is no verifying. */
  void belongsTo(Target opened) {
    target = opened;
  }

  /** Something that only the engine can answer. */
  @FunctionalInterface
  interface Question<T> {
    T ask(Session session) throws InftException;
  }

  /** The answer, or the failure as an SQLException. */
  <T> T ask(Question<T> question) throws SQLException {
    try {
      return question.ask(session);
    } catch (InftException e) {
      throw watch.failed(e);
    }
  }

  /** The same for a question that changes nothing, whether the thread is interrupted or not. */
  <T> T answer(Question<T> question) throws SQLException {
    return ask(unused -> uninterrupted(question));
  }

  private <T> T uninterrupted(Question<T> question) throws InftException {
    try {
      return Uninterrupted.again(() -> question.ask(session));
    } catch (SQLException e) {
      throw new IllegalStateException("a session has no failures of SQL", e);
    }
  }

  EventProof receipt(long sequence) throws SQLException {
    return opened().receipt(Receipts.Order.of(sequence));
  }

  /** Of the version that the session is at. */
  RowProof prove(RowSearch.Sought sought) throws SQLException {
    long version = session.version();
    Optional<String> at = version == 0 ? Optional.empty() : Optional.of(String.valueOf(version));
    return opened().at(at).prove(RowProofs.Order.of(sought));
  }

  DatabaseDiff diff(DiffState left, DiffState right, DiffOptions options, DiffListener listener)
      throws SQLException {
    return opened().diff(left, right, options, listener);
  }

  /** The database with the secret that opens it now. */
  private Target opened() {
    if (target == null) {
      throw new IllegalStateException("the connection does not know its network");
    }
    return newSecret == null ? target : target.with(newSecret);
  }

  CustodyReport verify(Verification.Depth depth) throws SQLException {
    if (target == null) {
      throw new IllegalStateException("the connection does not know its network");
    }
    Optional<Secret> secret = Optional.ofNullable(newSecret).or(target.settings()::secret);
    return target.verify(depth, 1, Long.MAX_VALUE, secret, Progress.NONE);
  }

  Version sync(Duration timeout) throws SQLException {
    watch.before(StatementKind.SESSION, false);
    return syncInsideCall(timeout);
  }

  /** {@link #sync} for a SQL function, whose call is under way already. */
  Version syncInsideCall(Duration timeout) throws SQLException {
    refuseIfWritten("what this transaction wrote cannot be published before it is committed");
    return ask(unused -> syncWait.sync(timeout));
  }

  void cancelSync() {
    syncWait.cancel();
  }

  Version rotateKey(KeyChange change) throws SQLException {
    watch.before(StatementKind.SESSION, false);
    refuseIfWritten(
        "the key cannot be changed inside a transaction that has written; commit it first");
    Version version = ask(engine -> version(engine.rotate(change)));
    if (change instanceof KeyChange.NewEpoch || change instanceof KeyChange.Replace) {
      newSecret = change.newSlots().get(0).secret(); // the old one opens nothing any more
    }
    return version;
  }

  private void refuseIfWritten(String reason) throws SQLException {
    if (watch.transaction().hasWritten()) {
      throw SqlExceptions.refused(reason, "25001");
    }
  }

  Optional<Version> appendEvent(String type, String json, boolean autoBatch, int batchSize)
      throws SQLException {
    if (batchSize < 1) {
      throw SqlExceptions.refused("batchSize must be at least 1", "22023");
    }
    events.append(type, json);
    if (watch.transaction().isOpen()) {
      return Optional.empty();
    }
    return ask(engine -> engine.eventAppended(autoBatch, batchSize).map(EngineCalls::version));
  }

  private static Version version(Session.Published published) {
    return new Version(published.version(), published.root());
  }

  /** A wait for a publish that {@code Statement.cancel} of another thread can end. */
  private static final class SyncWait {
    private final Session session;

    // Mutable, guarded by this.
    private @Nullable Thread waiting;
    private boolean cancelled;

    SyncWait(Session session) {
      this.session = session;
    }

    /** Publishes what is committed and waits. */
    InftConnection.Version sync(Duration timeout) throws InftException {
      synchronized (this) {
        waiting = Thread.currentThread();
        cancelled = false;
      }
      try {
        Session.Published published = session.sync(timeout);
        return new InftConnection.Version(published.version(), published.root());
      } finally {
        synchronized (this) {
          waiting = null;
          if (cancelled) {
            // The interrupt was ours, not the application's.
            Thread.interrupted();
          }
        }
      }
    }

    /** Ends the wait, if there is one. */
    synchronized void cancel() {
      if (waiting != null) {
        cancelled = true;
        waiting.interrupt();
      }
    }
  }
}

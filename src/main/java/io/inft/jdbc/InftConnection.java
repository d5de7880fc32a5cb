package io.inft.jdbc;

import io.inft.bytes.Digest;
import io.inft.custody.CustodyReport;
import io.inft.custody.Verification;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.proof.EventProof;
import io.inft.proof.RowProof;
import io.inft.registry.Anchored;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.KeyringState;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.LogEntry;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this driver's connections can do beyond JDBC: {@code
 * connection.unwrap(InftConnection.class)}. To be used by the thread that uses the connection; the
 * values it answers with are immutable. Statements have SQL functions for the same, {@code
 * inft_version()} and others, which answer in JSON: {@code driver.md} lists them.
 */
public interface InftConnection {
  /**
   * The newest anchored version that this connection's database is based on; 0 before the first.
   */
  long version() throws SQLException;

  /**
   * How the database stands now: version, what is not published, what was put aside, the last
   * failure. Asks neither registry nor storage.
   */
  DatabaseStatus status() throws SQLException;

  /**
   * All versions as the registry recorded them, newest first; empty before the first. Asks the
   * registry.
   */
  List<Anchored> history() throws SQLException;

  /**
   * The event log up to {@link #version}, the driver's entries and the application's, oldest first.
   * Reads all versions from storage and checks that none is missing, doubled or exchanged.
   */
  List<LogEntry> log() throws SQLException;

  /**
   * A receipt: one small text that shows to somebody without keys that an event was in a version of
   * this database, and nothing of the events beside it. It speaks of what is published; {@code
   * receipt.md} has what it proves. To be judged with {@code inft check-proof}.
   *
   * @param sequence of the event, as {@link #log} has it
   * @throws SQLException 22023 if no published version brought such an event
   */
  EventProof receipt(long sequence) throws SQLException;

  /**
   * What differs between two published versions of this database, tables and schema, with rows
   * counted. What is committed here and not published is no part of it.
   *
   * @param left a version, a time like 2026-01-31T12:00:00Z, a root, or {@code head}
   * @param right the same
   * @param options how many rows to tell of
   * @param listener told of rows as they are found, by this thread; none is kept
   * @throws SQLException 22023 if there is no such version
   */
  DatabaseDiff diff(String left, String right, DiffOptions options, DiffListener listener)
      throws SQLException;

  /** What differs between two versions, with rows counted. */
  default DatabaseDiff diff(long left, long right) throws SQLException {
    return diff(Long.toString(left), Long.toString(right), DiffOptions.COUNTS, DiffListener.NONE);
  }

  /**
   * A row proof: one text that shows to somebody without keys that the table of this database had a
   * row with this number, and what was in it, or that it had none. It is about {@link #version}, so
   * about what is published; that version is restored for it once. {@code row-proof.md} has what it
   * proves, and what it reveals beside the row. To be judged with {@code inft check-proof}.
   *
   * @param table as SQL names it
   * @throws SQLException 22023 if there is no such table, or its rows have no numbers
   */
  RowProof prove(String table, long rowid) throws SQLException;

  /**
   * The same of a table that is WITHOUT ROWID.
   *
   * @param key the values of its primary key as they are stored: Long, Double, String, byte[]
   */
  RowProof proveKey(String table, List<?> key) throws SQLException;

  /**
   * Verifies the whole history of this database from registry and storage, with this connection's
   * secret also what is sealed. What is committed here and not published is no part of it. Whatever
   * is wrong is in the report, never an exception; an interrupt ends it.
   *
   * @throws SQLException if the connection is closed or this machine's folder cannot be used
   */
  CustodyReport verify(Verification.Depth depth) throws SQLException;

  /**
   * Publishes what is committed and waits until it is anchored.
   *
   * @throws SQLException 08007 if it took longer (what is committed stays committed), 25001 inside
   *     a transaction that has written
   */
  Version sync(Duration timeout) throws SQLException;

  /**
   * Appends an event to {@code inft_events}, which is made if it is not there. Inside a transaction
   * the event belongs to it, and publishing is left to what follows the commit.
   *
   * @param type not empty
   * @param json a JSON value
   * @param autoBatch whether reaching {@code batchSize} pending events publishes at once
   * @param batchSize at least 1
   * @return the version that holds the event if this call made one, else empty
   */
  Optional<Version> appendEvent(String type, String json, boolean autoBatch, int batchSize)
      throws SQLException;

  /** Who can open the database, one row a slot, and since when. Asks the registry. */
  KeyringState keys() throws SQLException;

  /**
   * One way in more; the data key stays, so this costs one small version. Who gets it can read
   * everything, also what was written before.
   *
   * @return the version that carries the new keyring
   * @throws SQLException as {@link #rotateKey(KeyChange)}
   */
  default Version addKey(Secret secret) throws SQLException {
    return rotateKey(new KeyChange.Add(slotFor(secret)));
  }

  /**
   * One way in less. The data key stays: who had this slot may have kept the key and can go on
   * reading. Only {@link #rotateKey(Secret, Secret...)} ends that.
   *
   * @param slotId as {@link #keys} has it
   */
  default Version removeKey(String slotId) throws SQLException {
    return rotateKey(new KeyChange.Remove(slotId));
  }

  /** Another secret in place of the one that opened this connection; the data key stays. */
  default Version replaceKey(Secret secret) throws SQLException {
    return rotateKey(new KeyChange.Replace(slotFor(secret)));
  }

  /**
   * A new data key, and a snapshot under it. Only these secrets open what is written from now on;
   * they also open the past. The old ones go on opening the past, which is public for ever.
   */
  default Version rotateKey(Secret secret, Secret... more) throws SQLException {
    List<SlotRequest> slots = new ArrayList<>(List.of(slotFor(secret)));
    for (Secret another : more) {
      slots.add(slotFor(another));
    }
    return rotateKey(new KeyChange.NewEpoch(slots, true));
  }

  /**
   * Changes who can open the database, while this and other connections go on. What is committed is
   * published first. This connection goes on with its new secret; others that are open stay open.
   *
   * @throws SQLException 42501 if the account may not change keys (nothing was encrypted), 22023 if
   *     the change cannot be made, 28000 if a password is too weak or this connection's own secret
   *     was taken out meanwhile, 40001 if another writer or key admin was first, 08007 if it took
   *     longer than anchorTimeout (it is written down and goes out later), 25001 inside a
   *     transaction that has written
   */
  Version rotateKey(KeyChange change) throws SQLException;

  /** Asks for a slot at the cost that the property {@code kdf} names. */
  SlotRequest slotFor(Secret secret) throws SQLException;

  /**
   * One anchored version.
   *
   * @param number from 1
   * @param root its commit root
   */
  record Version(long number, Digest root) {}
}

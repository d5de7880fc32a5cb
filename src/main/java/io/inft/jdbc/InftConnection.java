package io.inft.jdbc;

import io.inft.custody.CustodyReport;
import io.inft.custody.Verification;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * What this driver's connections can do beyond JDBC: {@code
 * connection.unwrap(InftConnection.class)}. To be used by the thread that uses the connection. The
 * same is at hand in SQL as {@code inft_version()}, {@code inft_status()}, {@code inft_history()},
 * {@code inft_log()}, {@code inft_append(type, json)}, {@code inft_sync(timeoutMillis)} and {@code
 * inft_verify(depth)}.
 */
public interface InftConnection {
  /**
   * The newest anchored version that this connection's database is based on; 0 before the first.
   */
  long version() throws SQLException;

  /** A JSON object: id, network, version, root, what is not published yet, the last failure. */
  String status() throws SQLException;

  /** A JSON array of all versions, newest first. Asks the registry. */
  String history() throws SQLException;

  /** A JSON array of the event log, the driver's entries and the application's, oldest first. */
  String log() throws SQLException;

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

  /**
   * One anchored version.
   *
   * @param number from 1
   * @param root commit root as 0x and 64 hex digits
   */
  record Version(long number, String root) {}
}

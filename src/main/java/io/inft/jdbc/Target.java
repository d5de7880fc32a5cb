package io.inft.jdbc;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.custody.Custody;
import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.failure.InftException;
import io.inft.registry.Registry;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.KeyChange;
import io.inft.replica.KeyCheck;
import io.inft.replica.KeyringState;
import io.inft.replica.Network;
import io.inft.replica.Session;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.Properties;

/**
 * A database and its network, as the same properties describe them that a connection would take:
 * for tools that work on a database without connecting to it.
 */
public record Target(EngineSettings settings, Network network) {
  /**
   * Resolves properties as a connection does.
   *
   * @param id name of the database
   * @param given connection properties; system properties and environment are looked at too
   * @param secretNeeded false for work that decrypts nothing: then no secret need be given
   * @throws SQLException as connecting would
   */
  public static Target of(String id, Properties given, boolean secretNeeded) throws SQLException {
    try {
      InftUrl url = InftUrl.parse("jdbc:inft:" + id).orElseThrow();
      return ConnectionOpening.target(url, given, Surroundings.ofThisProcess(), secretNeeded);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /**
   * The same, with a secret if one was given or, on the embedded network, was made up before; for
   * work that can do with less.
   */
  public static Target withSecretAtHand(String id, Properties given) throws SQLException {
    try {
      InftUrl url = InftUrl.parse("jdbc:inft:" + id).orElseThrow();
      return ConnectionOpening.targetWithSecretAtHand(url, given, Surroundings.ofThisProcess());
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /**
   * The registry that properties describe, for tools that need nothing else: no storage need be
   * configured, and no id. The caller closes it.
   *
   * @throws SQLException as connecting would
   */
  public static Registry registry(Properties given) throws SQLException {
    try {
      return Networks.registryOf(ConnectionOpening.request(given, Surroundings.ofThisProcess()));
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** Where people can look at a transaction; empty for chains that nobody has an explorer of. */
  public static Optional<String> explorerLink(long chainId, Digest transaction) {
    return ChainPreset.ofChain(chainId).explorer().map(url -> url + "/tx/" + transaction);
  }

  /** A failure met while working without a connection, as a connection would report it. */
  public static SQLException failure(InftException failure) {
    return SqlExceptions.of(failure);
  }

  /**
   * Verifies this database's history, objects, and with a secret what is sealed. Everything that is
   * wrong with chain or storage is in the report; see {@code custody.md}.
   *
   * @param from first version whose objects are looked at, from 1
   * @param to last one; cut to the newest
   * @throws SQLException if this machine's own folder cannot be used
   */
  public CustodyReport verify(Verification.Depth depth, long from, long to, Progress progress)
      throws SQLException {
    try {
      DurableFiles.createFolders(settings.home());
      Optional<Verification.Seen> seen =
          Databases.seenHead(settings, network)
              .map(head -> new Verification.Seen(head.version(), head.root(), head.isFinal()));
      Verification what =
          new Verification(
              settings.id(), depth, from, to, settings.secret(), seen, settings.home());
      return new Custody(network.registry(), network.store(), Clock.systemUTC(), new SecureRandom())
          .verify(what, progress);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** Who can open the newest version. Needs no secret. */
  public KeyringState keys() throws SQLException {
    try {
      return Databases.keys(settings, network);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** What the secret opens, without restoring anything. */
  public KeyCheck checkKey() throws SQLException {
    try {
      return Databases.checkKey(settings, network);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** Fails with 3D000 unless there is a version, so that a mistyped id is not made. */
  public void requirePublished() throws SQLException {
    keys();
  }

  /** Opens a session; the caller closes it. */
  public Session openSession() throws SQLException {
    try {
      return Engines.open(settings, network);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** Changes the keyring, as a connection would. */
  public Session.Published rotate(Session session, KeyChange change) throws SQLException {
    try {
      return session.rotate(change);
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** The same database at a past state. */
  public Target at(Optional<String> at) {
    return at.isEmpty() ? this : new Target(settings.at(at), network);
  }
}

package io.inft.jdbc;

import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.custody.Custody;
import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.diff.DiffState;
import io.inft.diff.Differences;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.jdbc.config.InftUrl;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.network.ChainPreset;
import io.inft.jdbc.network.Networks;
import io.inft.jdbc.network.PayingAccount;
import io.inft.proof.EventProof;
import io.inft.proof.ProofCheck;
import io.inft.proof.ProofPin;
import io.inft.proof.ProofReport;
import io.inft.proof.RowProof;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.RegistryReader;
import io.inft.replica.Batch;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Forks;
import io.inft.replica.KeyringState;
import io.inft.replica.Session;
import io.inft.replica.local.Fork;
import io.inft.replica.local.ForkTable;
import io.inft.replica.local.LocalStatus;
import io.inft.replica.local.Network;
import io.inft.replica.local.VerifiedMark;
import io.inft.replica.proving.Receipts;
import io.inft.replica.proving.RowProofs;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.KeyCheck;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.VersionDetails;
import io.inft.seal.Secret;
import io.inft.upkeep.Upkeep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;

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
   * Resolves properties with a secret if one was given or, on the embedded network, was made up
   * before; for work that can do with less.
   */
  public static Target withSecretAtHand(String id, Properties given) throws SQLException {
    return withSecretAtHand(id, given, Surroundings.ofThisProcess());
  }

  public static Target withSecretAtHand(String id, Properties given, Surroundings surroundings)
      throws SQLException {
    try {
      InftUrl url = InftUrl.parse("jdbc:inft:" + id).orElseThrow();
      return ConnectionOpening.targetWithSecretAtHand(url, given, surroundings);
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

  /**
   * The account that opens wallets' slots: the key of {@code walletKey} or {@code walletKeyFile},
   * or else the signing key.
   *
   * @throws SQLException none is given, or it cannot be read
   */
  public static SigningKey wallet(Properties given) throws SQLException {
    return asked(() -> ConnectionOpening.wallet(given, Surroundings.ofThisProcess()));
  }

  /**
   * The account that properties describe, and the chain that knows what it has; nothing is asked.
   *
   * @throws SQLException as connecting would
   */
  public static PayingAccount account(Properties given) throws SQLException {
    try {
      return new PayingAccount(ConnectionOpening.request(given, Surroundings.ofThisProcess()));
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
    return verify(depth, from, to, settings.secret(), false, progress);
  }

  /**
   * Verifies what came after the newest verification on this machine that covered as much and found
   * nothing; all, if there was none, or the history is not the same one. How far it came is kept in
   * the working copy, if this machine has one.
   */
  public CustodyReport verifyNew(Verification.Depth depth, Progress progress) throws SQLException {
    return verify(depth, 1, Long.MAX_VALUE, settings.secret(), true, progress);
  }

  /** Verifies with another secret than the settings have, because the key was changed since. */
  CustodyReport verify(
      Verification.Depth depth, long from, long to, Optional<Secret> secret, Progress progress)
      throws SQLException {
    return verify(depth, from, to, secret, false, progress);
  }

  private CustodyReport verify(
      Verification.Depth depth,
      long from,
      long to,
      Optional<Secret> secret,
      boolean resume,
      Progress progress)
      throws SQLException {
    try {
      Path folder = Databases.folderOf(settings, network);
      Optional<Verification.Mark> mark =
          resume ? VerifiedMark.of(folder).map(Target::mark) : Optional.empty();
      Optional<Verification.Seen> seen =
          Databases.finalHead(settings, network)
              .map(head -> new Verification.Seen(head.version(), head.root(), head.block()));
      Verification what =
          new Verification(settings.id(), depth, from, to, secret, seen, mark, scratch());
      CustodyReport report =
          new Custody(network.registry(), network.store(), Clock.systemUTC(), new SecureRandom())
              .verify(what, progress);
      if (resume && report.mark().isPresent()) {
        mark(report.mark().get()).keep(folder);
      }
      return report;
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  private static Verification.Mark mark(VerifiedMark kept) {
    return new Verification.Mark(
        kept.version(),
        kept.historyHash(),
        kept.block(),
        kept.full() ? Verification.Depth.FULL : Verification.Depth.QUICK,
        kept.opened(),
        kept.eventSequence(),
        kept.eventHash());
  }

  private static VerifiedMark mark(Verification.Mark found) {
    return new VerifiedMark(
        found.version(),
        found.historyHash(),
        found.blockHint(),
        found.depth() == Verification.Depth.FULL,
        found.opened(),
        found.eventSequence(),
        found.eventHash());
  }

  /** For what is rebuilt; a machine that has nothing of ours gets nothing. */
  private Path scratch() {
    return Files.isDirectory(settings.home())
        ? settings.home()
        : Path.of(System.getProperty("java.io.tmpdir"));
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

  /** The first of some secrets that opens a slot of the newest keyring. */
  public Optional<Secret> whatOpens(List<Secret> candidates) throws SQLException {
    return asked(() -> Databases.whatOpens(settings, network, candidates));
  }

  /** Fails with 3D000 unless there is a version, so that a mistyped id is not made. */
  public void requirePublished() throws SQLException {
    keys();
  }

  /** Opens a session; the caller closes it. */
  public Session openSession() throws SQLException {
    try {
      return Uninterrupted.again(() -> Engines.open(settings, network));
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

  /** Publishes a SQLite file as the next version; it is only read. */
  public Anchored push(Path file) throws SQLException {
    return asked(
        () ->
            network
                .registry()
                .version(settings.id(), Databases.push(settings, network, file).version(), 0));
  }

  /** Writes the newest version to a file, which appears whole or not at all. */
  public Anchored pull(Path file, boolean replace) throws SQLException {
    return asked(
        () ->
            network
                .registry()
                .version(
                    settings.id(), Databases.pull(settings, network, file, replace).version(), 0));
  }

  /** What this database needs in storage, until when that is paid, and paying again. */
  public Upkeep upkeep() throws SQLException {
    return asked(() -> Databases.upkeep(settings, network));
  }

  /** The newest version; 3D000 while there is none. */
  public Anchored newest() throws SQLException {
    return asked(
        () ->
            network
                .registry()
                .head(settings.id())
                .newest()
                .orElseThrow(
                    () ->
                        new NotRegisteredException(
                            settings.id().toString(), network.registry().describe())));
  }

  /** All versions, newest first. */
  public List<Anchored> history() throws SQLException {
    return asked(
        () -> {
          newest();
          return Databases.history(settings, network);
        });
  }

  /**
   * The newest versions, newest first; none before the first one.
   *
   * @param most how many at most, from 1
   */
  public List<Anchored> history(long most) throws SQLException {
    return asked(() -> Databases.history(settings, network, most));
  }

  /** What these versions say of themselves; how many SQL commits they hold only with a secret. */
  public List<VersionDetails> details(List<Anchored> versions) throws SQLException {
    return asked(() -> VersionDetails.of(network, settings.id(), settings.secret(), versions));
  }

  /** The published event log, oldest first. */
  public List<LogEntry> log() throws SQLException {
    return asked(() -> Databases.log(settings, network));
  }

  /**
   * What differs between two states of this database; versions need the secret.
   *
   * @param listener told of rows as they are found
   */
  public DatabaseDiff diff(
      DiffState left, DiffState right, DiffOptions options, DiffListener listener)
      throws SQLException {
    return asked(() -> Differences.find(settings, network, left, right, options, listener));
  }

  /** What shows to somebody without keys that an event was in a version; needs the secret. */
  public EventProof receipt(Receipts.Order order) throws SQLException {
    return asked(() -> Databases.receipt(settings, network, order));
  }

  /**
   * What shows to somebody without keys that a version (the head, or what {@code at} asks for) has
   * a row, or has not; needs the secret. Restores that version.
   */
  public RowProof prove(RowProofs.Order order) throws SQLException {
    return asked(() -> Databases.prove(settings, network, order));
  }

  /**
   * Judges a proof by what a registry recorded of a database, and by nothing that the proof says of
   * them. Needs no secret.
   *
   * @param registry as {@link #registry} gives it
   * @param id of the database that the proof must be of
   * @throws SQLException the registry could not be asked, or knows no such id or version
   */
  public static ProofReport check(byte[] proof, RegistryReader registry, String id)
      throws SQLException {
    return asked(
        () -> {
          DatabaseId named = DatabaseId.parse(id);
          return ProofCheck.check(
              proof,
              version ->
                  ProofPin.recorded(
                      registry.chainId(),
                      registry.address(),
                      named,
                      registry.version(named, version, 0)));
        });
  }

  /** What lies on this machine, told from files alone. Needs no secret. */
  public LocalStatus local() throws SQLException {
    return asked(() -> Databases.local(settings, network));
  }

  /** All that was put aside on this machine. */
  public List<Fork> forks() throws SQLException {
    return asked(() -> Forks.list(settings, network));
  }

  /** What was put aside under a name. */
  public Fork fork(String generation) throws SQLException {
    return asked(() -> Forks.named(settings, network, generation));
  }

  /** Takes note of something that was put aside; the data stays. */
  public Fork acknowledge(String generation) throws SQLException {
    return asked(() -> Forks.acknowledge(settings, network, generation));
  }

  /** Puts aside what is on its way, so that it is never sent; empty if nothing is. */
  public Optional<Fork> dropOutbox() throws SQLException {
    return asked(() -> Forks.dropOutbox(settings, network));
  }

  /** Writes what was put aside to a file of its own. */
  public Fork exportFork(String generation, Path file, boolean replace) throws SQLException {
    return asked(() -> Forks.export(settings, network, generation, file, replace));
  }

  /**
   * The tables of what was put aside, compared with another state.
   *
   * @param version that state, empty to compare with nothing; comparing needs the secret
   */
  public List<ForkTable> forkTables(String generation, Optional<String> version)
      throws SQLException {
    if (version.isEmpty()) {
      return asked(() -> Forks.tables(settings, network, generation, Optional.empty()));
    }
    // SQLite reads the file itself, so all its pages must be here.
    Target other = new Target(at(version).settings.whole(), network);
    try (Session session = other.openSession()) {
      return asked(() -> Forks.tables(settings, network, generation, Optional.of(session)));
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** Whether this machine has a working copy. */
  public boolean hasWorkingCopy() {
    return Databases.hasWorkingCopy(settings, network);
  }

  /**
   * Opens a connection as {@code DriverManager} does.
   *
   * @param instead takes the place of the secret that the properties give
   */
  public static Connection connect(String id, Properties given, Optional<Secret> instead)
      throws SQLException {
    return asked(
        () ->
            ConnectionOpening.open(
                InftUrl.parse("jdbc:inft:" + id).orElseThrow(),
                given,
                Surroundings.ofThisProcess(),
                instead));
  }

  /** What came of one database of many. */
  public record Outcome(DatabaseId id, Optional<Anchored> head, Optional<SQLException> failure) {
    private static Outcome of(Batch.Outcome outcome) {
      return new Outcome(outcome.id(), outcome.head(), outcome.failure().map(SqlExceptions::of));
    }
  }

  /**
   * Publishes many databases of one network, heads moved together; see {@link Batch}.
   *
   * @param targets not empty
   */
  public static List<Outcome> publish(
      List<Target> targets, int parallelism, Consumer<Outcome> progress) {
    return Batch.publish(
            targets.stream().map(Target::settings).toList(),
            targets.get(0).network(),
            parallelism,
            outcome -> progress.accept(Outcome.of(outcome)))
        .stream()
        .map(Outcome::of)
        .toList();
  }

  /** A failure as JDBC programs know it. */
  public static SQLException exception(InftException failure) {
    return SqlExceptions.of(failure);
  }

  /** The use of something that was closed, with state 08003. */
  public static SQLException closed(String what) {
    return SqlExceptions.refused(what + " is closed", SqlExceptions.CONNECTION_CLOSED);
  }

  /** An argument that cannot be, with state 22023. */
  public static SQLException refused(String reason) {
    return SqlExceptions.refused(reason, "22023");
  }

  /** Something that fails in one of our ways, or in a standard one already. */
  @FunctionalInterface
  private interface Asking<T> {
    T ask() throws InftException, SQLException;
  }

  private static <T> T asked(Asking<T> asking) throws SQLException {
    try {
      return asking.ask();
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  /** This database, opened with another secret. */
  public Target with(Secret secret) {
    return new Target(settings.with(secret), network);
  }

  /** This database at a past state. */
  public Target at(Optional<String> at) {
    return at.isEmpty() ? this : new Target(settings.at(at), network);
  }
}

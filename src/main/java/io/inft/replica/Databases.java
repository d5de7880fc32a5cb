package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.Scratch;
import io.inft.capture.Integrity;
import io.inft.capture.SourceDatabase;
import io.inft.capture.SqliteLink;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NoSlotException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.WrongKeyException;
import io.inft.proof.EventProof;
import io.inft.proof.RowProof;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.HeadNews;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Following;
import io.inft.replica.local.LocalStatus;
import io.inft.replica.local.Network;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.Purse;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.proving.Receipts;
import io.inft.replica.proving.RowProofs;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.publish.policy.SpendingNote;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.EventLog;
import io.inft.replica.restore.KeyCheck;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.PastKeys;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.TimeSpan;
import io.inft.replica.restore.Unlocking;
import io.inft.replica.restore.Unreadable;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import io.inft.sqlite.IntegrityReport;
import io.inft.store.StoreReader;
import io.inft.upkeep.Upkeep;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be done with a database without a connection to it. */
public final class Databases {
  private static final Logger LOG = LoggerFactory.getLogger(Databases.class);

  /** Longer than an endpoint has for its first answer, so that the next way is tried too. */
  private static final Duration FOLLOWING_PATIENCE = Duration.ofSeconds(6);

  private Databases() {}

  /**
   * What the registry says of a database and what lies on this machine. Needs no secret and opens
   * nothing.
   */
  public static DatabaseOverview overview(EngineSettings settings, Network network)
      throws InftException {
    Optional<Head> head;
    try {
      head = Optional.of(network.registry().head(settings.id()));
    } catch (NotRegisteredException e) {
      head = Optional.empty();
    }
    return new DatabaseOverview(
        settings.id(),
        network.name(),
        network.store().describe(),
        network.registry().describe(),
        network.registry().trust(),
        head,
        settings.session().follow()
            ? Following.tried(network.registry(), settings.id(), FOLLOWING_PATIENCE)
            : HeadNews.Way.POLLING,
        local(settings, network),
        money(settings, network));
  }

  /**
   * What the account spends; asks the chain for what it has. Empty where nothing costs anything.
   */
  private static Optional<Money> money(EngineSettings settings, Network network)
      throws InftException {
    if (network.purse().isEmpty()) {
      return Optional.empty();
    }
    Purse purse = network.purse().get();
    String who = Purse.nameOf(DatabaseScope.contextOf(network, settings.id()));
    Instant now = Instant.now();
    Optional<SpendingNote> note = purse.note(who).flatMap(SpendingNote::parse);
    Purse.Standing standing = purse.since(Money.since(note, now), ""); // its own claim counts too
    return Optional.of(
        Money.of(
            purse.account(),
            note,
            standing.spentWei(),
            standing.spentWei().add(standing.claimedWei()),
            Optional.of(purse.balanceWei()),
            now));
  }

  /**
   * What a database needs in storage, and paying for it again: needs no secret and no right. What
   * this machine's working copy keeps is at hand for it.
   */
  public static Upkeep upkeep(EngineSettings settings, Network network) throws InftException {
    Optional<Path> generation = WorkingCopy.current(folderOf(settings, network));
    StoreReader here =
        generation.isPresent()
            ? new ObjectFolder(generation.get(), network.store())
            : network.store();
    return new Upkeep(network.registry(), network.store(), here, settings.id());
  }

  /** What lies on this machine; needs no secret, takes no lock and opens nothing. */
  public static LocalStatus local(EngineSettings settings, Network network) throws InftException {
    return LocalStatus.of(folderOf(settings, network));
  }

  /** All versions as the registry has them, newest first. Needs no secret. */
  public static List<Anchored> history(EngineSettings settings, Network network)
      throws InftException {
    return versions(network.registry(), settings.id(), Long.MAX_VALUE);
  }

  /**
   * The newest versions, newest first.
   *
   * @param most how many at most
   */
  public static List<Anchored> history(EngineSettings settings, Network network, long most)
      throws InftException {
    return versions(network.registry(), settings.id(), most);
  }

  static List<Anchored> versions(RegistryReader registry, DatabaseId id) throws InftException {
    return versions(registry, id, Long.MAX_VALUE);
  }

  private static List<Anchored> versions(RegistryReader registry, DatabaseId id, long most)
      throws InftException {
    Head head = registry.head(id);
    if (head.version() == 0) {
      return List.of();
    }
    long from = Math.max(1, head.version() - most + 1);
    List<Anchored> newestFirst = new ArrayList<>(registry.history(id, from, head.version()));
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  /** The whole event log, oldest first. Restores nothing. */
  public static List<LogEntry> log(EngineSettings settings, Network network) throws InftException {
    return log(settings, network, TimeSpan.ALWAYS);
  }

  /**
   * The entries of the event log of a time, oldest first. Versions that were anchored more than a
   * day before or made more than a day after are not fetched: entries of theirs whose time the
   * application made up are left out.
   */
  public static List<LogEntry> log(EngineSettings settings, Network network, TimeSpan span)
      throws InftException {
    Head head = network.registry().head(settings.id());
    if (head.newest().isEmpty()) {
      return List.of();
    }
    Digest context = DatabaseScope.contextOf(network, settings.id());
    Commits commits = new Commits(network.store(), network.registry(), settings.id(), context);
    Restore restore = new Restore(network.store(), context, commits, EngineThreads.pooled());
    Restore.Opened opened = newestReadable(settings, network, head, commits, restore);
    return new EventLog(
            network.registry(),
            settings.id(),
            commits,
            new PackAccess(network.store(), context, commits),
            context,
            GenerationOpener.secretOf(settings))
        .read(opened.keys(), head.version(), span);
  }

  /** What shows to somebody without keys that an event was in a version. Restores nothing. */
  public static EventProof receipt(EngineSettings settings, Network network, Receipts.Order order)
      throws InftException {
    return new Receipts(network, settings.id(), EngineThreads.pooled())
        .make(GenerationOpener.secretOf(settings), order);
  }

  /**
   * What shows to somebody without keys that a version (the head, or what {@code at} asks for) has
   * a row, or has not. Restores that version, as a read-only connection to it would.
   */
  public static RowProof prove(EngineSettings settings, Network network, RowProofs.Order order)
      throws InftException {
    try (Session session = PastStates.openNewest(settings.whole(), network)) {
      if (session instanceof PastSession past) {
        return past.prove(order);
      }
      throw new IllegalStateException("what is only read is a past state");
    }
  }

  /** The head, or where its bytes are wrong or nowhere the newest version before it. */
  private static Restore.Opened newestReadable(
      EngineSettings settings, Network network, Head head, Commits commits, Restore restore)
      throws InftException {
    Anchored newest = head.newest().orElseThrow();
    try {
      return restore.open(
          newest, new Unlocking(GenerationOpener.secretOf(settings), EngineThreads.pooled()));
    } catch (InftException e) {
      if (!Unreadable.isLost(e)) {
        throw e;
      }
      PastKeys past = new PastKeys(network.registry(), settings.id(), commits, restore.context());
      List<Anchored> before =
          newest.version() == 1
              ? List.of()
              : network.registry().history(settings.id(), 1, newest.version() - 1);
      for (int i = before.size() - 1; i >= 0; i--) {
        try {
          return past.open(restore, before.get(i), GenerationOpener.secretOf(settings));
        } catch (InftException again) {
          if (!Unreadable.isLost(again)) {
            throw again;
          }
        }
      }
      throw e;
    }
  }

  /**
   * The keyring that the registry vouches for: from the head, or where that cannot be read from an
   * older version that has the same.
   */
  private static Keyring keyring(
      EngineSettings settings, Network network, Commits commits, Digest context, Anchored newest)
      throws InftException {
    try {
      return Keyring.parse(commits.fetch(newest).body().keyring().toBytes(), context);
    } catch (InftException e) {
      if (!Unreadable.isLost(e) || newest.version() == 1) {
        throw e;
      }
      List<Anchored> before = network.registry().history(settings.id(), 1, newest.version() - 1);
      for (int i = before.size() - 1; i >= 0; i--) {
        if (before.get(i).anchor().keyringHash().equals(newest.anchor().keyringHash())) {
          try {
            return Keyring.parse(commits.fetch(before.get(i)).body().keyring().toBytes(), context);
          } catch (InftException again) {
            if (!Unreadable.isLost(again)) {
              throw again;
            }
          }
        }
      }
      throw e;
    }
  }

  /**
   * Publishes a SQLite file as the next version of a database. The file is read in one read
   * transaction and not changed; a corrupt one is refused before anything is sent.
   *
   * @param over the version that is the head and cannot be read; empty if it can
   * @param warnings told of what SQLite's checks found that does not keep it from being published
   * @return the anchored version
   * @throws io.inft.failure.UnreadableHeadException the head cannot be read, and another one or
   *     none was named
   */
  public static Session.Published push(
      EngineSettings settings,
      Network network,
      Path file,
      OptionalLong over,
      Consumer<String> warnings)
      throws InftException {
    requireFile(file);
    try (Scratch scratch = Scratch.inHome(settings.home(), "push")) {
      Path image = imageOf(scratch, file, warnings);
      Anchored anchored = Engines.push(settings, network, Replacement.file(image, over));
      return new Session.Published(anchored.version(), anchored.anchor().root());
    }
  }

  /** Publishes a SQLite file; what should be looked after in it goes to the log. */
  public static Session.Published push(EngineSettings settings, Network network, Path file)
      throws InftException {
    return push(settings, network, file, OptionalLong.empty(), LOG::warn);
  }

  private static void requireFile(Path file) throws InftException {
    if (!Files.isRegularFile(file)) {
      throw new LocalStorageException(
          file,
          "read",
          new IOException(Files.exists(file) ? "it is no file" : "there is no such file"));
    }
    try {
      if (Files.size(file) == 0) {
        throw new DatabaseCorruptException(
            file.toString(), "the file is empty; what was in it is lost, or it was never written");
      }
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
  }

  /** A consistent copy of a database that somebody else may be using. */
  static Path imageOf(Scratch scratch, Path file, Consumer<String> warnings) throws InftException {
    Path image = scratch.make("image.sqlite");
    SourceDatabase.copy(file, image);
    requireSound(image, file.toString(), warnings);
    return image;
  }

  /**
   * Refuses a damaged database.
   *
   * @param name of it, for people
   * @param warnings told of what does not keep it from being published
   */
  public static void requireSound(Path image, String name, Consumer<String> warnings)
      throws InftException {
    try (SqliteLink source = SqliteLink.openOwn(image)) {
      IntegrityReport report = Integrity.require(source, name);
      if (!report.warnings().isEmpty()) {
        warnings.accept(report.advice());
      }
    } catch (InftException e) {
      if (e instanceof io.inft.failure.LocalDatabaseException local && Integrity.isDamage(local)) {
        throw new DatabaseCorruptException(name, String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  /**
   * Writes a verified version (the head, or what {@code at} asks for) to a file, which appears
   * whole or not at all.
   *
   * @param replace whether an existing file may be replaced
   */
  public static Session.Published pull(
      EngineSettings settings, Network network, Path target, boolean replace) throws InftException {
    if (Files.exists(target) && !replace) {
      throw new ForeignFileException(
          target.toString(), "it exists already and would be overwritten (--force replaces it)");
    }
    try (Session session = PastStates.openNewest(settings.whole(), network)) {
      copyWhole(session.databaseFile(), target);
      return session.sync(Duration.ZERO);
    }
  }

  /** Through a file of an unguessable name that nobody else may read; nothing is followed. */
  static void copyWhole(Path database, Path target) throws InftException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ForeignFileException(target.toString(), "it must lie in a folder that is there");
    }
    if (Files.isDirectory(target)) {
      throw new ForeignFileException(target.toString(), "it is a folder, not a database file");
    }
    try (Scratch scratch = Scratch.in(folder, "pull")) {
      Path part = Files.createTempFile(scratch.folder(), "", ".part");
      try (OutputStream out = Files.newOutputStream(part)) {
        Files.copy(database, out);
      }
      DurableFiles.force(part);
      DurableFiles.rename(part, target);
    } catch (IOException e) {
      throw new LocalStorageException(target, "write", e);
    }
  }

  /**
   * Who can open the newest version, and since when. Needs no secret.
   *
   * @throws NotRegisteredException nothing was published yet
   */
  public static KeyringState keys(EngineSettings settings, Network network) throws InftException {
    RegistryReader registry = network.registry();
    Anchored newest = newest(settings, registry);
    Keyring keyring = keyring(settings, network, newest);
    Anchored began =
        keyring.createdVersion() == newest.version()
            ? newest
            : registry.version(settings.id(), keyring.createdVersion(), 0);
    return new KeyringState(
        newest.version(),
        keyring.epoch(),
        keyring.createdVersion(),
        began.block().time(),
        keyring.slots(),
        keyring.linksBack(),
        keyring.hash());
  }

  /**
   * Which of some secrets opens a slot, if any does; the keyring is fetched once.
   *
   * @param candidates tried in order; not for passwords, which take seconds each
   * @throws NotRegisteredException nothing was published yet
   */
  public static Optional<Secret> whatOpens(
      EngineSettings settings, Network network, List<Secret> candidates) throws InftException {
    Keyring keyring = keyring(settings, network, newest(settings, network.registry()));
    for (Secret candidate : candidates) {
      try {
        keyring.open(candidate);
        return Optional.of(candidate);
      } catch (WrongKeyException | NoSlotException another) {
        LOG.trace("a candidate opens nothing", another);
      }
    }
    return Optional.empty();
  }

  private static Anchored newest(EngineSettings settings, RegistryReader registry)
      throws InftException {
    return registry
        .head(settings.id())
        .newest()
        .orElseThrow(
            () -> new NotRegisteredException(settings.id().toString(), registry.describe()));
  }

  private static Keyring keyring(EngineSettings settings, Network network, Anchored newest)
      throws InftException {
    Digest context = DatabaseScope.contextOf(network, settings.id());
    Commits commits = new Commits(network.store(), network.registry(), settings.id(), context);
    return keyring(settings, network, commits, context, newest);
  }

  /**
   * Opens the newest version with a secret, without restoring it: whether the secret is the right
   * one, which slot it belongs to, and how much of the past it opens.
   *
   * @throws io.inft.failure.WrongKeyException it opens nothing
   * @throws NotRegisteredException nothing was published yet
   */
  public static KeyCheck checkKey(EngineSettings settings, Network network) throws InftException {
    RegistryReader registry = network.registry();
    Anchored newest = newest(settings, registry);
    Digest context = DatabaseScope.contextOf(network, settings.id());
    Commits commits = new Commits(network.store(), network.registry(), settings.id(), context);
    return new PastKeys(registry, settings.id(), commits, context)
        .check(
            new Restore(network.store(), context, commits, EngineThreads.pooled()),
            newest,
            GenerationOpener.secretOf(settings));
  }

  /** Whether this machine has a working copy, so that there may be something to publish. */
  public static boolean hasWorkingCopy(EngineSettings settings, Network network) {
    return Files.exists(
        WorkingCopy.folderOf(settings.home(), network, settings.id()).resolve("current"));
  }

  /** The folder of a database's working copy on this machine; it need not exist. */
  public static Path folderOf(EngineSettings settings, Network network) {
    return WorkingCopy.folderOf(settings.home(), network, settings.id());
  }

  /**
   * A head that this machine has seen, in a block that could not be reorganised away any more.
   *
   * @param root its commit root
   */
  public record Seen(long version, Digest root, Block block) {}

  /** The newest final head of a database that this machine saw; empty if it never saw one. */
  public static Optional<Seen> finalHead(EngineSettings settings, Network network)
      throws InftException {
    return WorkingCopy.finalHead(folderOf(settings, network))
        .map(seen -> new Seen(seen.version(), seen.root(), seen.block()));
  }

  /** The registry's newest version of a database; empty before the first. */
  public static Optional<Long> headVersion(EngineSettings settings, Network network)
      throws InftException {
    try {
      long version = network.registry().head(settings.id()).version();
      return version == 0 ? Optional.empty() : Optional.of(version);
    } catch (NotRegisteredException e) {
      return Optional.empty();
    }
  }
}

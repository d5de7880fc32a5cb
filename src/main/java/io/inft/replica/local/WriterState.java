package io.inft.replica.local;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.registry.Anchor;
import io.inft.registry.Block;
import io.inft.registry.Kind;
import io.inft.sqlite.WalPosition;
import io.inft.store.merkle.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one record that says where a generation stands. It is replaced atomically; what lies in the
 * folder and is not named here does not count.
 *
 * @param confirmed the newest version of this generation that the registry confirmed
 * @param outgoing staged versions on their way, in order
 * @param staged where SQLite's log stood when the newest version was staged or restored
 * @param pending the driver's own events that no version holds yet
 * @param spare a snapshot made in the background, to be listed by the next version once it is
 *     stored
 * @param putAside why and when this generation was put aside; empty while it goes on
 * @param closed what the database file looked like at the last orderly close
 * @param backlog how much is not published, and since when
 * @param inlined anchored versions whose commit object went along with the anchor, and that no
 *     stored version carries whose block is final; oldest first, their objects are kept here
 */
public record WriterState(
    Confirmed confirmed,
    List<Outgoing> outgoing,
    WalPosition staged,
    List<PendingEvent> pending,
    Optional<SpareSnapshot> spare,
    Optional<PutAside> putAside,
    Closed closed,
    Backlog backlog,
    List<Inlined> inlined) {
  static final String FILE = "state";

  public WriterState {
    outgoing = List.copyOf(outgoing);
    pending = List.copyOf(pending);
    inlined = List.copyOf(inlined);
  }

  /**
   * A version that the registry confirmed.
   *
   * @param version 0 before the first
   * @param root of its commit object, zero before the first
   * @param sizeBytes length of its commit object
   * @param block its block number, 0 if unknown
   * @param timeSeconds its block time
   */
  public record Confirmed(long version, Digest root, long sizeBytes, long block, long timeSeconds) {
    static final Confirmed NOTHING = new Confirmed(0, Digest.ZERO, 0, 0, 0);
  }

  /**
   * A database file that nobody has open.
   *
   * @param sizeBytes 0 while it is open
   * @param millis when it was modified
   * @param mark what else a file system tells of a file that was written to, empty if nothing: it
   *     changes with every write whatever a program sets the time to, and with every copy
   */
  public record Closed(long sizeBytes, long millis, String mark) {
    static final Closed NOT_YET = new Closed(0, 0, "");

    static Closed of(Path database) throws LocalStorageException {
      try {
        return new Closed(
            Files.size(database), Files.getLastModifiedTime(database).toMillis(), markOf(database));
      } catch (IOException e) {
        throw new LocalStorageException(database, "look at", e);
      }
    }

    private static String markOf(Path database) throws IOException {
      try {
        return Files.getAttribute(database, "unix:ino")
            + " "
            + Files.getAttribute(database, "unix:ctime");
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        return "";
      }
    }

    /** Whether the file is the very same, and was not written to since; else its pages tell. */
    boolean isStillTrueOf(Path database) throws LocalStorageException {
      return equals(of(database));
    }
  }

  /**
   * One staged version.
   *
   * @param commit the commit object
   * @param rotates whether keyring or epoch change with it
   * @param objects objects of their own, to be stored before the commit object
   * @param inlined whether the commit object goes along with its anchor, and nothing is stored;
   *     that is decided once, when it is staged
   */
  public record Outgoing(
      long version,
      Digest previousRoot,
      ObjectRef commit,
      Digest checksum,
      int keyEpoch,
      Digest keyringHash,
      boolean rotates,
      Kind kind,
      List<ObjectRef> objects,
      boolean inlined) {
    public Outgoing {
      objects = List.copyOf(objects);
      if (inlined && (rotates || !objects.isEmpty())) {
        throw new IllegalArgumentException(
            "version " + version + " brings a keyring or objects of its own, so it is stored");
      }
    }

    /** How long its commit object and its own objects are together, sealed. */
    public long sizeBytes() {
      return commit.sizeBytes() + objects.stream().mapToLong(ObjectRef::sizeBytes).sum();
    }

    /** What the registry is asked to record. */
    public Anchor anchor() {
      return new Anchor(
          version,
          previousRoot,
          commit.root(),
          commit.sizeBytes(),
          checksum,
          keyEpoch,
          keyringHash,
          kind);
    }
  }

  /**
   * A version whose commit object lies in the chain's log and nowhere else, but for this disk.
   *
   * @param block number of its block, 0 while it is on its way
   * @param timeSeconds that block's time, 0 while it is on its way
   * @param own whether this working copy published it; else it was restored
   */
  public record Inlined(
      long version, ObjectRef commit, Digest checksum, long block, long timeSeconds, boolean own) {
    /** One that somebody else published, as far as is known. */
    public Inlined(long version, ObjectRef commit, Digest checksum, long block, long timeSeconds) {
      this(version, commit, checksum, block, timeSeconds, false);
    }

    Inlined in(Block now) {
      return new Inlined(version, commit, checksum, now.number(), now.timeSeconds(), own);
    }
  }

  /** An event of the driver's own that waits for the next version. */
  public record PendingEvent(long timeMillis, String type, String json) {}

  /**
   * A snapshot made in the background.
   *
   * @param stored whether the store has it; before, it is on its way and nothing lists it
   */
  public record SpareSnapshot(
      long version, int epoch, int index, ObjectRef object, long storedAtSeconds, boolean stored) {
    public SpareSnapshot nowStored() {
      return new SpareSnapshot(version, epoch, index, object, storedAtSeconds, true);
    }
  }

  public static WriterState empty() {
    return new WriterState(
        Confirmed.NOTHING,
        List.of(),
        WalPosition.START,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Closed.NOT_YET,
        Backlog.EMPTY,
        List.of());
  }

  /** The newest confirmed version, 0 before the first. */
  public long anchored() {
    return confirmed.version();
  }

  /** Its commit root, zero before the first. */
  public Digest anchoredRoot() {
    return confirmed.root();
  }

  /** The newest version of this generation, anchored or on its way. */
  public long newest() {
    return outgoing.isEmpty() ? anchored() : outgoing.get(outgoing.size() - 1).version();
  }

  /** Names the newest version's commit object; empty before the first version. */
  public Optional<ObjectRef> newestCommit() {
    if (!outgoing.isEmpty()) {
      return Optional.of(outgoing.get(outgoing.size() - 1).commit());
    }
    return anchored() == 0
        ? Optional.empty()
        : Optional.of(new ObjectRef(confirmed.root(), confirmed.sizeBytes()));
  }

  /**
   * With one more version on its way.
   *
   * @param included how many of the pending events it holds; what was remembered later stays
   * @param spareUsed whether that version lists the spare snapshot
   * @param ride what of the unpublished work is in it
   */
  public WriterState withStaged(
      Outgoing next, WalPosition position, int included, boolean spareUsed, Backlog.Ride ride) {
    return new WriterState(
        confirmed,
        with(outgoing, next),
        position,
        pending.subList(included, pending.size()),
        spareUsed ? Optional.empty() : spare,
        putAside,
        closed,
        backlog.staged(ride),
        inlined);
  }

  /** With nothing on its way: the anchored version is the newest one again. */
  WriterState withoutOutgoing() {
    return new WriterState(
        confirmed,
        List.of(),
        WalPosition.START,
        pending,
        Optional.empty(),
        putAside,
        Closed.NOT_YET,
        backlog.withdrawn(),
        inlined);
  }

  /** The only version on its way goes by another road, as another commit object. */
  public WriterState withInstead(Outgoing other) {
    if (outgoing.size() != 1 || outgoing.get(0).version() != other.version()) {
      throw new IllegalArgumentException("version " + other.version() + " is not the one");
    }
    return new WriterState(
        confirmed, List.of(other), staged, pending, spare, putAside, closed, backlog, inlined);
  }

  /** The version on its way, if it is the only one and brings nothing but what it carries. */
  public Optional<Outgoing> lonelyFold() {
    return outgoing.size() == 1 && outgoing.get(0).kind().equals(Kind.ARCHIVE)
        ? Optional.of(outgoing.get(0))
        : Optional.empty();
  }

  /**
   * Without the version on its way, which has the pages of the anchored one.
   *
   * @param events the driver's own that it held
   */
  public WriterState withoutFold(List<PendingEvent> events) {
    List<PendingEvent> waiting = new ArrayList<>(events);
    waiting.addAll(pending);
    return new WriterState(
        confirmed,
        List.of(),
        staged,
        waiting,
        spare,
        putAside,
        closed,
        backlog.anchored(newest()),
        inlined);
  }

  /** After a look that found nothing to publish. */
  public WriterState withPosition(WalPosition position) {
    return new WriterState(
        confirmed,
        outgoing,
        position,
        pending,
        spare,
        putAside,
        closed,
        backlog.looseSince(0),
        inlined);
  }

  public WriterState withAnchored(long version, ObjectRef commit, long block, long timeSeconds) {
    return new WriterState(
        new Confirmed(version, commit.root(), commit.sizeBytes(), block, timeSeconds),
        outgoing.stream().filter(one -> one.version() > version).toList(),
        staged,
        pending,
        spare,
        putAside,
        closed,
        backlog.anchored(version),
        arrived(version, block, timeSeconds));
  }

  private List<Inlined> arrived(long version, long block, long timeSeconds) {
    List<Inlined> more = new ArrayList<>(inlined);
    for (Outgoing one : outgoing) {
      if (one.inlined() && one.version() <= version) {
        more.add(
            new Inlined(one.version(), one.commit(), one.checksum(), block, timeSeconds, true));
      }
    }
    return more;
  }

  /**
   * The inlined versions after the newest stored one, up to the newest, anchored or on their way;
   * oldest first. The next stored version carries them.
   */
  public List<Inlined> tail() {
    List<Inlined> all = new ArrayList<>(inlined);
    for (Outgoing one : outgoing) {
      if (one.inlined()) {
        all.add(new Inlined(one.version(), one.commit(), one.checksum(), 0, 0, true));
      }
    }
    int from = all.size();
    for (long version = newest(); from > 0 && all.get(from - 1).version() == version; version--) {
      from--;
    }
    return List.copyOf(all.subList(from, all.size()));
  }

  /** With what is kept of inlined versions. */
  public WriterState withInlined(List<Inlined> kept) {
    return new WriterState(
        confirmed, outgoing, staged, pending, spare, putAside, closed, backlog, kept);
  }

  /**
   * After versions were looked after: those that are not final are in these blocks now, and what a
   * stored version in a final block carries needs to be kept no longer.
   */
  public WriterState settled(List<UnfinalizedVersions.Entry> unfinalized) {
    Map<Long, Block> blocks = new HashMap<>();
    unfinalized.forEach(entry -> blocks.put(entry.version().version(), entry.block()));
    long oldest = blocks.keySet().stream().min(Long::compare).orElse(Long.MAX_VALUE);
    List<Inlined> kept = new ArrayList<>();
    for (Inlined one : inlined) {
      if (!isCarriedBefore(one.version(), oldest)) {
        Block now = blocks.get(one.version());
        kept.add(now == null ? one : one.in(now));
      }
    }
    return kept.equals(inlined) ? this : withInlined(kept);
  }

  /** Whether a stored version is between a version and one that is not final. */
  private boolean isCarriedBefore(long version, long oldest) {
    long stored = version + 1;
    for (Inlined one : inlined) {
      if (one.version() == stored) {
        stored++;
      }
    }
    return stored <= anchored() && stored < oldest;
  }

  public WriterState withPending(PendingEvent event) {
    return new WriterState(
        confirmed,
        outgoing,
        staged,
        with(pending, event),
        spare,
        putAside,
        closed,
        backlog,
        inlined);
  }

  public WriterState withSpare(Optional<SpareSnapshot> snapshot) {
    return new WriterState(
        confirmed, outgoing, staged, pending, snapshot, putAside, closed, backlog, inlined);
  }

  WriterState withPutAside(PutAside aside) {
    return new WriterState(
        confirmed, outgoing, staged, pending, spare, Optional.of(aside), closed, backlog, inlined);
  }

  public WriterState withPageSize(int bytes) {
    return new WriterState(
        confirmed,
        outgoing,
        staged,
        pending,
        spare,
        putAside,
        closed,
        backlog.withPageSize(bytes),
        inlined);
  }

  /** With the time of the oldest commit that no version holds. */
  public WriterState withLooseSince(long millis) {
    return new WriterState(
        confirmed,
        outgoing,
        staged,
        pending,
        spare,
        putAside,
        closed,
        backlog.looseSince(millis),
        inlined);
  }

  /** With what the database file looks like now that nobody has it open. */
  public WriterState withClosed(Path database) throws LocalStorageException {
    return new WriterState(
        confirmed,
        outgoing,
        staged,
        pending,
        spare,
        putAside,
        Closed.of(database),
        backlog,
        inlined);
  }

  /** While somebody has it open. */
  public WriterState withOpened() {
    return new WriterState(
        confirmed, outgoing, staged, pending, spare, putAside, Closed.NOT_YET, backlog, inlined);
  }

  private static <T> List<T> with(List<T> before, T one) {
    List<T> more = new ArrayList<>(before);
    more.add(one);
    return more;
  }

  public void write(Path generation) throws InftException {
    DurableFiles.replace(generation.resolve(FILE), WriterStateFormat.write(this));
  }

  public static WriterState read(Path generation) throws InftException {
    return WriterStateFormat.read(
        DurableFiles.read(generation.resolve(FILE), WriterStateFormat.MAX_BYTES));
  }

  static boolean isIn(Path generation) {
    return Files.exists(generation.resolve(FILE));
  }
}

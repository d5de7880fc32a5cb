package io.inft.replica;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.registry.Kind;
import io.inft.sqlite.WalPosition;
import io.inft.store.ObjectRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one record that says where a generation stands. It is replaced atomically; what lies in the
 * folder and is not named here does not count.
 *
 * @param anchored the newest version of this line that the registry confirmed, 0 before the first
 * @param anchoredRoot its commit root, zero before the first
 * @param anchoredSizeBytes length of its commit object
 * @param anchoredBlock its block number, 0 if unknown
 * @param anchoredTimeSeconds its block time
 * @param outgoing staged versions on their way, in order
 * @param staged where SQLite's log stood when the newest version was staged or restored
 * @param pending the driver's own events that no version holds yet
 * @param spare a snapshot made in the background, to be listed by the next version once it is
 *     stored
 * @param fork why this line was put aside; empty while it goes on
 * @param closedSizeBytes size of the database file at the last orderly close, 0 while open
 * @param closedMillis its modification time then
 */
record LineState(
    long anchored,
    Digest anchoredRoot,
    long anchoredSizeBytes,
    long anchoredBlock,
    long anchoredTimeSeconds,
    List<Outgoing> outgoing,
    WalPosition staged,
    List<PendingEvent> pending,
    Optional<SpareSnapshot> spare,
    String fork,
    long closedSizeBytes,
    long closedMillis) {
  private static final String FILE = "state";
  private static final String WHAT = "state of the working copy";
  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 16 << 20;

  LineState {
    outgoing = List.copyOf(outgoing);
    pending = List.copyOf(pending);
  }

  /**
   * One staged version.
   *
   * @param commit the commit object
   * @param rotates whether keyring or epoch change with it
   * @param objects objects of their own, to be stored before the commit object
   */
  record Outgoing(
      long version,
      Digest previousRoot,
      ObjectRef commit,
      Digest checksum,
      int keyEpoch,
      Digest keyringHash,
      boolean rotates,
      Kind kind,
      List<ObjectRef> objects) {
    Outgoing {
      objects = List.copyOf(objects);
    }

    void write(ByteWriter writer) {
      writer
          .u64(version)
          .digest(previousRoot)
          .digest(commit.root())
          .u64(commit.sizeBytes())
          .digest(checksum)
          .u32(keyEpoch)
          .digest(keyringHash)
          .u8(rotates ? 1 : 0)
          .u8(kind.code())
          .u16(objects.size());
      objects.forEach(ref -> writer.digest(ref.root()).u64(ref.sizeBytes()));
    }

    static Outgoing read(ByteReader reader) throws CorruptObjectException {
      return new Outgoing(
          reader.u64("version"),
          reader.digest("previous root"),
          ref(reader),
          reader.digest("checksum"),
          reader.u32("epoch", Integer.MAX_VALUE),
          reader.digest("keyring hash"),
          reader.u8("rotates") == 1,
          LineState.kind(reader),
          refs(reader));
    }
  }

  /** An event of the driver's own that waits for the next version. */
  record PendingEvent(long timeMillis, String type, String json) {}

  /**
   * A snapshot made in the background.
   *
   * @param stored whether the store has it; before, it is on its way and nothing lists it
   */
  record SpareSnapshot(
      long version,
      int epoch,
      int index,
      ObjectRef object,
      Digest sha256,
      long storedAtSeconds,
      boolean stored) {
    SpareSnapshot nowStored() {
      return new SpareSnapshot(version, epoch, index, object, sha256, storedAtSeconds, true);
    }
  }

  static LineState empty() {
    return new LineState(
        0,
        Digest.ZERO,
        0,
        0,
        0,
        List.of(),
        WalPosition.START,
        List.of(),
        Optional.empty(),
        "",
        0,
        0);
  }

  /** The newest version of this line, anchored or on its way. */
  long newest() {
    return outgoing.isEmpty() ? anchored : outgoing.get(outgoing.size() - 1).version();
  }

  /** The newest version's commit root. */
  Digest newestRoot() {
    return outgoing.isEmpty() ? anchoredRoot : outgoing.get(outgoing.size() - 1).commit().root();
  }

  /** Names the newest version's commit object; empty before the first version. */
  Optional<ObjectRef> newestCommit() {
    if (!outgoing.isEmpty()) {
      return Optional.of(outgoing.get(outgoing.size() - 1).commit());
    }
    return anchored == 0
        ? Optional.empty()
        : Optional.of(new ObjectRef(anchoredRoot, anchoredSizeBytes));
  }

  /**
   * With one more version on its way.
   *
   * @param included how many of the pending events it holds; what was remembered later stays
   * @param spareUsed whether that version lists the spare snapshot
   */
  LineState withStaged(Outgoing next, WalPosition position, int included, boolean spareUsed) {
    List<Outgoing> more = new ArrayList<>(outgoing);
    more.add(next);
    return new LineState(
        anchored,
        anchoredRoot,
        anchoredSizeBytes,
        anchoredBlock,
        anchoredTimeSeconds,
        more,
        position,
        pending.subList(included, pending.size()),
        spareUsed ? Optional.empty() : spare,
        fork,
        closedSizeBytes,
        closedMillis);
  }

  /** With nothing on its way: the anchored version is the newest one again. */
  LineState withoutOutgoing() {
    return new LineState(
        anchored,
        anchoredRoot,
        anchoredSizeBytes,
        anchoredBlock,
        anchoredTimeSeconds,
        List.of(),
        WalPosition.START,
        pending,
        Optional.empty(),
        fork,
        0,
        0);
  }

  /** After a look that found nothing to publish. */
  LineState withPosition(WalPosition position) {
    return new LineState(
        anchored,
        anchoredRoot,
        anchoredSizeBytes,
        anchoredBlock,
        anchoredTimeSeconds,
        outgoing,
        position,
        pending,
        spare,
        fork,
        closedSizeBytes,
        closedMillis);
  }

  LineState withAnchored(long version, ObjectRef commit, long block, long timeSeconds) {
    return new LineState(
        version,
        commit.root(),
        commit.sizeBytes(),
        block,
        timeSeconds,
        outgoing.stream().filter(one -> one.version() > version).toList(),
        staged,
        pending,
        spare,
        fork,
        closedSizeBytes,
        closedMillis);
  }

  LineState withPending(PendingEvent event) {
    List<PendingEvent> more = new ArrayList<>(pending);
    more.add(event);
    return new LineState(
        anchored,
        anchoredRoot,
        anchoredSizeBytes,
        anchoredBlock,
        anchoredTimeSeconds,
        outgoing,
        staged,
        more,
        spare,
        fork,
        closedSizeBytes,
        closedMillis);
  }

  LineState withSpare(Optional<SpareSnapshot> snapshot) {
    return new LineState(
        anchored,
        anchoredRoot,
        anchoredSizeBytes,
        anchoredBlock,
        anchoredTimeSeconds,
        outgoing,
        staged,
        pending,
        snapshot,
        fork,
        closedSizeBytes,
        closedMillis);
  }

  LineState withFork(String reason) {
    return new LineState(
        anchored,
        anchoredRoot,
        anchoredSizeBytes,
        anchoredBlock,
        anchoredTimeSeconds,
        outgoing,
        staged,
        pending,
        spare,
        reason,
        closedSizeBytes,
        closedMillis);
  }

  /** With what the database file looks like now that nobody has it open. */
  LineState withClosed(Path database) throws LocalStorageException {
    long sizeBytes;
    long modifiedMillis;
    try {
      sizeBytes = Files.size(database);
      modifiedMillis = Files.getLastModifiedTime(database).toMillis();
    } catch (IOException e) {
      throw new LocalStorageException(database, "look at", e);
    }
    return new LineState(
        anchored,
        anchoredRoot,
        anchoredSizeBytes,
        anchoredBlock,
        anchoredTimeSeconds,
        outgoing,
        staged,
        pending,
        spare,
        fork,
        sizeBytes,
        modifiedMillis);
  }

  void write(Path generation) throws InftException {
    DurableFiles.replace(generation.resolve(FILE), Checked.wrap(toBytes()));
  }

  static LineState read(Path generation) throws InftException {
    return parse(Checked.unwrap(WHAT, DurableFiles.read(generation.resolve(FILE), MAX_BYTES)));
  }

  static boolean isIn(Path generation) {
    return Files.exists(generation.resolve(FILE));
  }

  private byte[] toBytes() {
    ByteWriter writer =
        new ByteWriter()
            .u16(FORMAT)
            .u64(anchored)
            .digest(anchoredRoot)
            .u64(anchoredSizeBytes)
            .u64(anchoredBlock)
            .u64(anchoredTimeSeconds)
            .bytes16(staged.encode());
    writer.u32(outgoing.size());
    outgoing.forEach(one -> one.write(writer));
    writer.u32(pending.size());
    for (PendingEvent event : pending) {
      writer.u64(event.timeMillis());
      text(writer, event.type());
      text(writer, event.json());
    }
    writer.u8(spare.isPresent() ? 1 : 0);
    spare.ifPresent(
        one ->
            writer
                .u64(one.version())
                .u32(one.epoch())
                .u32(one.index())
                .digest(one.object().root())
                .u64(one.object().sizeBytes())
                .digest(one.sha256())
                .u64(one.storedAtSeconds())
                .u8(one.stored() ? 1 : 0));
    text(writer, fork);
    return writer.u64(closedSizeBytes).u64(closedMillis).toBytes();
  }

  private static LineState parse(ByteReader reader) throws InftException {
    int format = reader.u16("format");
    if (format > FORMAT) {
      throw new FormatTooNewException(WHAT, format, FORMAT);
    }
    if (format < FORMAT) {
      throw reader.corrupt("format " + format + " never was");
    }
    long anchored = reader.u64("anchored version");
    Digest anchoredRoot = reader.digest("anchored root");
    long anchoredSize = reader.u64("anchored size");
    long block = reader.u64("anchored block");
    long time = reader.u64("anchored time");
    WalPosition staged =
        WalPosition.decode(new ByteReader("log position", reader.bytes16("log position", 64)));
    List<Outgoing> outgoing = new ArrayList<>();
    int count = reader.u32("outgoing", 1 << 16);
    for (int i = 0; i < count; i++) {
      outgoing.add(Outgoing.read(reader));
    }
    List<PendingEvent> pending = new ArrayList<>();
    int events = reader.u32("pending events", 1 << 20);
    for (int i = 0; i < events; i++) {
      pending.add(new PendingEvent(reader.u64("time"), text(reader, "type"), text(reader, "json")));
    }
    Optional<SpareSnapshot> spare =
        reader.u8("spare") == 0
            ? Optional.empty()
            : Optional.of(
                new SpareSnapshot(
                    reader.u64("version"),
                    reader.u32("epoch", Integer.MAX_VALUE),
                    reader.u32("index", Integer.MAX_VALUE),
                    ref(reader),
                    reader.digest("sha256"),
                    reader.u64("stored at"),
                    reader.u8("stored") == 1));
    String fork = text(reader, "fork");
    LineState state =
        new LineState(
            anchored,
            anchoredRoot,
            anchoredSize,
            block,
            time,
            outgoing,
            staged,
            pending,
            spare,
            fork,
            reader.u64("closed size"),
            reader.u64("closed time"));
    reader.end();
    return state;
  }

  private static Kind kind(ByteReader reader) throws CorruptObjectException {
    int code = reader.u8("kind");
    for (Kind kind : Kind.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    throw reader.corrupt("unknown kind " + code);
  }

  private static ObjectRef ref(ByteReader reader) throws CorruptObjectException {
    Digest root = reader.digest("root");
    long size = reader.u64("size");
    if (size < 1) {
      throw reader.corrupt("an object has at least one byte");
    }
    return new ObjectRef(root, size);
  }

  private static List<ObjectRef> refs(ByteReader reader) throws CorruptObjectException {
    int count = reader.u16("objects");
    List<ObjectRef> refs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      refs.add(ref(reader));
    }
    return refs;
  }

  private static void text(ByteWriter writer, String text) {
    writer.bytes32(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(ByteReader reader, String field) throws CorruptObjectException {
    return new String(reader.bytes32(field, 1 << 20), StandardCharsets.UTF_8);
  }
}

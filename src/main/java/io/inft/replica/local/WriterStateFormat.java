package io.inft.replica.local;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.LocalFormat;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.registry.Kind;
import io.inft.replica.local.WriterState.Closed;
import io.inft.replica.local.WriterState.Confirmed;
import io.inft.replica.local.WriterState.Inlined;
import io.inft.replica.local.WriterState.Outgoing;
import io.inft.replica.local.WriterState.PendingEvent;
import io.inft.replica.local.WriterState.SpareSnapshot;
import io.inft.sqlite.WalPosition;
import io.inft.store.merkle.ObjectRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a {@link WriterState} stands in its file. Formats 1 and 2 had no magic: their number is the
 * first field of the content. Format 3 has a magic before it, and no SHA-256 of a spare snapshot.
 * Format 4 has inlined versions.
 */
public final class WriterStateFormat {
  static final int MAX_BYTES = 16 << 20;

  /** Said only why a generation was put aside. */
  private static final int WITH_REASON = 1;

  private static final int WITHOUT_MAGIC = 2;
  private static final int WITH_MAGIC = 3;
  private static final int WITH_INLINED = 4;
  private static final int MAX_INLINED = 1 << 16;
  private static final LocalFormat FORMAT =
      new LocalFormat("state of the working copy", 't', WITH_MAGIC, WITH_INLINED);

  private WriterStateFormat() {}

  /** The whole file. */
  public static byte[] write(WriterState state) {
    ByteWriter writer =
        new ByteWriter()
            .u64(state.confirmed().version())
            .digest(state.confirmed().root())
            .u64(state.confirmed().sizeBytes())
            .u64(state.confirmed().block())
            .u64(state.confirmed().timeSeconds())
            .bytes16(state.staged().encode());
    writer.u32(state.outgoing().size());
    state.outgoing().forEach(one -> write(writer, one));
    writer.u32(state.pending().size());
    for (PendingEvent event : state.pending()) {
      writer.u64(event.timeMillis());
      text(writer, event.type());
      text(writer, event.json());
    }
    writer.u8(state.spare().isPresent() ? 1 : 0);
    state
        .spare()
        .ifPresent(
            one ->
                writer
                    .u64(one.version())
                    .u32(one.epoch())
                    .u32(one.index())
                    .digest(one.object().root())
                    .u64(one.object().sizeBytes())
                    .u64(one.storedAtSeconds())
                    .u8(one.stored() ? 1 : 0));
    write(writer, state.putAside());
    writer.u64(state.closed().sizeBytes()).u64(state.closed().millis());
    writer
        .u64(state.backlog().looseSinceMillis())
        .u32(state.backlog().pageSize())
        .u32(state.backlog().rides().size());
    for (Backlog.Ride ride : state.backlog().rides()) {
      writer.u64(ride.version()).u64(ride.commits()).u64(ride.pages()).u64(ride.sinceMillis());
    }
    text(writer, state.closed().mark());
    writer.u32(state.inlined().size());
    for (Inlined one : state.inlined()) {
      writer.u64(one.version()).digest(one.commit().root()).u64(one.commit().sizeBytes());
      writer.digest(one.checksum()).u64(one.block()).u64(one.timeSeconds());
      writer.u8(one.own() ? 1 : 0);
    }
    return FORMAT.wrap(writer.toBytes());
  }

  static void write(ByteWriter writer, Outgoing version) {
    writer
        .u64(version.version())
        .digest(version.previousRoot())
        .digest(version.commit().root())
        .u64(version.commit().sizeBytes())
        .digest(version.checksum())
        .u32(version.keyEpoch())
        .digest(version.keyringHash())
        .u8(version.rotates() ? 1 : 0)
        .u8(version.kind().code())
        .u16(version.objects().size());
    version.objects().forEach(ref -> writer.digest(ref.root()).u64(ref.sizeBytes()));
    writer.u8(version.inlined() ? 1 : 0);
  }

  static WriterState read(byte[] file) throws InftException {
    LocalFormat.Content content = FORMAT.unwrap(file);
    ByteReader reader = content.reader();
    int format = content.isBeforeMagic() ? reader.u16("format") : content.format();
    if (content.isBeforeMagic() && (format < WITH_REASON || format > WITHOUT_MAGIC)) {
      throw reader.corrupt("format " + format + " without a magic never was");
    }
    WriterState state = read(format, reader);
    reader.end();
    return state;
  }

  private static WriterState read(int format, ByteReader reader) throws InftException {
    Confirmed confirmed =
        new Confirmed(
            reader.u64("anchored version"),
            reader.digest("anchored root"),
            reader.u64("anchored size"),
            reader.u64("anchored block"),
            reader.u64("anchored time"));
    WalPosition staged =
        WalPosition.decode(new ByteReader("log position", reader.bytes16("log position", 64)));
    List<Outgoing> outgoing = new ArrayList<>();
    int count = reader.u32("outgoing", 1 << 16);
    for (int i = 0; i < count; i++) {
      outgoing.add(readOutgoing(reader, format >= WITH_INLINED));
    }
    List<PendingEvent> pending = new ArrayList<>();
    int events = reader.u32("pending events", 1 << 20);
    for (int i = 0; i < events; i++) {
      pending.add(new PendingEvent(reader.u64("time"), text(reader, "type"), text(reader, "json")));
    }
    Optional<SpareSnapshot> spare =
        reader.u8("spare") == 0 ? Optional.empty() : Optional.of(readSpare(format, reader));
    Optional<PutAside> aside =
        format == WITH_REASON ? reasonOnly(text(reader, "fork"), confirmed) : readPutAside(reader);
    long closedBytes = reader.u64("closed size");
    long closedMillis = reader.u64("closed time");
    Backlog backlog = format == WITH_REASON ? Backlog.EMPTY : readBacklog(reader);
    String mark = reader.remaining() == 0 ? "" : text(reader, "closed mark");
    return new WriterState(
        confirmed,
        outgoing,
        staged,
        pending,
        spare,
        aside,
        new Closed(closedBytes, closedMillis, mark),
        backlog,
        format < WITH_INLINED ? List.of() : readInlined(reader));
  }

  private static List<Inlined> readInlined(ByteReader reader) throws CorruptObjectException {
    List<Inlined> inlined = new ArrayList<>();
    int count = reader.u32("inlined", MAX_INLINED);
    long before = 0;
    for (int i = 0; i < count; i++) {
      Inlined one =
          new Inlined(
              reader.u64("version"),
              ref(reader),
              reader.digest("checksum"),
              reader.u64("block"),
              reader.u64("time"),
              reader.u8("own") == 1);
      if (one.version() <= before) {
        throw reader.corrupt("inlined version " + one.version() + " behind " + before);
      }
      before = one.version();
      inlined.add(one);
    }
    return inlined;
  }

  /** Before format 3 it had a SHA-256 besides, of the bytes that its root names. */
  private static SpareSnapshot readSpare(int format, ByteReader reader) throws InftException {
    long version = reader.u64("version");
    int epoch = reader.u32("epoch", Integer.MAX_VALUE);
    int index = reader.u32("index", Integer.MAX_VALUE);
    ObjectRef object = ref(reader);
    if (format < WITH_MAGIC) {
      reader.digest("SHA-256");
    }
    return new SpareSnapshot(
        version, epoch, index, object, reader.u64("stored at"), reader.u8("stored") == 1);
  }

  private static void write(ByteWriter writer, Optional<PutAside> aside) {
    writer.u8(aside.map(one -> one.kind().code()).orElse(0));
    if (aside.isPresent()) {
      PutAside one = aside.get();
      text(writer, one.reason());
      writer.u64(one.atMillis()).u64(one.baseVersion());
      write(writer, one.commits());
      write(writer, one.pages());
    }
  }

  private static Optional<PutAside> readPutAside(ByteReader reader) throws CorruptObjectException {
    int code = reader.u8("put aside");
    if (code == 0) {
      return Optional.empty();
    }
    for (Fork.Kind kind : Fork.Kind.values()) {
      if (kind.code() == code) {
        return Optional.of(
            new PutAside(
                kind,
                text(reader, "reason"),
                reader.u64("put aside at"),
                reader.u64("base version"),
                readNumber(reader, "commits"),
                readNumber(reader, "pages")));
      }
    }
    throw reader.corrupt("put aside for an unknown reason " + code);
  }

  private static Backlog readBacklog(ByteReader reader) throws CorruptObjectException {
    long loose = reader.u64("unpublished since");
    int pageSize = reader.u32("page size", 1 << 16);
    List<Backlog.Ride> rides = new ArrayList<>();
    int count = reader.u32("rides", 1 << 16);
    for (int i = 0; i < count; i++) {
      rides.add(
          new Backlog.Ride(
              reader.u64("version"),
              reader.u64("commits"),
              reader.u64("pages"),
              reader.u64("since")));
    }
    return new Backlog(loose, pageSize, rides);
  }

  private static Optional<PutAside> reasonOnly(String reason, Confirmed base) {
    return reason.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PutAside(
                Fork.Kind.FORK,
                reason,
                0,
                base.version(),
                OptionalLong.empty(),
                OptionalLong.empty()));
  }

  private static void write(ByteWriter writer, OptionalLong number) {
    writer.u8(number.isPresent() ? 1 : 0).u64(number.orElse(0));
  }

  private static OptionalLong readNumber(ByteReader reader, String what)
      throws CorruptObjectException {
    boolean known = reader.u8(what) == 1;
    long number = reader.u64(what);
    return known ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /**
   * @param withRoad whether it says which way it goes; before, everything was stored
   */
  static Outgoing readOutgoing(ByteReader reader, boolean withRoad) throws CorruptObjectException {
    long version = reader.u64("version");
    Digest previousRoot = reader.digest("previous root");
    ObjectRef commit = ref(reader);
    Digest checksum = reader.digest("checksum");
    int epoch = reader.u32("epoch", Integer.MAX_VALUE);
    Digest keyringHash = reader.digest("keyring hash");
    boolean rotates = reader.u8("rotates") == 1;
    Kind kind = kind(reader);
    List<ObjectRef> objects = refs(reader);
    boolean inlined = withRoad && reader.u8("inlined") == 1;
    if (inlined && (rotates || !objects.isEmpty())) {
      throw reader.corrupt("version " + version + " cannot be inlined");
    }
    return new Outgoing(
        version,
        previousRoot,
        commit,
        checksum,
        epoch,
        keyringHash,
        rotates,
        kind,
        objects,
        inlined);
  }

  private static Kind kind(ByteReader reader) throws CorruptObjectException {
    int code = reader.u8("kind");
    if (!Kind.isCode(code)) {
      throw reader.corrupt("kind " + code + " never was");
    }
    return new Kind(code);
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

package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commit objects that a later version, their carrier, brings to where objects are stored: those of
 * consecutive versions, oldest first, up to the one before the carrier. Who makes one knows that
 * they are sound; who reads one checks each as if it came from elsewhere. Immutable, safe for many
 * threads.
 */
public final class Archive {
  public static final int MAX_OBJECTS = 63;

  /** What the registry lets go along with an anchor; longer ones are stored from the start. */
  public static final int MAX_OBJECT_BYTES = 8192;

  /** Of an archive, however badly it deflates. */
  public static final int MAX_BYTES = 600 * 1024;

  static final int FORMAT = 1;

  /** A count, and a length of two bytes at most before each object. */
  static final int MAX_PLAIN_BYTES = 1 + MAX_OBJECTS * (2 + MAX_OBJECT_BYTES);

  private static final String WHAT = "archive";

  private final List<Blob> objects;
  private final CommitFormat.Place first;

  private Archive(List<Blob> objects, CommitFormat.Place first) {
    this.objects = objects;
    this.first = first;
  }

  /**
   * An archive of these commit objects, oldest first.
   *
   * @throws IllegalArgumentException if no reader would take it
   */
  public Archive(List<Blob> objects) {
    this(List.copyOf(objects), soundPlace(objects));
  }

  /** Whether there can be an archive of these: commit objects of one version after the other. */
  public static boolean canCarry(List<Blob> objects) {
    try {
      return requireConsecutive(objects).version() >= 1;
    } catch (InftException e) {
      return false;
    }
  }

  private static CommitFormat.Place soundPlace(List<Blob> objects) {
    try {
      return requireConsecutive(objects);
    } catch (InftException e) {
      throw new IllegalArgumentException("nobody would read this archive: " + e.getMessage(), e);
    }
  }

  /** The commit objects, oldest first. */
  public List<Blob> objects() {
    return objects;
  }

  public long firstVersion() {
    return first.version();
  }

  public long lastVersion() {
    return first.version() + objects.size() - 1;
  }

  /** The commit object of a version, as it was put in; empty if it is not here. */
  public Optional<Blob> objectOf(long version) {
    return version < firstVersion() || version > lastVersion()
        ? Optional.empty()
        : Optional.of(objects.get((int) (version - firstVersion())));
  }

  /**
   * The sealed bytes of a pack that lies in the commit object of the version that produced it.
   *
   * @throws CorruptObjectException that version is not here, or its object ends before
   */
  public ByteSource packOf(long version, Location.Carried at, long sizeBytes)
      throws CorruptObjectException {
    Blob object =
        objectOf(version)
            .orElseThrow(
                () ->
                    new CorruptObjectException(
                        WHAT,
                        0,
                        "has versions "
                            + firstVersion()
                            + " to "
                            + lastVersion()
                            + ", and a pack of version "
                            + version
                            + " is said to be in it"));
    return packIn(object, version, at, sizeBytes);
  }

  /**
   * The sealed bytes of a pack in the commit object of the version that produced it.
   *
   * @throws CorruptObjectException it ends before
   */
  public static ByteSource packIn(Blob object, long version, Location.Carried at, long sizeBytes)
      throws CorruptObjectException {
    if (at.offset() + sizeBytes > object.sizeBytes()) {
      throw new CorruptObjectException(
          CommitFormat.WHAT,
          0,
          "that of version "
              + version
              + " has "
              + object.sizeBytes()
              + " bytes; a pack of "
              + sizeBytes
              + " is said to be at "
              + at.offset());
    }
    return ByteSource.of(object.toBytes()).slice(at.offset(), sizeBytes);
  }

  /**
   * The 0G root of the version before the oldest one here, which is stored; zero if that is version
   * 1.
   */
  public Digest rootBefore() {
    return first.previousRoot();
  }

  public byte[] toBytes() {
    ByteWriter plain = new ByteWriter(4096);
    plain.varint(objects.size());
    objects.forEach(object -> plain.varint(object.sizeBytes()).bytes(object.toBytes()));
    return new ByteWriter(plain.size())
        .u8(FORMAT)
        .varint(plain.size())
        .bytes(Deflate.deflate(plain.toBytes()))
        .toBytes();
  }

  /**
   * The archive that a commit object carries; empty if it carries none.
   *
   * @throws CorruptObjectException it breaks a rule of the format, or does not end right before its
   *     carrier
   */
  public static Optional<Archive> of(CommitObject carrier) throws InftException {
    Optional<Attachment> attachment = carrier.body().archive();
    if (attachment.isEmpty() || !(attachment.get().location() instanceof Location.Here here)) {
      return Optional.empty();
    }
    Archive archive = parse(carrier.inlineItem(here, attachment.get().sizeBytes()));
    long version = carrier.body().version();
    if (!archive.first.context().equals(carrier.body().context())
        || archive.lastVersion() != version - 1) {
      throw new CorruptObjectException(
          WHAT,
          0,
          "version "
              + version
              + " carries versions "
              + archive.firstVersion()
              + " to "
              + archive.lastVersion()
              + (archive.first.context().equals(carrier.body().context())
                  ? ", not those right before it"
                  : " of another database"));
    }
    return Optional.of(archive);
  }

  /**
   * The archive of a carrier that something is said to lie in.
   *
   * @throws CorruptObjectException also if it carries none
   */
  public static Archive requireOf(CommitObject carrier) throws InftException {
    return of(carrier)
        .orElseThrow(
            () ->
                new CorruptObjectException(
                    WHAT, 0, "version " + carrier.body().version() + " carries none"));
  }

  /**
   * Reads an archive strictly. That its objects are the ones meant, and are signed, is for the
   * caller to check.
   *
   * @throws io.inft.failure.FormatTooNewException a later release made it, or an object in it
   * @throws CorruptObjectException it breaks a rule of the format
   */
  public static Archive parse(byte[] bytes) throws InftException {
    if (bytes.length > MAX_BYTES) {
      throw new CorruptObjectException(
          WHAT, 0, "has " + bytes.length + " bytes, at most " + MAX_BYTES + " allowed");
    }
    ByteReader reader = new ByteReader(WHAT, bytes);
    Formats.read(reader, "the archive", FORMAT);
    long plainLength = reader.varint("plain length");
    if (plainLength > MAX_PLAIN_BYTES) {
      throw reader.corrupt(plainLength + " plain bytes, at most " + MAX_PLAIN_BYTES + " allowed");
    }
    byte[] plain =
        Deflate.inflate(reader.bytes("objects", reader.remaining()), (int) plainLength)
            .orElseThrow(() -> reader.corrupt("does not inflate to " + plainLength + " bytes"));
    List<Blob> objects = readObjects(new ByteReader(WHAT, plain));
    return new Archive(objects, requireConsecutive(objects));
  }

  private static List<Blob> readObjects(ByteReader reader) throws CorruptObjectException {
    long count = reader.varint("object count");
    if (count > MAX_OBJECTS) {
      throw reader.corrupt(count + " objects, at most " + MAX_OBJECTS + " allowed");
    }
    List<Blob> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long length = reader.varint("object length");
      if (length > MAX_OBJECT_BYTES) {
        throw reader.corrupt(
            "an object of " + length + " bytes, at most " + MAX_OBJECT_BYTES + " allowed");
      }
      objects.add(Blob.of(reader.bytes("object", (int) length)));
    }
    reader.end();
    return List.copyOf(objects);
  }

  /** Versions of one database, one after the other; answers where the first stands. */
  private static CommitFormat.Place requireConsecutive(List<Blob> objects) throws InftException {
    if (objects.isEmpty() || objects.size() > MAX_OBJECTS) {
      throw new CorruptObjectException(
          WHAT, 0, "has " + objects.size() + " objects; 1 to " + MAX_OBJECTS + " are allowed");
    }
    CommitFormat.Place first = CommitFormat.readPlace(objects.get(0).toBytes());
    for (int i = 0; i < objects.size(); i++) {
      Blob object = objects.get(i);
      if (object.sizeBytes() > MAX_OBJECT_BYTES) {
        throw new CorruptObjectException(
            WHAT,
            0,
            "an object of "
                + object.sizeBytes()
                + " bytes, at most "
                + MAX_OBJECT_BYTES
                + " allowed");
      }
      CommitFormat.Place place = CommitFormat.readPlace(object.toBytes());
      if (!place.context().equals(first.context()) || place.version() != first.version() + i) {
        throw new CorruptObjectException(
            WHAT,
            0,
            "object "
                + i
                + " is of version "
                + place.version()
                + (place.context().equals(first.context()) ? "" : " of another database")
                + ", not of version "
                + (first.version() + i));
      }
    }
    return first;
  }

  /**
   * The 0G root under which each object is named by the one after it, the last by its carrier; in
   * the order of {@link #objects()}. An object that has another root is not the one meant.
   */
  public List<Digest> namedRoots(CommitBody carrier) throws InftException {
    List<Digest> roots = new ArrayList<>();
    for (int i = 1; i < objects.size(); i++) {
      roots.add(CommitFormat.readPlace(objects.get(i).toBytes()).previousRoot());
    }
    roots.add(carrier.previousRoot());
    return List.copyOf(roots);
  }

  /** Says what root bytes have on 0G. */
  @FunctionalInterface
  public interface Roots {
    Digest of(Blob object) throws InftException;
  }

  /**
   * Whether what a commit object names in its archive is in there, and is what was anchored. It is
   * asked of every version, also by who needs nothing of it because his disk has those pages: the
   * next version hands on where the packs are, and others need them.
   *
   * @param inlined whether the commit object went along with its anchor
   * @throws io.inft.failure.FormatTooNewException a later release made the archive
   * @throws CorruptObjectException it is not
   */
  public static void requireSound(CommitObject commit, boolean inlined, Roots roots)
      throws InftException {
    Optional<Archive> archive = of(commit);
    long version = commit.body().version();
    if (inlined && archive.isPresent()) {
      throw unsound(version, "went along with its anchor, and carries others");
    }
    if (archive.isPresent()) {
      archive.get().requireAnchored(commit.body(), roots);
    }
    for (PackEntry pack : commit.body().restoreSet()) {
      if (pack.location() instanceof Location.Carried at && at.isHere() && !inlined) {
        if (archive.isEmpty()) {
          throw unsound(version, "carries none, and names a pack in it");
        }
        var unused = archive.get().packOf(pack.producedBy(), at, pack.sizeBytes());
      }
    }
  }

  private void requireAnchored(CommitBody carrier, Roots roots) throws InftException {
    List<Digest> named = namedRoots(carrier);
    for (int i = 0; i < named.size(); i++) {
      if (!roots.of(objects.get(i)).equals(named.get(i))) {
        throw unsound(
            carrier.version(),
            "has another object of version " + (firstVersion() + i) + " than was anchored");
      }
    }
  }

  private static CorruptObjectException unsound(long version, String what) {
    return new CorruptObjectException(WHAT, 0, "version " + version + " " + what);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Archive that && objects.equals(that.objects);
  }

  @Override
  public int hashCode() {
    return objects.hashCode();
  }

  @Override
  public String toString() {
    return "Archive[versions " + firstVersion() + " to " + lastVersion() + "]";
  }
}

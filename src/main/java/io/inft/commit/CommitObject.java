package io.inft.commit;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.WrongSignerException;
import java.util.Arrays;
import java.util.List;

/**
 * The signed record of one version, whose root and SHA-256 the registry holds. There is none whose
 * signature is not its author's. Immutable, safe for many threads. The format is described in
 * {@code commit-object.md}.
 */
public final class CommitObject {
  public static final int MAX_BYTES = 1 << 20;

  /** What is longer becomes an object of its own. */
  public static final int MAX_INLINE_ITEM_BYTES = 64 * 1024;

  private final CommitBody body;
  private final Blob signature;
  private final Blob bytes;
  private final int bodyBytes;
  private final int format;

  private CommitObject(CommitBody body, Blob signature, Blob bytes, int bodyBytes, int format) {
    this.body = body;
    this.signature = signature;
    this.bytes = bytes;
    this.bodyBytes = bodyBytes;
    this.format = format;
  }

  /**
   * Signs a body.
   *
   * @throws IllegalArgumentException if the key is not the author's, a rule between the fields is
   *     broken, or the object would be longer than {@link #MAX_BYTES}
   */
  public static CommitObject sign(CommitBody body, SigningKey key) {
    if (!key.address().equals(body.author())) {
      throw new IllegalArgumentException(key + " is not the author " + body.author());
    }
    body.requireSound();
    Rules.requireEventRoot(body);
    byte[] written = CommitFormat.write(body);
    Digest digest = CommitSignature.digest(body, Digest.sha256(written));
    Blob signature = Blob.of(key.sign(digest));
    ByteWriter writer = new ByteWriter(written.length + 80).bytes(written);
    CommitSignature.write(writer, signature);
    if (writer.size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a commit object of " + writer.size() + " bytes, at most " + MAX_BYTES + " allowed");
    }
    return new CommitObject(
        body, signature, Blob.of(writer.toBytes()), written.length, CommitFormat.FORMAT);
  }

  /**
   * Reads a commit object strictly and verifies its signature. That it is the one meant (root,
   * context, version, author, keyring) is for the caller to check.
   *
   * @throws io.inft.failure.NotOurObjectException it does not begin with our magic
   * @throws io.inft.failure.FormatTooNewException a later release made it
   * @throws CorruptObjectException it breaks a rule of the format
   * @throws WrongSignerException its signature is not its author's
   */
  public static CommitObject parse(byte[] bytes) throws InftException {
    if (bytes.length > MAX_BYTES) {
      throw new CorruptObjectException(
          CommitFormat.WHAT,
          0,
          "has " + bytes.length + " bytes, at most " + MAX_BYTES + " allowed");
    }
    ByteReader reader = new ByteReader(CommitFormat.WHAT, bytes);
    int format = CommitFormat.readPreamble(reader, bytes);
    CommitBody body = CommitFormat.readBody(reader, format);
    int bodyBytes = reader.position();
    Blob signature = CommitSignature.read(reader);
    reader.end();
    Digest bodyHash = Digest.sha256(Arrays.copyOf(bytes, bodyBytes));
    Address signer =
        SigningKey.recover(CommitSignature.digest(body, bodyHash), signature.toBytes());
    if (!signer.equals(body.author())) {
      throw new WrongSignerException(
          "the commit object of version " + body.version(),
          body.author().toString(),
          signer.toString());
    }
    return new CommitObject(body, signature, Blob.of(bytes), bodyBytes, format);
  }

  /** The previous root that a commit object names, read without its signature. */
  public static Digest previousRootOf(byte[] bytes) throws InftException {
    return CommitFormat.readPlace(bytes).previousRoot();
  }

  public CommitBody body() {
    return body;
  }

  /** Whether its event root binds its events; format 1 had none. */
  public boolean bindsEvents() {
    return format != CommitFormat.FIXED_WIDTH;
  }

  /** r ‖ s ‖ v, 65 bytes. */
  public Blob signature() {
    return signature;
  }

  public byte[] toBytes() {
    return bytes.toBytes();
  }

  public int sizeBytes() {
    return bytes.sizeBytes();
  }

  /** Where the inline area begins, counted from the start of the object. */
  public long offsetOfInline() {
    return (long) bodyBytes - body.inline().sizeBytes();
  }

  /** The sealed bytes of something located {@link Location.Here}. */
  public byte[] inlineItem(Location.Here location, long sizeBytes) {
    int from = Math.toIntExact(location.offset());
    return Arrays.copyOfRange(body.inline().toBytes(), from, Math.toIntExact(from + sizeBytes));
  }

  /**
   * The restore set as the next version must write it down when this one is stored: what lies here
   * lies within this object then, and what it carries is carried by it.
   *
   * @param root 0G Merkle root of this object
   */
  public List<PackEntry> restoreSetSeenFromLater(Digest root) {
    return body.restoreSet().stream().map(entry -> seenFromLater(entry, root)).toList();
  }

  private PackEntry seenFromLater(PackEntry entry, Digest root) {
    if (entry.location() instanceof Location.Here here) {
      Location within = new Location.Within(root, sizeBytes(), offsetOfInline() + here.offset());
      return entry.at(within, entry.storedAtSeconds());
    }
    if (entry.location() instanceof Location.Carried carried && carried.isHere()) {
      Location later = new Location.Carried(root, sizeBytes(), carried.offset());
      return entry.at(later, entry.storedAtSeconds());
    }
    return entry;
  }

  /**
   * The restore set as the next version must write it down when this one goes along with its
   * anchor: the next one carries it, or goes along as well.
   */
  public List<PackEntry> restoreSetSeenWhileCarried() {
    return body.restoreSet().stream()
        .map(
            entry ->
                entry.location() instanceof Location.Here here
                    ? entry.at(
                        Location.Carried.here(offsetOfInline() + here.offset()),
                        entry.storedAtSeconds())
                    : entry)
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CommitObject that && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return "CommitObject[" + body + ", " + sizeBytes() + " bytes]";
  }

  /**
   * The fixed fields at the beginning of a commit object, read from its first bytes alone: its 0G
   * root and that of one sector bind them, its signature is not looked at. The fields are those of
   * {@link CommitBody}.
   *
   * @param format of the commit object; the first had no event root, which is zero then
   */
  public record Front(
      int format,
      int kind,
      Digest context,
      long version,
      Digest previousRoot,
      int epoch,
      long authorTimeMillis,
      Address author,
      Digest stateCommit,
      Digest eventRoot) {
    /** So many bytes of a commit object are read. */
    public static final int BYTES = CommitFormat.FIXED_BYTES;

    /** What stands behind the body: scheme, length, signature. */
    private static final int SIGNATURE_BYTES = 3 + SigningKey.SIGNATURE_BYTES;

    /** The shortest that can be read here and has a signature. */
    public static final int SHORTEST_SIGNED = BYTES + SIGNATURE_BYTES;

    public boolean bindsEvents() {
      return format != CommitFormat.FIXED_WIDTH;
    }

    /**
     * Reads the fields.
     *
     * @param bytes at least {@link #BYTES}; what follows is not looked at
     * @throws io.inft.failure.NotOurObjectException they do not begin with our magic
     * @throws FormatTooNewException a later release made them
     * @throws CorruptObjectException a field cannot be
     */
    public static Front parse(byte[] bytes) throws InftException {
      ByteReader reader = new ByteReader(CommitFormat.WHAT, bytes);
      int format = CommitFormat.readPreamble(reader, bytes);
      int kind = reader.u8("kind");
      Digest context = reader.digest("context");
      long version = reader.u64("version");
      Digest previousRoot = reader.digest("previous root");
      int epoch = reader.u32("epoch", CommitBody.MAX_EPOCH);
      long authorTimeMillis = reader.u64("author time");
      Address author = reader.address("author");
      Digest stateCommit = reader.digest("state commit");
      Digest eventRoot =
          format == CommitFormat.FIXED_WIDTH ? Digest.ZERO : reader.digest("event root");
      if (kind < 1 || kind > CommitBody.MAX_KIND || version < 1 || epoch < 1) {
        throw reader.corrupt("kind " + kind + ", version " + version + ", epoch " + epoch);
      }
      return new Front(
          format,
          kind,
          context,
          version,
          previousRoot,
          epoch,
          authorTimeMillis,
          author,
          stateCommit,
          eventRoot);
    }

    /**
     * Who signed a commit object that begins with these fields.
     *
     * @param object all of it, at least {@link #SHORTEST_SIGNED} bytes
     * @throws CorruptObjectException it does not end with a signature, or that recovers to no key
     * @throws FormatTooNewException it is signed by a scheme of a later release
     */
    public Address signerOf(byte[] object) throws CorruptObjectException, FormatTooNewException {
      int bodyBytes = object.length - SIGNATURE_BYTES;
      ByteReader reader = new ByteReader(CommitFormat.WHAT, object, bodyBytes, SIGNATURE_BYTES);
      byte[] signature = CommitSignature.read(reader).toBytes();
      reader.end();
      Digest bodyHash = Digest.sha256(Arrays.copyOf(object, bodyBytes));
      Digest signed = CommitSignature.digest(context, version, previousRoot, author, bodyHash);
      return SigningKey.recover(signed, signature);
    }
  }
}

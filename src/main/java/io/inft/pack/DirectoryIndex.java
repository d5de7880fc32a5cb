package io.inft.pack;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The index of a pack of version 3: its directory, and the page entries if they were read too.
 * Immutable, safe for many threads.
 */
final class DirectoryIndex extends PackIndex {
  private final PackDirectory directory;
  private final Codec codec;
  private final long topAt;
  private final long entriesBytes;
  private final Optional<Digest> entriesHash;

  /** All entries, or nothing if they were not read. */
  private final byte[] entries;

  private DirectoryIndex(
      PackDirectory directory,
      Codec codec,
      long topAt,
      long entriesBytes,
      Optional<Digest> entriesHash,
      byte[] entries) {
    this.directory = directory;
    this.codec = codec;
    this.topAt = topAt;
    this.entriesBytes = entriesBytes;
    this.entriesHash = entriesHash;
    this.entries = entries;
  }

  /** Reads the directory from the end of a pack, and the entries if they stand in it. */
  static DirectoryIndex read(ByteSource pack) throws InftException {
    long footAt = pack.sizeBytes() - PackFormat.DIRECTORY_FOOTER_BYTES;
    if (footAt < PackFormat.HEAD_BYTES) {
      throw new CorruptObjectException(PackFormat.WHAT, pack.sizeBytes(), "ends inside its footer");
    }
    byte[] foot = pack.read(footAt, PackFormat.DIRECTORY_FOOTER_BYTES);
    ByteReader in = new ByteReader(PackFormat.WHAT + " footer", foot);
    long stored = in.u32("length of the directory");
    int codecCode = in.u8("codec");
    Digest expected = in.digest("hash");
    if (stored > footAt - PackFormat.HEAD_BYTES) {
      throw in.corrupt("a directory of " + stored + " bytes does not fit the pack");
    }
    byte[] bytes = pack.read(footAt - stored, (int) stored);
    byte[] said = Arrays.copyOf(foot, PackFormat.DIRECTORY_FOOTER_BYTES - Digest.BYTES);
    if (!Digest.sha256(PackFormat.HEAD.toBytes(), bytes, said).equals(expected)) {
      throw in.corrupt("the directory does not match its hash");
    }
    Codec codec = codec(codecCode & ~PackFormat.COMPRESSED);
    boolean compressed = (codecCode & PackFormat.COMPRESSED) != 0;
    byte[] plain = compressed ? decompressed(codec, bytes, pack.sizeBytes()) : bytes;
    return parse(codec, plain, footAt - stored, pack.sizeBytes());
  }

  private static Codec codec(int code) throws InftException {
    for (Codec one : Codec.ALL) {
      if (one.code() == code) {
        return one;
      }
    }
    if (code == 0) {
      throw new CorruptObjectException(PackFormat.WHAT + " footer", 0, "codec 0 does not exist");
    }
    throw new FormatTooNewException("codec of a page pack", code, Codec.NEWEST);
  }

  private static byte[] decompressed(Codec codec, byte[] bytes, long packBytes)
      throws CorruptObjectException {
    ByteReader in = new ByteReader(PackFormat.WHAT + " directory", bytes);
    long length = in.u32("length");
    if (length > packBytes + PackFormat.DIRECTORY_ROOM_BYTES || length > Integer.MAX_VALUE - 8) {
      throw in.corrupt("a directory of " + length + " bytes in a pack of " + packBytes);
    }
    Codec.StoredBlock frame = new Codec.StoredBlock(0, 4, bytes, 4, bytes.length - 4, (int) length);
    codec.check(frame);
    byte[] plain = new byte[(int) length];
    codec.decompress(frame, plain);
    return plain;
  }

  private static DirectoryIndex parse(Codec codec, byte[] plain, long directoryAt, long packBytes)
      throws InftException {
    ByteReader in = new ByteReader(PackFormat.WHAT + " directory", plain);
    PackDirectory directory = PackDirectory.read(in, packBytes);
    long entriesBytes =
        (long) directory.pages() * PackFormat.leafEntryBytes(directory.header.based());
    boolean near = directory.pages() <= PackFormat.NEAR_PAGES;
    byte[] entries = near ? in.bytes("page entries", (int) entriesBytes) : new byte[0];
    Optional<Digest> hash =
        near ? Optional.empty() : Optional.of(in.digest("hash of the page entries"));
    in.end();
    long topAt = directoryAt - directory.topBlocks.bytes();
    long ordinaryEnd = topAt - (near ? 0 : entriesBytes);
    directory.ordinaryBlocks.endAt(in, ordinaryEnd - PackFormat.HEAD_BYTES);
    DirectoryIndex index = new DirectoryIndex(directory, codec, topAt, entriesBytes, hash, entries);
    if (near) {
      index.checkBases();
    }
    return index;
  }

  @Override
  boolean hasEntries() {
    return entries.length == entriesBytes;
  }

  /** The same with the entries, which are fetched and checked. */
  @Override
  DirectoryIndex withEntries(ByteSource pack) throws InftException {
    if (hasEntries()) {
      return this;
    }
    byte[] read = pack.read(topAt - entriesBytes, (int) entriesBytes);
    if (!Digest.sha256(read).equals(entriesHash.orElseThrow())) {
      throw new CorruptObjectException(
          PackFormat.WHAT, topAt - entriesBytes, "the page entries do not match their hash");
    }
    DirectoryIndex index =
        new DirectoryIndex(directory, codec, topAt, entriesBytes, entriesHash, read);
    index.checkBases();
    return index;
  }

  private void checkBases() throws CorruptObjectException {
    for (int i = 0; directory.header.based() && i < directory.pages(); i++) {
      if (!directory.form(i).hasBase() && baseFingerprint(i) != 0) {
        throw new CorruptObjectException(
            PackFormat.WHAT + " index", 0, "page " + pageNumber(i) + " has a base and has none");
      }
    }
  }

  @Override
  PackHeader header() {
    return directory.header;
  }

  @Override
  Codec codec() {
    return codec;
  }

  @Override
  boolean namedByLeaf() {
    return true;
  }

  @Override
  long tailAt() {
    return topAt;
  }

  @Override
  long directoryAt() {
    return topAt + directory.topBlocks.bytes();
  }

  @Override
  int blocks() {
    return directory.blocks();
  }

  @Override
  long blockStart(int block) {
    int ordinary = directory.ordinaryBlocks.blocks();
    return block < ordinary
        ? PackFormat.HEAD_BYTES + directory.ordinaryBlocks.start(block)
        : topAt + directory.topBlocks.start(block - ordinary);
  }

  @Override
  long blockEnd(int block) {
    int ordinary = directory.ordinaryBlocks.blocks();
    return block < ordinary
        ? PackFormat.HEAD_BYTES + directory.ordinaryBlocks.end(block)
        : topAt + directory.topBlocks.end(block - ordinary);
  }

  @Override
  int firstPage(int block) {
    return directory.firstPosition(block);
  }

  @Override
  int blockOf(int position) {
    return directory.blockOf(position);
  }

  @Override
  int find(long pageNumber) {
    return directory.position(pageNumber);
  }

  @Override
  int ranked(int rank) {
    return directory.position(directory.ranked(rank));
  }

  @Override
  long pageNumber(int position) {
    return directory.number(position);
  }

  @Override
  PageForm form(int position) {
    return directory.form(position);
  }

  @Override
  Digest digest(int position) {
    if (!hasEntries()) {
      throw new IllegalStateException("the page entries were not read");
    }
    int at = at(position);
    return Digest.of(Arrays.copyOfRange(entries, at, at + Digest.BYTES));
  }

  @Override
  long baseFingerprint(int position) {
    return directory.header.based()
        ? ByteBuffer.wrap(entries).getLong(at(position) + Digest.BYTES)
        : 0;
  }

  @Override
  public int size() {
    return directory.pages();
  }

  private int at(int position) {
    return position * PackFormat.leafEntryBytes(directory.header.based());
  }

  /** What stands behind all blocks, but the entries if they are many. */
  static byte[] tail(Codec codec, byte[] plain) {
    ByteWriter out = new ByteWriter(plain.length + PackFormat.DIRECTORY_FOOTER_BYTES);
    byte[] frame;
    try (Codec.Compressor compressor = codec.compressor()) {
      frame = compressor.compress(plain);
    }
    boolean pays = frame.length + 4 < plain.length;
    byte[] stored =
        pays ? new ByteWriter(frame.length + 4).u32(plain.length).bytes(frame).toBytes() : plain;
    byte[] said =
        new ByteWriter(5)
            .u32(stored.length)
            .u8(codec.code() | (pays ? PackFormat.COMPRESSED : 0))
            .toBytes();
    return out.bytes(stored)
        .bytes(said)
        .digest(Digest.sha256(PackFormat.HEAD.toBytes(), stored, said))
        .toBytes();
  }
}

package io.inft.pack;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.NativeLibraryException;
import io.inft.failure.NotOurObjectException;
import io.inft.pack.state.Pages;
import io.inft.pack.state.StateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads a page pack. Opening reads header and index and checks every rule of theirs; a page is
 * checked against its hash before it is handed out. Safe for many threads.
 */
public final class PackReader {
  /** How much is read at once when whole blocks are wanted. */
  private static final int READ_BYTES = 1 << 18;

  private final ByteSource pack;
  private final PackHeader header;
  private final PackIndex index;
  private final Codec codec;
  private final PageNames names;

  private PackReader(ByteSource pack, PackIndex index, PageNames names) {
    this.pack = pack;
    this.header = index.header();
    this.index = index;
    this.codec = index.codec();
    this.names = names;
  }

  /**
   * Opens a pack with all that it says.
   *
   * @param key of the database it is of
   * @throws NotOurObjectException if it does not begin as a page pack
   * @throws FormatTooNewException if a later release wrote it
   * @throws FormatTooOldException if its format is no longer read
   * @throws CorruptObjectException if it breaks a rule of the format
   * @throws InftException what the source throws
   */
  public static PackReader open(ByteSource pack, StateKey key) throws InftException {
    return openDirectory(pack, key).withEntries();
  }

  /**
   * Opens a pack without its page entries, where they can be left out: then it answers where pages
   * are, and gives them {@linkplain #unproved unproved}. Reads the beginning and what is behind the
   * last ordinary page, {@link #tailBytes}.
   */
  public static PackReader openDirectory(ByteSource pack, StateKey key) throws InftException {
    loadCodecs();
    int headLength = (int) Math.min(pack.sizeBytes(), PackFormat.HEADER_BYTES);
    byte[] head = pack.read(0, headLength);
    int version = parseVersion(new ByteReader(PackFormat.WHAT, head));
    PackIndex index =
        version < PackFormat.VERSION_DIRECTORY
            ? openIndex(pack, version, head)
            : DirectoryIndex.read(pack);
    return new PackReader(
        pack,
        index,
        index.namedByLeaf() ? PageNames.leaves(key, index.header().pageSize()) : PageNames.SHA256);
  }

  /**
   * As {@link #openDirectory}, for a pack of which is known that it is of a version whose directory
   * proves how it begins: of version 3. Reads nothing of its beginning.
   *
   * @throws CorruptObjectException also if it is of another version
   */
  public static PackReader openEnd(ByteSource pack, StateKey key) throws InftException {
    loadCodecs();
    PackIndex index = DirectoryIndex.read(pack);
    return new PackReader(pack, index, PageNames.leaves(key, index.header().pageSize()));
  }

  /** The same with its page entries, without which nothing is checked against them. */
  public PackReader withEntries() throws InftException {
    return index.hasEntries() ? this : new PackReader(pack, index.withEntries(pack), names);
  }

  private static PackIndex openIndex(ByteSource pack, int version, byte[] head)
      throws InftException {
    PackHeader header = parseHeader(version, head);
    long endOfIndex = pack.sizeBytes() - PackFormat.FOOTER_BYTES;
    if (endOfIndex < PackFormat.HEADER_BYTES) {
      throw new CorruptObjectException(PackFormat.WHAT, pack.sizeBytes(), "ends inside its footer");
    }
    byte[] foot = pack.read(endOfIndex, PackFormat.FOOTER_BYTES);
    ByteReader in = new ByteReader(PackFormat.WHAT + " footer", foot);
    int blocks = in.u32("blocks", Pages.MAX_PAGES);
    int pages = in.u32("pages", Pages.MAX_PAGES);
    Digest expected = in.digest("hash");
    long indexBytes =
        (long) blocks * PackFormat.BLOCK_RECORD_BYTES
            + (long) pages * PackFormat.entryBytes(header.based());
    if (blocks > pages || indexBytes > endOfIndex - PackFormat.HEADER_BYTES) {
      throw in.corrupt(blocks + " blocks and " + pages + " pages do not fit the pack");
    }
    byte[] indexed = pack.read(endOfIndex - indexBytes, (int) indexBytes);
    byte[] counts = new ByteWriter(8).u32(blocks).u32(pages).toBytes();
    if (!Digest.sha256(head, indexed, counts).equals(expected)) {
      throw in.corrupt("header and index do not match their hash");
    }
    return EntryIndex.parse(header, version, blocks, pages, indexed, endOfIndex - indexBytes);
  }

  /**
   * Loads what compresses and decompresses. A pack that is opened does so first; who is going to
   * write one does so early, so that it is not the first publish that fails.
   */
  public static void loadCodecs() throws NativeLibraryException {
    try {
      Codec.ALL.forEach(Codec::load);
    } catch (LinkageError e) { // also where the codec's classes are not there
      throw new NativeLibraryException(e);
    }
  }

  public PackHeader header() {
    return header;
  }

  /**
   * Refuses a pack that makes a database longer by more pages than it brings, and the lock page: a
   * page count is a claim, and what is built upon it must not cost more than the pack has bytes.
   *
   * @param pagesBefore of the database it is laid on; 0 for a snapshot
   */
  public void requireGrowth(long pagesBefore) throws CorruptObjectException {
    if (header.pageCount() - pagesBefore > pages() + 1) {
      throw new CorruptObjectException(
          PackFormat.WHAT,
          0,
          "makes a database of "
              + pagesBefore
              + " pages one of "
              + header.pageCount()
              + " and brings "
              + pages());
    }
  }

  PackIndex index() {
    return index;
  }

  /**
   * Whether the digests of its entries are leaves of the state tree, so that who has read a page
   * need not hash it again.
   */
  public boolean namesPagesByLeaf() {
    return index.namedByLeaf();
  }

  /** Whether its entries name pages as those of a pack do that is written for a database now. */
  public boolean namesPagesBy(StateKey key) {
    return index.namedByLeaf() == PackFormat.namesByLeaf(key);
  }

  /** How much of its end holds its directory and its top pages. */
  public long tailBytes() {
    return pack.sizeBytes() - index.tailAt();
  }

  /** How much of its end is behind all blocks. */
  public long directoryBytes() {
    return pack.sizeBytes() - index.directoryAt();
  }

  /** How many bytes the pack has. */
  public long sizeBytes() {
    return pack.sizeBytes();
  }

  /**
   * This pack for one thread that reads mostly in order and close by, see {@link
   * ByteSource#sequential}.
   */
  public PackReader sequential() {
    return new PackReader(pack.sequential(), index, names);
  }

  /** The block a page lies in, negative if the pack does not have it. Needs no page entries. */
  public int blockOf(long pageNumber) {
    int position = index.find(pageNumber);
    return position < 0 ? -1 : index.blockOf(position);
  }

  /** Whether a block is behind the page entries, so that its pages lie anywhere in the file. */
  public boolean isTop(int block) {
    return index.blockStart(block) >= index.tailAt();
  }

  /** The numbers of the pages in a block, as they are stored. Needs no page entries. */
  public long[] pageNumbers(int block) {
    return index.pageNumbers(block);
  }

  /**
   * The pages of one block as they are after applying it, in the order of {@link #pageNumbers}, one
   * after the other. Neither they nor what they are laid on are checked against page entries, which
   * need not be at hand: for a caller who has the pack's bytes proved, and proves all pages in the
   * end by the state root.
   */
  public byte[] unproved(int block, BasePages bases) throws InftException {
    byte[] plain;
    if (index.prefixed(block)) {
      Codec.StoredBlock stored = stored(block);
      codec.check(stored);
      List<byte[]> prefix = new ArrayList<>();
      for (int i = index.firstPage(block); i < index.firstPage(block + 1); i++) {
        if (index.form(i).hasBase()) {
          prefix.add(bases.page(index.pageNumber(i)));
        }
      }
      return codec.decompressAgainst(PageBytes.prefix(prefix), stored);
    }
    plain = decompressed(block);
    for (int i = index.firstPage(block); i < index.firstPage(block + 1); i++) {
      if (index.form(i) == PageForm.DIFFERENCE) {
        byte[] base = bases.page(index.pageNumber(i));
        int at = (i - index.firstPage(block)) * header.pageSize();
        for (int k = 0; k < base.length; k++) {
          plain[at + k] ^= base[k];
        }
      }
    }
    return plain;
  }

  /** Where a page is; empty if the pack does not have it. Needs no page entries. */
  public Optional<PagePlace> place(long pageNumber) {
    int position = index.find(pageNumber);
    if (position < 0) {
      return Optional.empty();
    }
    int block = index.blockOf(position);
    return Optional.of(
        new PagePlace(block, position - index.firstPage(block), index.form(position)));
  }

  /** How many pages the pack holds. */
  public long pages() {
    return index.size();
  }

  /** How many blocks; each can be read on its own. */
  public int blocks() {
    return index.blocks();
  }

  /** Every page as they are stored; unmodifiable, read from the index as asked for. */
  public List<PageEntry> entries() {
    return Collections.unmodifiableList(index);
  }

  public boolean contains(long pageNumber) {
    return index.find(pageNumber) >= 0;
  }

  /**
   * The pages of one block as they are stored: whole pages checked against their hash, differences
   * ({@link PageForm#DIFFERENCE}) as they are.
   *
   * @throws IllegalArgumentException if the block is compressed against other pages
   */
  public void block(int block, PageVisitor visitor) throws InftException {
    if (index.prefixed(block)) {
      throw new IllegalArgumentException("block " + block + " needs the pages it was made from");
    }
    byte[] plain = decompressed(block);
    for (int i = index.firstPage(block); i < index.firstPage(block + 1); i++) {
      PageEntry entry = index.get(i);
      byte[] content = content(plain, block, i);
      if (!entry.form().hasBase()) {
        checkHash(entry, content);
      }
      visitor.page(entry, content);
    }
  }

  /** The pages of one block as they are after applying it, each checked against its hash. */
  public void block(int block, BasePages bases, PageVisitor visitor) throws InftException {
    byte[] plain = decompressed(block, bases);
    for (int i = index.firstPage(block); i < index.firstPage(block + 1); i++) {
      PageEntry entry = index.get(i);
      visitor.page(entry, resolved(entry, content(plain, block, i), bases));
    }
  }

  /**
   * Some blocks one after the other, without checking a page against its hash: for a caller that
   * proves every page himself, as the state root does. Reads many blocks at once.
   *
   * @param end behind the last block
   * @throws IllegalArgumentException if the pack may hold differences
   */
  public void unproved(int first, int end, BlockVisitor visitor) throws InftException {
    if (header.based()) {
      throw new IllegalArgumentException("a difference is checked against what it is laid on");
    }
    ByteSource inOrder = pack.sequential();
    byte[] stored = new byte[0];
    byte[] plain = new byte[0];
    int block = first;
    while (block < end) {
      long from = index.blockStart(block);
      int behind = block + 1;
      while (behind < end
          && index.blockStart(behind) == index.blockEnd(behind - 1)
          && index.blockEnd(behind) - from <= READ_BYTES) {
        behind++;
      }
      int count = (int) (index.blockEnd(behind - 1) - from);
      stored = stored.length < count ? new byte[Math.max(count, READ_BYTES)] : stored;
      inOrder.read(from, stored, 0, count);
      for (; block < behind; block++) {
        Codec.StoredBlock one = stored(block, stored, (int) (index.blockStart(block) - from));
        plain = plain.length < one.plainBytes ? new byte[one.plainBytes] : plain;
        codec.check(one);
        codec.decompress(one, plain);
        visitor.block(index.pageNumbers(block), plain);
      }
    }
  }

  /** Where a block begins within the pack. */
  public long blockStart(int block) {
    return index.blockStart(block);
  }

  /** Where a block ends within the pack. */
  public long blockEnd(int block) {
    return index.blockEnd(block);
  }

  /**
   * One page as it is after applying the pack, checked against its hash. Reads one block.
   *
   * @param bases asked only if the page is stored by what pages were
   * @throws IllegalArgumentException if the pack does not {@linkplain #contains contain} it
   */
  public byte[] page(long pageNumber, BasePages bases) throws InftException {
    int found = index.find(pageNumber);
    if (found < 0) {
      throw new IllegalArgumentException("page " + pageNumber + " is not in the pack");
    }
    PageEntry entry = index.get(found);
    byte[] plain = decompressed(entry.block(), bases);
    return resolved(entry, content(plain, entry.block(), found), bases);
  }

  private byte[] resolved(PageEntry entry, byte[] content, BasePages bases) throws InftException {
    if (entry.form() == PageForm.DIFFERENCE) {
      PageBytes.xorInto(content, base(entry, bases));
    }
    checkHash(entry, content);
    return content;
  }

  /** A page of the from-version; proved to be the one the pack was made from. */
  private byte[] base(PageEntry entry, BasePages bases) throws InftException {
    byte[] base = bases.page(entry.pageNumber());
    if (base.length != header.pageSize()
        || PageBytes.fingerprint(names.of(entry.pageNumber(), base)) != entry.baseFingerprint()) {
      throw new CorruptObjectException(
          PackFormat.WHAT,
          index.blockStart(entry.block()),
          "page "
              + entry.pageNumber()
              + " is a difference to another page than the one it is laid on");
    }
    return base;
  }

  private void checkHash(PageEntry entry, byte[] page) throws CorruptObjectException {
    if (!names.of(entry.pageNumber(), page).equals(entry.digest())) {
      throw new CorruptObjectException(
          PackFormat.WHAT,
          index.blockStart(entry.block()),
          "page " + entry.pageNumber() + " does not match its hash");
    }
  }

  private byte[] content(byte[] plain, int block, int entry) {
    int from = (entry - index.firstPage(block)) * header.pageSize();
    return Arrays.copyOfRange(plain, from, from + header.pageSize());
  }

  private byte[] decompressed(int block, BasePages bases) throws InftException {
    if (!index.prefixed(block)) {
      return decompressed(block);
    }
    Codec.StoredBlock stored = stored(block);
    codec.check(stored);
    List<byte[]> prefix = new ArrayList<>();
    for (int i = index.firstPage(block); i < index.firstPage(block + 1); i++) {
      PageEntry entry = index.get(i);
      if (entry.form().hasBase()) {
        prefix.add(base(entry, bases));
      }
    }
    return codec.decompressAgainst(PageBytes.prefix(prefix), stored);
  }

  private byte[] decompressed(int block) throws InftException {
    Codec.StoredBlock stored = stored(block);
    codec.check(stored);
    byte[] plain = new byte[stored.plainBytes];
    codec.decompress(stored, plain);
    return plain;
  }

  private Codec.StoredBlock stored(int block) throws InftException {
    return stored(block, pack.read(index.blockStart(block), index.storedBytes(block)), 0);
  }

  private Codec.StoredBlock stored(int block, byte[] bytes, int at) {
    int plainBytes = (index.firstPage(block + 1) - index.firstPage(block)) * header.pageSize();
    return new Codec.StoredBlock(
        block, index.blockStart(block), bytes, at, index.storedBytes(block), plainBytes);
  }

  private static int parseVersion(ByteReader in) throws InftException {
    String magic = HexFormat.of().formatHex(in.bytes("magic", PackFormat.MAGIC_BYTES));
    if (!magic.equals(PackFormat.MAGIC_HEX)) {
      throw new NotOurObjectException(PackFormat.WHAT, magic);
    }
    int version = in.u16("format version");
    if (version > PackFormat.NEWEST_VERSION) {
      throw new FormatTooNewException(PackFormat.WHAT, version, PackFormat.NEWEST_VERSION);
    }
    if (version < PackFormat.VERSION_ALONE) {
      throw new FormatTooOldException(PackFormat.WHAT, version, PackFormat.VERSION_ALONE);
    }
    return version;
  }

  private static PackHeader parseHeader(int version, byte[] head) throws InftException {
    ByteReader in =
        new ByteReader(
            PackFormat.WHAT, head, PackFormat.HEAD_BYTES, head.length - PackFormat.HEAD_BYTES);
    int code = in.u8("kind");
    PackType kind =
        code == PackType.SNAPSHOT.code()
            ? PackType.SNAPSHOT
            : code == PackType.DELTA.code() ? PackType.DELTA : null;
    int flags = in.u8("flags");
    int pageSizeLog2 = in.u8("page size");
    long pageCount = in.u32("page count");
    long fromVersion = in.u64("from-version");
    long toVersion = in.u64("to-version");
    in.end();
    boolean based = (flags & PackFormat.FLAG_FORMS) != 0;
    if (kind == null
        || (flags & ~PackFormat.FLAG_FORMS) != 0
        || (version == PackFormat.VERSION_AGAINST && !based)) {
      throw in.corrupt("version " + version + ", kind " + code + ", flags " + flags);
    }
    if (pageSizeLog2 < Pages.SMALLEST_SIZE_LOG2 || pageSizeLog2 > Pages.LARGEST_SIZE_LOG2) {
      throw in.corrupt("page size 2^" + pageSizeLog2);
    }
    String broken = PackHeader.brokenRule(kind, pageCount, fromVersion, toVersion, based);
    if (!broken.isEmpty()) {
      throw in.corrupt(broken);
    }
    return new PackHeader(kind, 1 << pageSizeLog2, pageCount, fromVersion, toVersion, based);
  }
}

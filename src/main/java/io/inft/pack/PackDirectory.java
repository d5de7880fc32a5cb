package io.inft.pack;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.state.Pages;
import java.util.Arrays;

/**
 * The directory of a pack of version 3: which pages it has, in which block and at which place, and
 * in which form. It has no hashes, so that it stays small. A page's <b>position</b> is its place
 * among all pages as they are stored: the ordinary ones ascending, then the top ones. Immutable,
 * safe for many threads.
 */
final class PackDirectory {
  /** Flags beside the kind. */
  private static final int FORMS = 4;

  private static final int TOP = 8;

  /** A block has pages with and without a base. */
  private static final int MIXED = 4;

  final PackHeader header;
  private final PageRuns pages;

  /** The top pages in their order; then their ranks among all, ascending, and whose they are. */
  private final int[] top;

  private final int[] topRanks;
  private final int[] topPlaces;

  final BlockTable ordinaryBlocks;
  final BlockTable topBlocks;

  /** By position; empty if all are whole. */
  private final byte[] forms;

  PackDirectory(
      PackHeader header,
      PageRuns pages,
      int[] top,
      BlockTable ordinaryBlocks,
      BlockTable topBlocks,
      byte[] forms) {
    this.header = header;
    this.pages = pages;
    this.top = top;
    this.ordinaryBlocks = ordinaryBlocks;
    this.topBlocks = topBlocks;
    this.forms = forms;
    long[] order = new long[top.length];
    for (int i = 0; i < top.length; i++) {
      order[i] = ((long) pages.rank(top[i]) << 32) | i;
    }
    Arrays.sort(order);
    this.topRanks = new int[top.length];
    this.topPlaces = new int[top.length];
    for (int i = 0; i < top.length; i++) {
      topRanks[i] = (int) (order[i] >> 32);
      topPlaces[i] = (int) order[i];
    }
  }

  int pages() {
    return pages.size();
  }

  private int ordinary() {
    return pages.size() - top.length;
  }

  /** The number of the page with this rank among all. */
  long ranked(int rank) {
    return pages.number(rank);
  }

  long number(int position) {
    if (position >= ordinary()) {
      return top[position - ordinary()];
    }
    int low = 0;
    int high = topRanks.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (topRanks[middle] - middle <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return pages.number(position + low);
  }

  /** Where a page is, negative if it is not there. */
  int position(long number) {
    int rank = pages.rank(number);
    if (rank < 0) {
      return -1;
    }
    int found = Arrays.binarySearch(topRanks, rank);
    return found >= 0 ? ordinary() + topPlaces[found] : rank - (-found - 1);
  }

  PageForm form(int position) {
    return forms.length == 0 ? PageForm.WHOLE : PackIndex.FORMS[forms[position]];
  }

  int blocks() {
    return ordinaryBlocks.blocks() + topBlocks.blocks();
  }

  int firstPosition(int block) {
    int before = ordinaryBlocks.blocks();
    if (block < before) {
      return ordinaryBlocks.firstPage(block);
    }
    return block == blocks() ? pages() : ordinary() + topBlocks.firstPage(block - before);
  }

  int blockOf(int position) {
    return position < ordinary()
        ? ordinaryBlocks.blockOf(position)
        : ordinaryBlocks.blocks() + topBlocks.blockOf(position - ordinary());
  }

  /**
   * @param near the page entries, if they stand in the directory, else their hash
   */
  byte[] write(byte[] near) {
    boolean delta = header.kind() == PackType.DELTA;
    ByteWriter out = new ByteWriter();
    out.u8(header.kind().code() + (header.based() ? FORMS : 0) + (top.length > 0 ? TOP : 0))
        .u8(Integer.numberOfTrailingZeros(header.pageSize()))
        .varint(header.pageCount())
        .varint(header.toVersion());
    if (delta) {
      out.varint(header.toVersion() - header.fromVersion());
      pages.write(out, header.pageCount());
    }
    if (top.length > 0) {
      out.varint(top.length);
      long before = 0;
      for (int number : top) {
        out.zigzag(number - before);
        before = number;
      }
    }
    ordinaryBlocks.write(out, true);
    if (top.length > 0) {
      topBlocks.write(out, false);
    }
    if (header.based()) {
      writeForms(out);
    }
    return out.bytes(near).toBytes();
  }

  private void writeForms(ByteWriter out) {
    for (int block = 0; block < blocks(); block++) {
      int first = firstPosition(block);
      int end = firstPosition(block + 1);
      boolean mixed = false;
      for (int i = first; i < end; i++) {
        mixed |= forms[i] != forms[first];
      }
      if (!mixed) {
        out.u8(forms[first]);
        continue;
      }
      out.u8(MIXED + (form(first).prefixed() ? 1 : 0));
      byte[] bits = new byte[(end - first + 7) / 8];
      for (int i = first; i < end; i++) {
        bits[(i - first) / 8] |= (byte) ((form(i).hasBase() ? 1 : 0) << (i - first) % 8);
      }
      out.bytes(bits);
    }
  }

  /** Reads all but what stands behind it: the entries or their hash. */
  static PackDirectory read(ByteReader in, long packBytes) throws CorruptObjectException {
    int flags = in.u8("kind");
    PackHeader header = readHeader(in, flags);
    PageRuns pages =
        header.kind() == PackType.DELTA ? PageRuns.read(in, header) : PageRuns.all(header);
    if ((long) pages.size() * PackFormat.leafEntryBytes(header.based()) > packBytes) {
      throw in.corrupt(pages.size() + " pages do not fit the pack");
    }
    int mostPages = PackFormat.MAX_BLOCK_BYTES / header.pageSize();
    boolean hasTop = (flags & TOP) != 0;
    int[] top = hasTop ? readTop(in, pages) : new int[0];
    BlockTable ordinary = BlockTable.read(in, true, pages.size() - top.length, mostPages);
    BlockTable above =
        hasTop ? BlockTable.read(in, false, top.length, mostPages) : new BlockTable();
    byte[] forms = header.based() ? readForms(in, ordinary) : new byte[0];
    return new PackDirectory(header, pages, top, ordinary, above, forms);
  }

  private static PackHeader readHeader(ByteReader in, int flags) throws CorruptObjectException {
    int code = flags & 3;
    PackType kind =
        code == PackType.SNAPSHOT.code()
            ? PackType.SNAPSHOT
            : code == PackType.DELTA.code() ? PackType.DELTA : null;
    boolean based = (flags & FORMS) != 0;
    if (kind == null || flags > (3 | FORMS | TOP) || (based && (flags & TOP) != 0)) {
      throw in.corrupt("kind and flags " + flags);
    }
    int pageSizeLog2 = in.u8("page size");
    if (pageSizeLog2 < Pages.SMALLEST_SIZE_LOG2 || pageSizeLog2 > Pages.LARGEST_SIZE_LOG2) {
      throw in.corrupt("page size 2^" + pageSizeLog2);
    }
    long pageCount = in.varint("page count");
    long toVersion = in.varint("to-version");
    long fromVersion = kind == PackType.DELTA ? toVersion - in.varint("from-version") : 0;
    String broken = PackHeader.brokenRule(kind, pageCount, fromVersion, toVersion, based);
    if (!broken.isEmpty()) {
      throw in.corrupt(broken);
    }
    return new PackHeader(kind, 1 << pageSizeLog2, pageCount, fromVersion, toVersion, based);
  }

  private static int[] readTop(ByteReader in, PageRuns pages) throws CorruptObjectException {
    long told = in.varint("top pages");
    if (told < 1 || told > pages.size() || told > in.remaining()) {
      throw in.corrupt(told + " top pages of " + pages.size());
    }
    int[] top = new int[(int) told];
    long number = 0;
    for (int i = 0; i < top.length; i++) {
      number += in.zigzag("top page");
      if (pages.rank(number) < 0) {
        throw in.corrupt("page " + number + " above all others, but not in the pack");
      }
      top[i] = (int) number;
    }
    int[] sorted = top.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw in.corrupt("page " + sorted[i] + " twice");
      }
    }
    return top;
  }

  private static byte[] readForms(ByteReader in, BlockTable blocks) throws CorruptObjectException {
    byte[] forms = new byte[blocks.pages()];
    for (int block = 0; block < blocks.blocks(); block++) {
      int first = blocks.firstPage(block);
      int count = blocks.firstPage(block + 1) - first;
      int code = in.u8("form");
      if (code > MIXED + 1) {
        throw in.corrupt("form " + code + " in block " + block);
      }
      if (code < MIXED) {
        Arrays.fill(forms, first, first + count, (byte) code);
        continue;
      }
      PageForm with = code == MIXED ? PageForm.DIFFERENCE : PageForm.AGAINST;
      PageForm without = code == MIXED ? PageForm.WHOLE : PageForm.BESIDE;
      byte[] bits = in.bytes("forms", (count + 7) / 8);
      for (int i = 0; i < count; i++) {
        boolean based = (bits[i / 8] & 1 << i % 8) != 0;
        forms[first + i] = (byte) (based ? with : without).code();
      }
    }
    return forms;
  }
}

package io.inft.pack;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.state.Pages;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The checked index of a pack of version 1 or 2. Entries stay the bytes they are, so that the index
 * of a large snapshot costs no more memory than it has bytes. Immutable, safe for many threads.
 */
final class EntryIndex extends PackIndex {
  private final PackHeader header;
  private final int version;
  private final boolean based;
  private final int pages;
  private final byte[] bytes;
  private final int entriesAt;
  private final long[] blockEnds;
  private final int[] blockFirstPages;

  private EntryIndex(
      PackHeader header,
      int version,
      int pages,
      byte[] bytes,
      int entriesAt,
      long[] blockEnds,
      int[] blockFirstPages) {
    this.header = header;
    this.version = version;
    this.based = header.based();
    this.pages = pages;
    this.bytes = bytes;
    this.entriesAt = entriesAt;
    this.blockEnds = blockEnds;
    this.blockFirstPages = blockFirstPages;
  }

  /**
   * @param version of the format, which says what forms there are
   * @param bytes block records, then entries; exactly as many as {@code blocks} and {@code pages}
   *     need
   * @param endOfBlocks where the index begins in the pack: the blocks fill everything before
   */
  static EntryIndex parse(
      PackHeader header, int version, int blocks, int pages, byte[] bytes, long endOfBlocks)
      throws CorruptObjectException {
    ByteReader in = new ByteReader(PackFormat.WHAT + " index", bytes);
    long[] ends = new long[blocks];
    int[] firstPages = new int[blocks + 1];
    long end = PackFormat.HEADER_BYTES;
    long page = 0;
    for (int i = 0; i < blocks; i++) {
      end += in.u32("stored bytes of block " + i, PackFormat.MAX_STORED_BLOCK_BYTES);
      int count = in.u16("pages of block " + i);
      if (count < 1 || (long) count * header.pageSize() > PackFormat.MAX_BLOCK_BYTES) {
        throw in.corrupt(count + " pages in block " + i);
      }
      page += count;
      if (page > pages) {
        throw in.corrupt("more pages in blocks than in the index");
      }
      ends[i] = end;
      firstPages[i + 1] = (int) page;
    }
    if (page != pages || end != endOfBlocks) {
      throw in.corrupt("the blocks do not fill the pack");
    }
    int entriesAt = in.position();
    EntryIndex index = new EntryIndex(header, version, pages, bytes, entriesAt, ends, firstPages);
    index.checkEntries(header, in);
    index.checkForms(version);
    return index;
  }

  private void checkEntries(PackHeader header, ByteReader in) throws CorruptObjectException {
    long lockPage = Pages.lockPage(header.pageSize());
    long last = 0;
    for (int i = 0; i < pages; i++) {
      long number = pageNumber(i);
      if (number <= last || number > header.pageCount() || number == lockPage) {
        throw new CorruptObjectException(
            PackFormat.WHAT + " index",
            at(i),
            "page " + number + " after " + last + " of " + header.pageCount());
      }
      last = number;
    }
    if (header.kind() == PackType.SNAPSHOT && pages != header.storablePages()) {
      throw in.corrupt("a snapshot of " + header.pageCount() + " pages lists " + pages);
    }
  }

  private void checkForms(int version) throws CorruptObjectException {
    for (int block = 0; based && block < blocks(); block++) {
      boolean prefixed = false;
      for (int i = firstPage(block); i < firstPage(block + 1); i++) {
        int code = bytes[at(i) + 36];
        boolean named = code >= 0 && code < FORMS.length;
        if (!named
            || (FORMS[code].prefixed() && version < PackFormat.VERSION_AGAINST)
            || (!FORMS[code].hasBase() && baseFingerprint(i) != 0)) {
          throw new CorruptObjectException(
              PackFormat.WHAT + " index", at(i), "form " + code + " of page " + pageNumber(i));
        }
        if (i == firstPage(block)) {
          prefixed = FORMS[code].prefixed();
        } else if (prefixed != FORMS[code].prefixed()) {
          throw new CorruptObjectException(
              PackFormat.WHAT + " index",
              at(i),
              "block " + block + " is compressed against pages and is not");
        }
      }
    }
  }

  @Override
  PackHeader header() {
    return header;
  }

  @Override
  Codec codec() {
    return Codec.of(version);
  }

  @Override
  boolean namedByLeaf() {
    return false;
  }

  @Override
  boolean hasEntries() {
    return true;
  }

  @Override
  EntryIndex withEntries(ByteSource pack) {
    return this;
  }

  @Override
  long tailAt() {
    return blocks() == 0 ? PackFormat.HEADER_BYTES : blockEnds[blocks() - 1];
  }

  @Override
  long directoryAt() {
    return tailAt();
  }

  @Override
  int blocks() {
    return blockEnds.length;
  }

  @Override
  long blockStart(int block) {
    return block == 0 ? PackFormat.HEADER_BYTES : blockEnds[block - 1];
  }

  @Override
  long blockEnd(int block) {
    return blockEnds[block];
  }

  @Override
  int firstPage(int block) {
    return blockFirstPages[block];
  }

  @Override
  int find(long pageNumber) {
    int low = 0;
    int high = pages - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(pageNumber(middle), pageNumber);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  @Override
  int ranked(int rank) {
    return rank;
  }

  @Override
  int blockOf(int position) {
    int place = Arrays.binarySearch(blockFirstPages, position);
    return place >= 0 ? place : -place - 2;
  }

  @Override
  Digest digest(int position) {
    return Digest.of(Arrays.copyOfRange(bytes, at(position) + 4, at(position) + 36));
  }

  @Override
  public int size() {
    return pages;
  }

  private int at(int index) {
    return entriesAt + index * PackFormat.entryBytes(based);
  }

  @Override
  PageForm form(int index) {
    return based ? FORMS[bytes[at(index) + 36]] : PageForm.WHOLE;
  }

  @Override
  long pageNumber(int index) {
    return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(at(index)));
  }

  @Override
  long baseFingerprint(int index) {
    return !based ? 0 : ByteBuffer.wrap(bytes).getLong(at(index) + 37);
  }
}

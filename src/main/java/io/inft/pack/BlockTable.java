package io.inft.pack;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import java.util.Arrays;

/**
 * Where the blocks of one area of a pack lie and how many pages they have. The last block takes
 * what is left, so it has no record.
 */
final class BlockTable {
  private long[] ends = new long[4];
  private int[] pageEnds = new int[4];
  private int blocks;

  /** Adds a block behind those that are there; both begin at 0. */
  void add(int storedBytes, int pages) {
    if (blocks == ends.length) {
      ends = Arrays.copyOf(ends, blocks * 2);
      pageEnds = Arrays.copyOf(pageEnds, blocks * 2);
    }
    ends[blocks] = bytes() + storedBytes;
    pageEnds[blocks] = pages() + pages;
    blocks++;
  }

  int blocks() {
    return blocks;
  }

  long bytes() {
    return blocks == 0 ? 0 : ends[blocks - 1];
  }

  int pages() {
    return blocks == 0 ? 0 : pageEnds[blocks - 1];
  }

  long start(int block) {
    return block == 0 ? 0 : ends[block - 1];
  }

  long end(int block) {
    return ends[block];
  }

  int firstPage(int block) {
    return block == 0 ? 0 : pageEnds[block - 1];
  }

  /** The block that has the page at this place of the area. */
  int blockOf(int page) {
    int found = Arrays.binarySearch(pageEnds, 0, blocks, page);
    return found >= 0 ? found + 1 : -found - 1;
  }

  void write(ByteWriter to, boolean untilTheEnd) {
    to.varint(blocks);
    for (int i = 0; i < blocks - (untilTheEnd ? 1 : 0); i++) {
      to.varint(end(i) - start(i)).varint(pageEnds[i] - firstPage(i));
    }
  }

  /**
   * Reads an area.
   *
   * @param pages in it
   * @param mostPages in a block
   */
  static BlockTable read(ByteReader in, boolean untilTheEnd, int pages, int mostPages)
      throws CorruptObjectException {
    BlockTable table = new BlockTable();
    long blocks = in.varint("blocks");
    if (blocks > pages || (blocks == 0 && pages > 0) || blocks > in.remaining() / 2 + 1L) {
      throw in.corrupt(blocks + " blocks with " + pages + " pages");
    }
    for (int i = 0; i < blocks; i++) {
      boolean told = i < blocks - 1 || !untilTheEnd;
      long stored = told ? in.varint("stored bytes of block " + i) : 0;
      long count = told ? in.varint("pages of block " + i) : pages - table.pages();
      if (stored > PackFormat.MAX_STORED_BLOCK_BYTES || count < 1 || count > mostPages) {
        throw in.corrupt(count + " pages in " + stored + " bytes of block " + i);
      }
      if (count > pages - table.pages()) {
        throw in.corrupt("more pages in blocks than in the pack");
      }
      table.add((int) stored, (int) count);
    }
    if (table.pages() != pages) {
      throw in.corrupt("the blocks have " + table.pages() + " pages of " + pages);
    }
    return table;
  }

  /** Gives the last block what is left of an area. */
  void endAt(ByteReader in, long areaBytes) throws CorruptObjectException {
    long left = areaBytes - bytes();
    boolean possible = blocks == 0 ? left == 0 : left >= 0;
    if (!possible || left > PackFormat.MAX_STORED_BLOCK_BYTES) {
      throw in.corrupt("the blocks do not fill the pack");
    }
    if (blocks > 0) {
      ends[blocks - 1] = areaBytes;
    }
  }
}

package io.inft.capture;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import java.util.BitSet;

/** A set of page numbers, from 1. Not thread-safe. */
public final class PageSet {
  private static final long MAX_PAGE = Integer.MAX_VALUE - 1L;

  private final BitSet bits;

  public PageSet() {
    this(new BitSet());
  }

  private PageSet(BitSet bits) {
    this.bits = bits;
  }

  /** Pages 1 to {@code count}. */
  public static PageSet all(long count) {
    PageSet set = new PageSet();
    if (count > 0) {
      set.bits.set(1, index(count) + 1);
    }
    return set;
  }

  private static int index(long page) {
    if (page < 0 || page > MAX_PAGE) {
      throw new IllegalArgumentException("page number " + page + " is out of range");
    }
    return (int) page;
  }

  public void add(long page) {
    bits.set(index(page));
  }

  void addAll(PageSet other) {
    bits.or(other.bits);
  }

  public boolean contains(long page) {
    return bits.get(index(page));
  }

  boolean containsAll(PageSet others) {
    BitSet missing = (BitSet) others.bits.clone();
    missing.andNot(bits);
    return missing.isEmpty();
  }

  public boolean isEmpty() {
    return bits.isEmpty();
  }

  public int size() {
    return bits.cardinality();
  }

  void clear() {
    bits.clear();
  }

  public void remove(long page) {
    bits.clear(index(page));
  }

  /** Forgets all pages above {@code last}. */
  public void truncate(long last) {
    int from = index(last) + 1;
    if (bits.length() > from) {
      bits.clear(from, bits.length());
    }
  }

  public PageSet copy() {
    return new PageSet((BitSet) bits.clone());
  }

  /** The next page at or after {@code page}, 0 when there is none. */
  public long next(long page) {
    int found = bits.nextSetBit(index(page));
    return found < 0 ? 0 : found;
  }

  /** Runs of pages: count, then first page and length of each. */
  void writeTo(ByteWriter writer) {
    ByteWriter runs = new ByteWriter();
    int count = 0;
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int to = bits.nextClearBit(from);
      runs.u32(from).u32(to - from);
      count++;
      from = bits.nextSetBit(to);
    }
    writer.u32(count).bytes(runs.toBytes());
  }

  static PageSet readFrom(ByteReader reader) throws CorruptObjectException {
    PageSet set = new PageSet();
    int count = reader.u32("number of runs", reader.remaining() / 8);
    for (int i = 0; i < count; i++) {
      long from = reader.u32("first page");
      long length = reader.u32("pages");
      if (from < 1 || length < 1 || from + length - 1 > MAX_PAGE) {
        throw reader.corrupt("a run of pages is out of range");
      }
      set.bits.set((int) from, (int) (from + length));
    }
    return set;
  }

  @Override
  public String toString() {
    return bits.toString();
  }
}

package io.inft.proof.tables;

import io.inft.bytes.ByteWriter;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.pack.state.Disclosure;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Pages of which some chunks are there; takes down which are read. Not thread-safe. */
public final class ShownParts implements ShownBytes {
  private final int pageSize;
  private final long pageCount;
  private final Source source;
  private final SortedMap<Long, SortedSet<Integer>> read = new TreeMap<>();

  /** Has the bytes of a chunk. */
  @FunctionalInterface
  private interface Source {
    byte[] chunk(long page, int index) throws InftException;
  }

  private ShownParts(int pageSize, long pageCount, Source source) {
    this.pageSize = pageSize;
    this.pageCount = pageCount;
    this.source = source;
  }

  /** What is shown, and no more. */
  public static ShownParts of(Disclosure shown) {
    Map<Long, Map<Integer, byte[]>> chunks = new HashMap<>();
    for (Disclosure.ShownPage page : shown.pages()) {
      Map<Integer, byte[]> there = chunks.computeIfAbsent(page.number(), number -> new HashMap<>());
      page.chunks().forEach(chunk -> there.put(chunk.index(), chunk.bytes().toBytes()));
    }
    return new ShownParts(
        shown.pageSize(),
        shown.pageCount(),
        (page, index) -> {
          byte[] chunk = chunks.getOrDefault(page, Map.of()).get(index);
          if (chunk == null) {
            throw new CorruptObjectException(
                "shown database", 0, "lacks chunk " + index + " of page " + page);
          }
          return chunk;
        });
  }

  /** A whole database, to find out what of it must be shown. */
  public static ShownParts of(ShownBytes whole) {
    return new ShownParts(
        whole.pageSize(),
        whole.pageCount(),
        (page, index) -> whole.bytes(page, index * Disclosure.Chunk.BYTES, Disclosure.Chunk.BYTES));
  }

  @Override
  public int pageSize() {
    return pageSize;
  }

  @Override
  public long pageCount() {
    return pageCount;
  }

  @Override
  public byte[] bytes(long page, int from, int length) throws InftException {
    ByteWriter bytes = new ByteWriter(length);
    int at = from;
    while (at < from + length) {
      int index = at / Disclosure.Chunk.BYTES;
      int inChunk = at % Disclosure.Chunk.BYTES;
      int here = Math.min(Disclosure.Chunk.BYTES - inChunk, from + length - at);
      bytes.bytes(source.chunk(page, index), inChunk, here);
      read.computeIfAbsent(page, number -> new TreeSet<>()).add(index);
      at += here;
    }
    return bytes.toBytes();
  }

  /** Indices of the chunks that were read, by page. */
  public SortedMap<Long, SortedSet<Integer>> read() {
    return read;
  }

  /** All chunks of a disclosure in the same form. */
  public static SortedMap<Long, SortedSet<Integer>> chunksOf(Disclosure shown) {
    SortedMap<Long, SortedSet<Integer>> chunks = new TreeMap<>();
    for (Disclosure.ShownPage page : shown.pages()) {
      SortedSet<Integer> indices = new TreeSet<>();
      page.chunks().forEach(chunk -> indices.add(chunk.index()));
      chunks.put(page.number(), indices);
    }
    return chunks;
  }
}

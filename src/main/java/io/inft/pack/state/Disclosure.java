package io.inft.pack.state;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Some chunks of some pages, with what leads from them to a state root of kind 2, as {@code
 * state-root.md} has it. Of all other chunks nothing is in it that a guess could be compared with.
 * Immutable; what it says is worth something only once its {@link #root} is the right one.
 *
 * @param pageSize of the database in bytes
 * @param pageCount how many pages that has
 * @param pages what is shown, by ascending page number, at least one
 * @param nodes beside the ways from their leaves to the top: level by level from below, each from
 *     left to right
 */
public record Disclosure(int pageSize, long pageCount, List<ShownPage> pages, List<Digest> nodes) {
  private static final String WHAT = "shown pages";
  private static final byte[] INNER = {0x01};
  private static final byte[] CHUNK = {0x05};
  private static final byte[] PAGE = {0x06};

  public Disclosure {
    pages = List.copyOf(pages);
    nodes = List.copyOf(nodes);
  }

  /**
   * What is shown of one page.
   *
   * @param chunks by ascending index, at least one
   * @param nodes beside the ways from the chunks to their top, in the same order
   */
  public record ShownPage(long number, List<Chunk> chunks, List<Digest> nodes) {
    public ShownPage {
      chunks = List.copyOf(chunks);
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * A part of a page.
   *
   * @param index counted from 0
   * @param salt 16 bytes that hide it from whoever is not shown it
   * @param bytes 512 of them
   */
  public record Chunk(int index, Blob salt, Blob bytes) {
    public static final int BYTES = ChunkedLeaf.CHUNK_BYTES;
    public static final int SALT_BYTES = ChunkedLeaf.SALT_BYTES;
  }

  /**
   * The state root that follows from what is shown.
   *
   * @throws CorruptObjectException no database has such pages or chunks, or there are nodes too few
   *     or too many
   */
  public Digest root() throws CorruptObjectException {
    if (!Pages.sizeAllowed(pageSize) || pageCount < 1 || pageCount > Pages.MAX_PAGES) {
      throw corrupt(pageCount + " pages of " + pageSize + " bytes");
    }
    SortedMap<Integer, Digest> leaves = new TreeMap<>();
    for (ShownPage page : pages) {
      boolean ascends = leaves.isEmpty() || page.number() - 1 > leaves.lastKey();
      boolean isThere = page.number() >= 1 && page.number() <= pageCount;
      if (!ascends || !isThere || page.number() == Pages.lockPage(pageSize)) {
        throw corrupt("page " + page.number() + " cannot be shown here");
      }
      leaves.put((int) (page.number() - 1), leaf(page));
    }
    Digest top = top(leaves, (int) pageCount, nodes);
    byte[] sizes = new ByteWriter(13).u8(ChunkedLeaf.ROOT).u32(pageSize).u64(pageCount).toBytes();
    return Digest.sha256(sizes, top.toBytes());
  }

  private Digest leaf(ShownPage page) throws CorruptObjectException {
    SortedMap<Integer, Digest> chunks = new TreeMap<>();
    for (Chunk chunk : page.chunks()) {
      boolean ascends = chunks.isEmpty() || chunk.index() > chunks.lastKey();
      boolean isThere = chunk.index() >= 0 && chunk.index() < pageSize / Chunk.BYTES;
      boolean fits =
          chunk.bytes().sizeBytes() == Chunk.BYTES && chunk.salt().sizeBytes() == Chunk.SALT_BYTES;
      if (!ascends || !isThere || !fits) {
        throw corrupt("chunk " + chunk.index() + " of page " + page.number() + " cannot be shown");
      }
      chunks.put(
          chunk.index(), Digest.sha256(CHUNK, chunk.salt().toBytes(), chunk.bytes().toBytes()));
    }
    Digest top = top(chunks, pageSize / Chunk.BYTES, page.nodes());
    return Digest.sha256(PAGE, PageLeaf.number(page.number()), top.toBytes());
  }

  /** The top of a tree of so many leaves, of which some are known. */
  private static Digest top(SortedMap<Integer, Digest> known, int width, List<Digest> beside)
      throws CorruptObjectException {
    Iterator<Digest> rest = beside.iterator();
    SortedMap<Integer, Digest> level = known;
    for (int count = width; count > 1; count = (count + 1) / 2) {
      level = above(level, count, rest);
    }
    if (rest.hasNext() || level.isEmpty()) {
      throw corrupt(level.isEmpty() ? "nothing is shown" : "there are nodes too many");
    }
    return level.values().iterator().next();
  }

  private static SortedMap<Integer, Digest> above(
      SortedMap<Integer, Digest> level, int count, Iterator<Digest> rest)
      throws CorruptObjectException {
    SortedMap<Integer, Digest> above = new TreeMap<>();
    for (Map.Entry<Integer, Digest> node : level.entrySet()) {
      int neighbour = node.getKey() ^ 1;
      if (neighbour >= count) {
        above.put(node.getKey() / 2, node.getValue());
      } else if (neighbour > node.getKey() || !level.containsKey(neighbour)) {
        Digest beside = level.get(neighbour);
        if (beside == null) {
          if (!rest.hasNext()) {
            throw corrupt("there are nodes too few");
          }
          beside = rest.next();
        }
        boolean isLeft = neighbour > node.getKey();
        above.put(
            node.getKey() / 2,
            Digest.sha256(
                INNER,
                (isLeft ? node.getValue() : beside).toBytes(),
                (isLeft ? beside : node.getValue()).toBytes()));
      }
    }
    return above;
  }

  private static CorruptObjectException corrupt(String reason) {
    return new CorruptObjectException(WHAT, 0, reason);
  }
}

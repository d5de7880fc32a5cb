package io.inft.replica.partial;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.commit.Manifest;
import io.inft.commit.PackEnd;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.lazy.PageRequest;
import io.inft.lazy.PageSink;
import io.inft.lazy.PageSpan;
import io.inft.lazy.PageSupplier;
import io.inft.pack.PackReader;
import io.inft.seal.Seal;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Brings pages of a version out of its packs. What it hands on was proved: the registry names the
 * commit object, that the packs, each segment has its proof against its pack's root, and nobody
 * without the key of the version made it decrypt. Page entries are not fetched; all pages together
 * are proved by the state root in the end. Safe for many threads.
 */
final class VersionPages implements PageSupplier {
  private static final long BASE_BLOCKS_BYTES = 8L << 20;

  /** From so much that is to be decrypted on it pays to get the cipher up to speed before. */
  private static final long LARGE_BYTES = 32L << 20;

  private final List<PackReader> packs;
  private final int pageSize;
  private final long pageCount;
  private final boolean large;

  /** Of each pack the blocks that were handed on, guarded by itself. */
  private final List<BitSet> handedOn;

  /** Blocks whose pages others are a difference to. */
  private final Cache<Place, byte[]> bases =
      Caffeine.newBuilder()
          .maximumWeight(BASE_BLOCKS_BYTES)
          .weigher((Place place, byte[] pages) -> pages.length)
          .executor(Runnable::run)
          .build();

  /** A block of a pack. */
  private record Place(int pack, int block) {}

  /**
   * @param packs of the version's restore set, in its order, without their page entries
   * @throws CorruptObjectException if they do not lead to the version's pages
   */
  VersionPages(List<PackReader> packs, Manifest manifest) throws CorruptObjectException {
    this.packs = List.copyOf(packs);
    this.pageSize = manifest.pageSize();
    this.pageCount = manifest.pageCount();
    this.large = packs.stream().mapToLong(PackReader::sizeBytes).sum() >= LARGE_BYTES;
    this.handedOn = packs.stream().map(pack -> new BitSet(pack.blocks())).toList();
    long reached = 0;
    for (PackReader pack : packs) {
      pack.requireGrowth(reached);
      reached = pack.header().pageCount();
      if (pack.header().pageSize() != pageSize) {
        throw new CorruptObjectException(
            "page pack",
            0,
            "its pages have " + pack.header().pageSize() + " bytes, not " + pageSize);
      }
    }
    if (reached != pageCount) {
      throw new CorruptObjectException(
          "page pack", 0, "leads to " + reached + " pages, the manifest says " + pageCount);
    }
  }

  /** Whether the packs tell the leaf of each page in the state tree. */
  boolean tellLeaves() {
    return packs.stream().allMatch(PackReader::namesPagesByLeaf);
  }

  /** The packs in the order of the restore set, without their page entries. */
  List<PackReader> packs() {
    return packs;
  }

  /**
   * Which end the manifest tells of a pack.
   *
   * @param place of the pack in the restore set
   */
  static Optional<PackEnd> end(List<PackEnd> ends, int place) {
    return ends.stream().filter(end -> end.place() == place).findFirst();
  }

  /**
   * Where a page is as the first so many packs left it; empty if none of them has it, or it was cut
   * off since and came again without content.
   */
  private Optional<Place> place(long page, int count) {
    for (int i = count - 1; i >= 0; i--) {
      int block = packs.get(i).blockOf(page);
      if (block >= 0) {
        return Optional.of(new Place(i, block));
      }
      if (page > packs.get(i).header().pageCount()) {
        break;
      }
    }
    return Optional.empty();
  }

  private Optional<Place> newest(long page) {
    return place(page, packs.size());
  }

  @Override
  public PageSpan span(long page) {
    Optional<Place> found = page > pageCount ? Optional.empty() : newest(page);
    if (found.isEmpty() || packs.get(found.get().pack()).isTop(found.get().block())) {
      return new PageSpan(page, page);
    }
    int pack = found.get().pack();
    Group group = Group.of(packs.get(pack), found.get().block());
    return new PageSpan(
        group.pages().filter(one -> isNewest(one, pack)).findFirst().orElse(page),
        Math.max(page, Math.min(pageCount, group.lastPage())));
  }

  private boolean isNewest(long page, int pack) {
    return page <= pageCount && newest(page).filter(place -> place.pack() == pack).isPresent();
  }

  @Override
  public void supply(PageRequest request, PageSink sink) throws InftException {
    Optional<Place> asked = newest(request.asked());
    if (asked.isEmpty()) {
      sink.page(request.asked(), new byte[pageSize], 0);
      return;
    }
    if (request.reason() == PageRequest.Reason.HYDRATION && large) {
      Seal.warmUp();
    }
    int pack = asked.get().pack();
    PackReader reader = packs.get(pack).sequential();
    hand(reader, asked.get(), sink);
    Group group = Group.of(reader, asked.get().block());
    boolean all = request.reason() != PageRequest.Reason.READ;
    for (int block = group.first(); block < group.end(); block++) {
      boolean isHere = group.isWhole(block) || (all && !reader.isTop(block));
      if (isHere && !isHandedOn(pack, block) && !Thread.currentThread().isInterrupted()) {
        hand(reader, new Place(pack, block), sink);
      }
    }
  }

  private boolean isHandedOn(int pack, int block) {
    BitSet blocks = handedOn.get(pack);
    synchronized (blocks) {
      return blocks.get(block);
    }
  }

  /** Hands on those pages of a block that no later pack has. */
  private void hand(PackReader reader, Place place, PageSink sink) throws InftException {
    byte[] pages = reader.unproved(place.block(), page -> page(page, place.pack()));
    long[] numbers = reader.pageNumbers(place.block());
    for (int i = 0; i < numbers.length; i++) {
      if (isNewest(numbers[i], place.pack())) {
        sink.page(numbers[i], pages, i * pageSize);
      }
    }
    BitSet blocks = handedOn.get(place.pack());
    synchronized (blocks) {
      blocks.set(place.block());
    }
  }

  /** A page as the first so many packs left it. */
  private byte[] page(long page, int count) throws InftException {
    Optional<Place> found = place(page, count);
    byte[] result = new byte[pageSize];
    if (found.isEmpty()) {
      return result;
    }
    PackReader pack = packs.get(found.get().pack());
    byte[] pages = bases.getIfPresent(found.get());
    if (pages == null) {
      pages = pack.unproved(found.get().block(), base -> page(base, found.get().pack()));
      bases.put(found.get(), pages);
    }
    long[] numbers = pack.pageNumbers(found.get().block());
    int i = 0;
    while (numbers[i] != page) {
      i++;
    }
    System.arraycopy(pages, i * pageSize, result, 0, pageSize);
    return result;
  }

  /** The blocks of a pack that begin in one chunk, from first up to, not including, end. */
  private record Group(PackReader pack, int first, int end, long chunk) {
    static Group of(PackReader pack, int block) {
      long chunk = Seal.chunkOf(pack.blockStart(block));
      boolean top = pack.isTop(block);
      int first = block;
      while (first > 0
          && Seal.chunkOf(pack.blockStart(first - 1)) == chunk
          && pack.isTop(first - 1) == top) {
        first--;
      }
      int end = block + 1;
      while (end < pack.blocks()
          && Seal.chunkOf(pack.blockStart(end)) == chunk
          && pack.isTop(end) == top) {
        end++;
      }
      return new Group(pack, first, end, chunk);
    }

    /** Whether a block also ends in the chunk. */
    boolean isWhole(int block) {
      return pack.blockEnd(block) <= Seal.plainOffset(chunk + 1);
    }

    java.util.stream.LongStream pages() {
      return java.util.stream.IntStream.range(first, end)
          .mapToObj(pack::pageNumbers)
          .flatMapToLong(java.util.Arrays::stream);
    }

    long lastPage() {
      long[] last = pack.pageNumbers(end - 1);
      return last[last.length - 1];
    }
  }
}

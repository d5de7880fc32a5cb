package io.inft.replica.publish.version;

import io.inft.bytes.Digest;
import io.inft.capture.PageSet;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.pack.PackReader;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All pages of a past version of a small database, put together in memory from its packs; each was
 * compared with the hash that its pack has of it. Not thread-safe.
 */
final class VersionImage {
  private final StateTree names;
  private final byte[] zeros;
  private final long mostPages;
  private final Map<Long, Page> pages = new HashMap<>();
  private long pageCount;

  private static final class Page {
    final byte[] content;
    final Digest leaf;

    Page(byte[] content, Digest leaf) {
      this.content = content;
      this.leaf = leaf;
    }
  }

  private VersionImage(StateKey key, int pageSize, long mostBytes) {
    this.names = new StateTree(key, pageSize);
    this.zeros = new byte[pageSize];
    this.mostPages = mostBytes / pageSize;
  }

  /**
   * Lays packs one on the other.
   *
   * @param packs a snapshot and the deltas behind it, all of which {@linkplain
   *     PackReader#namesPagesByLeaf name pages by their leaf}
   * @throws CorruptObjectException if they do not fit, or lead over more than {@code mostBytes}
   */
  static VersionImage of(List<PackReader> packs, StateKey key, int pageSize, long mostBytes)
      throws InftException {
    VersionImage image = new VersionImage(key, pageSize, mostBytes);
    for (PackReader pack : packs) {
      image.lay(pack);
    }
    return image;
  }

  private void lay(PackReader pack) throws InftException {
    pack.requireGrowth(pageCount);
    if (pack.header().pageSize() != zeros.length || pack.header().pageCount() > mostPages) {
      throw new CorruptObjectException(
          "page pack", 0, pack.header() + " is not of a database as small as its next version");
    }
    pageCount = pack.header().pageCount();
    pages.keySet().removeIf(number -> number > pageCount);
    for (int block = 0; block < pack.blocks(); block++) {
      pack.block(
          block,
          this::content,
          (entry, content) -> pages.put(entry.pageNumber(), new Page(content, entry.digest())));
    }
  }

  private byte[] content(long number) {
    Page page = pages.get(number);
    return page == null ? zeros : page.content;
  }

  private Digest leaf(long number) {
    Page page = pages.get(number);
    return page == null ? names.leaf(number, zeros) : page.leaf;
  }

  /** A page; empty if the version has none of that number. */
  Optional<byte[]> page(long number) {
    return number > pageCount ? Optional.empty() : Optional.of(content(number));
  }

  /** Which pages of a later version are others, or new. */
  PageSet differingFrom(StateTree later) {
    PageSet differing = new PageSet();
    for (long number = 1; number <= later.pageCount(); number++) {
      if (number > pageCount || !leaf(number).equals(later.get(number))) {
        differing.add(number);
      }
    }
    return differing;
  }
}

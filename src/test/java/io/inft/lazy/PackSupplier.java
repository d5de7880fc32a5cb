package io.inft.lazy;

import io.inft.failure.InftException;
import io.inft.pack.PackReader;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Brings pages out of a restore set: the newest pack that has a page wins, and what it needs of
 * earlier versions comes from the packs before. What comes at once is the block of the snapshot in
 * which the page lies, whose place the block records tell.
 */
final class PackSupplier implements PageSupplier {
  final AtomicInteger spans = new AtomicInteger();

  private final List<PackReader> packs;
  private final long pages;

  /**
   * @param packs a snapshot and the deltas behind it
   */
  PackSupplier(List<PackReader> packs) {
    this.packs = List.copyOf(packs);
    this.pages = packs.get(packs.size() - 1).header().pageCount();
  }

  @Override
  public PageSpan span(long page) {
    PackReader snapshot = packs.get(0);
    if (!snapshot.contains(page)) {
      return new PageSpan(page, page);
    }
    int first = index(page);
    int block = snapshot.entries().get(first).block();
    int last = first;
    while (first > 0 && snapshot.entries().get(first - 1).block() == block) {
      first--;
    }
    while (last + 1 < snapshot.pages() && snapshot.entries().get(last + 1).block() == block) {
      last++;
    }
    return new PageSpan(
        snapshot.entries().get(first).pageNumber(),
        Math.min(pages, snapshot.entries().get(last).pageNumber()));
  }

  /** A snapshot has every page in order; no test here is so large that it has a lock page. */
  private static int index(long page) {
    return (int) page - 1;
  }

  @Override
  public void supply(PageRequest request, PageSink sink) throws InftException {
    spans.incrementAndGet();
    for (long page = request.span().first(); page <= request.span().last(); page++) {
      sink.page(page, page(page, packs.size()), 0);
    }
  }

  /** As the first so many packs left it. */
  private byte[] page(long page, int count) throws InftException {
    for (int i = count - 1; i >= 0; i--) {
      PackReader pack = packs.get(i);
      if (pack.contains(page)) {
        int before = i;
        return pack.page(page, number -> page(number, before));
      }
      if (page > pack.header().pageCount()) {
        break; // cut off here, and grown again without content
      }
    }
    return new byte[packs.get(0).header().pageSize()];
  }
}

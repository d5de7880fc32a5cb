package io.inft.pack;

import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.List;

/** Goes through a pack page by page, holding one block. Not thread-safe. */
final class PackCursor {
  static final long END = Long.MAX_VALUE;

  private final PackReader pack;
  private final List<PageEntry> entries;

  // Where the cursor stands, and the pages of the block it stands in.
  private int index;
  private int block = -1;
  private int firstOfBlock;
  private final List<byte[]> contents = new ArrayList<>();

  PackCursor(PackReader pack) {
    this.pack = pack;
    this.entries = pack.entries();
  }

  PackHeader header() {
    return pack.header();
  }

  /** Moves on to the first page whose number is at least this; answers it, or {@link #END}. */
  long skipTo(long pageNumber) {
    while (pageNumber() < pageNumber) {
      index++;
    }
    return pageNumber();
  }

  /** The number of the page it stands on, or {@link #END}. */
  long pageNumber() {
    return index < entries.size() ? entries.get(index).pageNumber() : END;
  }

  PageEntry entry() {
    return entries.get(index);
  }

  /** The page, or its difference, as the pack stores it; not for {@link PageForm#prefixed}. */
  byte[] content() throws InftException {
    int needed = entry().block();
    if (needed != block) {
      contents.clear();
      pack.block(needed, (entry, content) -> contents.add(content));
      block = needed;
      firstOfBlock = index;
      while (firstOfBlock > 0 && entries.get(firstOfBlock - 1).block() == needed) {
        firstOfBlock--;
      }
    }
    return contents.get(index - firstOfBlock);
  }
}

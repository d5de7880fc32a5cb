package io.inft.pack;

import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through a pack page by page in ascending order, holding one block of its ordinary pages and
 * one of its top pages. Not thread-safe.
 */
final class PackCursor {
  static final long END = Long.MAX_VALUE;

  private final PackReader pack;

  /** Where the cursor stands: so many lower pages are in the pack. */
  private int rank;

  private final Held ordinary = new Held();
  private final Held top = new Held();

  PackCursor(PackReader pack) {
    this.pack = pack;
  }

  /** The pages of a block. */
  private static final class Held {
    private int block = -1;
    private final List<byte[]> contents = new ArrayList<>();
  }

  PackHeader header() {
    return pack.header();
  }

  /** Moves on to the first page whose number is at least this; answers it, or {@link #END}. */
  long skipTo(long pageNumber) {
    while (pageNumber() < pageNumber) {
      rank++;
    }
    return pageNumber();
  }

  /** The number of the page it stands on, or {@link #END}. */
  long pageNumber() {
    return rank < pack.pages() ? pack.index().pageNumber(position()) : END;
  }

  private int position() {
    return pack.index().ranked(rank);
  }

  PageEntry entry() {
    return pack.index().get(position());
  }

  /** The page, or its difference, as the pack stores it; not for {@link PageForm#prefixed}. */
  byte[] content() throws InftException {
    int position = position();
    int needed = pack.index().blockOf(position);
    Held held = pack.index().blockStart(needed) >= pack.index().tailAt() ? top : ordinary;
    if (needed != held.block) {
      held.contents.clear();
      pack.block(needed, (entry, content) -> held.contents.add(content));
      held.block = needed;
    }
    return held.contents.get(position - pack.index().firstPage(needed));
  }
}

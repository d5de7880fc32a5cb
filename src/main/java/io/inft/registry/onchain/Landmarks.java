package io.inft.registry.onchain;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Where some events of one linked list were found before, so that the next walk need not begin at
 * the list's end. Only hints: a walk from a place where the event is no more comes back empty, and
 * then begins at the end. Safe for many threads.
 */
final class Landmarks {
  private static final int SPACING = 32;
  private static final int MAX_PLACES = 8_192;

  private final ConcurrentNavigableMap<Long, Long> blocks = new ConcurrentSkipListMap<>();

  /** An event was found in a block. */
  void note(long number, long block) {
    if (number % SPACING == 0 && blocks.size() < MAX_PLACES) {
      blocks.put(number, block);
    }
  }

  /** The first known place at or behind an event: its number and block. */
  Optional<Map.Entry<Long, Long>> atOrBehind(long number) {
    return Optional.ofNullable(blocks.ceilingEntry(number));
  }
}

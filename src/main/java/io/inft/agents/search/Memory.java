package io.inft.agents.search;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A memory as it is stored.
 *
 * @param space whose it is
 * @param key its name there
 * @param revision 1 for the first one, one more for each correction
 * @param time when this revision was made
 * @param text what is remembered
 * @param metadata what was said of it, by name
 * @param subject of whom it speaks, if it is sealed under that subject's key
 */
public record Memory(
    String space,
    String key,
    int revision,
    Instant time,
    String text,
    Map<String, String> metadata,
    Optional<String> subject) {
  public Memory {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }
}

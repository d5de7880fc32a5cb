package io.inft.registry;

import io.inft.bytes.Blob;
import io.inft.failure.InftException;
import io.inft.failure.PastStateException;
import java.util.List;
import java.util.Optional;

/**
 * A version whose commit object went along with its anchor.
 *
 * @param version as the registry recorded it
 * @param object what went along, by length and SHA-256; empty where the endpoint keeps it no
 *     longer. Whether it has the root that was recorded is for the caller to check
 */
public record Inlined(Anchored version, Optional<Blob> object) {
  /** Every version whose number is a multiple of it is stored; so no tail is as long. */
  public static final long STORED_EVERY = 64;

  /**
   * The versions right up to one that went along, as far back as they did, oldest first.
   *
   * @param newest as read from there; none if it did not go along
   * @throws PastStateException it is no longer what was read: read the head again
   */
  public static List<Anchored> tail(RegistryReader registry, DatabaseId id, Anchored newest)
      throws InftException {
    if (!newest.inlined()) {
      return List.of();
    }
    long last = newest.version();
    List<Anchored> all = registry.history(id, Math.max(1, last - STORED_EVERY + 1), last);
    if (all.isEmpty() || !all.get(all.size() - 1).anchor().equals(newest.anchor())) {
      throw new PastStateException(
          "version " + last + " of '" + id + "'", "it is another one now: read the head again");
    }
    int from = all.size();
    while (from > 0 && all.get(from - 1).inlined()) {
      from--;
    }
    return List.copyOf(all.subList(from, all.size()));
  }
}

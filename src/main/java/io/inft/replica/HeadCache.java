package io.inft.replica;

import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Heads that were read and verified lately, so that a session need not ask anew within its {@code
 * refresh}. Known by who said so (the registry as it was opened, endpoint and all) and by the home
 * that believed it: what one endpoint said is no answer of another, and what one machine's folder
 * saw is not known to another. Gone with the registry. Safe for many threads.
 */
final class HeadCache {
  private static final long KEPT_NANOS = Duration.ofHours(1).toNanos();

  /** Guarded by its own monitor. */
  private static final Map<RegistryReader, Map<Asker, Seen>> HEADS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private record Asker(Path home, DatabaseId id) {}

  /**
   * A head that was read.
   *
   * @param nanos when the registry was asked
   */
  record Seen(long nanos, Anchored version) {}

  private HeadCache() {}

  /** What was put not longer ago than {@code refresh}. */
  static Optional<Seen> newerThan(
      Duration refresh, RegistryReader registry, Path home, DatabaseId id) {
    synchronized (HEADS) {
      Map<Asker, Seen> heads = HEADS.get(registry);
      Seen seen = heads == null ? null : heads.get(new Asker(home.toAbsolutePath(), id));
      return seen != null && System.nanoTime() - seen.nanos() < refresh.toNanos()
          ? Optional.of(seen)
          : Optional.empty();
    }
  }

  /** Keeps a head whose version was opened. */
  static void put(RegistryReader registry, Path home, DatabaseId id, Seen head) {
    synchronized (HEADS) {
      Map<Asker, Seen> heads = HEADS.computeIfAbsent(registry, unused -> new HashMap<>());
      heads.values().removeIf(seen -> head.nanos() - seen.nanos() > KEPT_NANOS);
      heads.put(new Asker(home.toAbsolutePath(), id), head);
    }
  }
}

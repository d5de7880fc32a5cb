package io.inft.replica.restore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Commit objects that have been read, by the root that each was found to have: whoever asks for a
 * root gets the bytes that have it, so it does not matter who read them. Bounded by bytes. Safe for
 * many threads.
 */
public final class CommitCache {
  private static final long MAX_BYTES = 16L << 20;

  private final Cache<Digest, Blob> known =
      Caffeine.newBuilder()
          .maximumWeight(MAX_BYTES)
          .weigher((Digest root, Blob bytes) -> bytes.sizeBytes())
          .build();

  @Nullable Blob get(Digest root) {
    return known.getIfPresent(root);
  }

  /**
   * @param root the one that these bytes have
   */
  void put(Digest root, Blob bytes) {
    known.put(root, bytes);
  }
}

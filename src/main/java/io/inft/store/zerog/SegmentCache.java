package io.inft.store.zerog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Verified segments, bounded in bytes, and those that are being fetched. Safe for many threads. */
final class SegmentCache {
  final Cache<ZeroGSource.Key, byte[]> verified;
  final ConcurrentMap<ZeroGSource.Key, CompletableFuture<byte[]>> running =
      new ConcurrentHashMap<>();

  SegmentCache(long maxBytes) {
    verified =
        Caffeine.newBuilder()
            .maximumWeight(Math.max(1, maxBytes))
            .weigher((ZeroGSource.Key key, byte[] segment) -> segment.length)
            .executor(Runnable::run)
            .build();
  }
}

package io.inft.custody;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.failure.InftException;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;

/**
 * Reads from storage and counts. Commit objects read last are kept, since later versions point into
 * them; so is what was verified last. Both are bounded. Not safe for many threads.
 */
final class Fetch {
  private static final int STEP_BYTES = 4 << 20;
  private static final long CACHE_BYTES = 16L << 20;
  private static final int REMEMBERED = 16_384;

  private final StoreReader store;
  private final RandomGenerator random;
  private final Cache<ObjectRef, Blob> commits =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumWeight(CACHE_BYTES)
          .weigher((ObjectRef ref, Blob bytes) -> bytes.sizeBytes())
          .build();
  private final Cache<Digest, Boolean> verified =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(REMEMBERED).build();

  // Mutable state.
  private long bytes;

  Fetch(StoreReader store, RandomGenerator random) {
    this.store = store;
    this.random = random;
  }

  /** How many bytes were read so far. */
  long bytes() {
    return bytes;
  }

  /** A commit object's bytes, checked against their root. */
  byte[] commit(ObjectRef ref) throws InftException {
    Blob known = commits.getIfPresent(ref);
    if (known != null) {
      return known.toBytes();
    }
    byte[] read = store.open(ref).readAll(CommitObject.MAX_BYTES);
    bytes += read.length;
    commits.put(ref, Blob.of(read));
    return read;
  }

  /** The sealed bytes at a place that {@code commit} lists. */
  ByteSource sealed(CommitObject commit, Location location, long sizeBytes) throws InftException {
    if (location instanceof Location.Here here) {
      return ByteSource.of(commit.inlineItem(here, sizeBytes));
    }
    if (location instanceof Location.Within within) {
      ObjectRef ref = new ObjectRef(within.commitRoot(), within.commitSizeBytes());
      return ByteSource.of(commit(ref)).slice(within.offset(), sizeBytes);
    }
    return store.open(new ObjectRef(((Location.Own) location).root(), sizeBytes));
  }

  /** Reads all of a source and gives its SHA-256. */
  Digest sha256(ByteSource source) throws InftException {
    MessageDigest digest = Digest.sha256();
    for (long at = 0; at < source.sizeBytes(); at += STEP_BYTES) {
      byte[] step = source.read(at, (int) Math.min(STEP_BYTES, source.sizeBytes() - at));
      digest.update(step);
      bytes += step.length;
    }
    return Digest.finish(digest);
  }

  /** Reads one byte somewhere, which makes the store verify the segment it lies in. */
  void sample(ByteSource source) throws InftException {
    source.read(random.nextLong(source.sizeBytes()), 1);
    bytes++;
  }

  /** Whether {@link #remember} was called for this. */
  boolean isVerified(Digest what) {
    return verified.getIfPresent(what) != null;
  }

  void remember(Digest what) {
    verified.put(what, Boolean.TRUE);
  }
}

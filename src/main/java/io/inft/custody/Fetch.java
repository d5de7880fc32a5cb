package io.inft.custody;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Archive;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.failure.InftException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.StoreReader;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.util.random.RandomGenerator;

/**
 * Reads from storage and counts. Commit objects read last are kept, since later versions point into
 * them; so is what was verified last. Both are bounded. Not safe for many threads.
 */
final class Fetch {
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
    requireRoot(ref, ByteSource.of(read));
    commits.put(ref, Blob.of(read));
    return read;
  }

  /**
   * The bytes at a place that {@code commit} lists.
   *
   * @param producedBy the version that they were made for
   */
  ByteSource sealed(CommitObject commit, long producedBy, Location location, long sizeBytes)
      throws InftException {
    if (location instanceof Location.Carried carried) {
      ObjectRef ref =
          carried.isHere()
              ? null
              : new ObjectRef(carried.carrierRoot(), carried.carrierSizeBytes());
      CommitObject carrier = ref == null ? commit : CommitObject.parse(commit(ref));
      return Archive.requireOf(carrier).packOf(producedBy, carried, sizeBytes);
    }
    if (location instanceof Location.Here here) {
      return ByteSource.of(commit.inlineItem(here, sizeBytes));
    }
    if (location instanceof Location.Within within) {
      ObjectRef ref = new ObjectRef(within.commitRoot(), within.commitSizeBytes());
      return ByteSource.of(commit(ref)).slice(within.offset(), sizeBytes);
    }
    return store.open(new ObjectRef(((Location.Own) location).root(), sizeBytes));
  }

  /** Reads all of what lies at a place, and compares it with the root that was listed. */
  void readThrough(Location location, ByteSource source) throws InftException {
    if (location instanceof Location.Own own) {
      requireRoot(new ObjectRef(own.root(), source.sizeBytes()), source);
      bytes += source.sizeBytes();
    }
  }

  /** The store compares as well; but whose store this is, and what it does, is not known here. */
  private static void requireRoot(ObjectRef ref, ByteSource source) throws InftException {
    Digest found = MerkleRoot.of(source);
    if (!found.equals(ref.root())) {
      throw new SubstitutedObjectException(
          "an object of " + ref.sizeBytes() + " bytes", "root " + ref.root(), "root " + found);
    }
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

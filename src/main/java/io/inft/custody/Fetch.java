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
import io.inft.failure.ObjectMissingException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Inlined;
import io.inft.registry.RegistryReader;
import io.inft.store.StoreReader;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Reads from storage and counts. Commit objects read last are kept, since later versions point into
 * them; so is what was verified last. Both are bounded. Not safe for many threads.
 */
final class Fetch {
  private static final long CACHE_BYTES = 16L << 20;
  private static final int REMEMBERED = 16_384;

  /** Versions read last, in which the packs of the next ones lie. */
  private static final int NOTED = 128;

  private final StoreReader store;
  private final RegistryReader registry;
  private final DatabaseId id;
  private final RandomGenerator random;
  private final Cache<ObjectRef, Blob> commits =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumWeight(CACHE_BYTES)
          .weigher((ObjectRef ref, Blob bytes) -> bytes.sizeBytes())
          .build();
  private final Cache<Digest, Boolean> verified =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(REMEMBERED).build();

  private final Cache<Long, Anchored> noted =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(NOTED).build();

  // Mutable state.
  private long bytes;
  private Optional<Anchored> newest = Optional.empty();
  private long tailFrom = Long.MAX_VALUE;

  Fetch(StoreReader store, RegistryReader registry, DatabaseId id, RandomGenerator random) {
    this.store = store;
    this.registry = registry;
    this.id = id;
    this.random = random;
  }

  /** Up to which version there are any. */
  void reachesTo(Head head) {
    newest = head.newest();
  }

  /** A version that later ones may point into. */
  void note(Anchored version) {
    noted.put(version.version(), version);
  }

  static ObjectRef refOf(Anchored version) {
    return new ObjectRef(version.anchor().root(), version.anchor().sizeBytes());
  }

  /**
   * A version's commit object, checked against its root. One that went along with its anchor is in
   * the archive of the next stored version, or else still in the chain's log; and somebody may have
   * stored it.
   */
  byte[] commit(Anchored version) throws InftException {
    ObjectRef ref = refOf(version);
    if (!version.inlined() || commits.getIfPresent(ref) != null) {
      return commit(ref);
    }
    Optional<Anchored> carrier = carrierOf(version);
    if (carrier.isPresent()) {
      keepCarriedBy(carrier.get());
    } else if (newest.isPresent()) {
      for (Inlined one : registry.tail(id, newest.get())) {
        if (one.object().isPresent()) {
          keep(one.object().get());
        }
      }
    }
    if (commits.getIfPresent(ref) != null) {
      return commit(ref);
    }
    try {
      Blob object = registry.object(id, version);
      requireRoot(ref, ByteSource.of(object.toBytes()));
      keep(object);
      return object.toBytes();
    } catch (ObjectMissingException | SubstitutedObjectException e) {
      try {
        return commit(ref);
      } catch (ObjectMissingException nowhere) {
        e.addSuppressed(nowhere);
        throw e;
      }
    }
  }

  private Optional<Anchored> carrierOf(Anchored version) throws InftException {
    if (version.version() >= tailFrom) {
      return Optional.empty();
    }
    long from = version.version() + 1;
    Optional<Anchored> carrier =
        registry.history(id, from, from + Inlined.STORED_EVERY).stream()
            .filter(next -> !next.inlined())
            .findFirst();
    if (carrier.isEmpty()) {
      tailFrom = version.version();
    }
    return carrier;
  }

  /** What is wrong with an archive is said where its carrier is checked. */
  private void keepCarriedBy(Anchored carrier) {
    try {
      Archive archive = Archive.requireOf(CommitObject.parse(commit(refOf(carrier))));
      for (Blob object : archive.objects()) {
        keep(object);
      }
    } catch (InftException wrong) {
      // then it is somewhere else, or nowhere
    }
  }

  private void keep(Blob object) throws InftException {
    commits.put(MerkleRoot.refOf(ByteSource.of(object.toBytes())), object);
    bytes += object.sizeBytes();
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
      return carried(commit, producedBy, carried, sizeBytes);
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

  private ByteSource carried(
      CommitObject commit, long producedBy, Location.Carried at, long sizeBytes)
      throws InftException {
    if (!at.isHere()) {
      ObjectRef ref = new ObjectRef(at.carrierRoot(), at.carrierSizeBytes());
      CommitObject carrier = CommitObject.parse(commit(ref));
      return Archive.requireOf(carrier).packOf(producedBy, at, sizeBytes);
    }
    if (commit.body().archive().isPresent()) {
      return Archive.requireOf(commit).packOf(producedBy, at, sizeBytes);
    }
    Anchored known = noted.getIfPresent(producedBy);
    Anchored producer = known == null ? registry.version(id, producedBy, 0) : known;
    return Archive.packIn(Blob.of(commit(producer)), producedBy, at, sizeBytes);
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

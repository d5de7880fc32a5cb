package io.inft.replica.restore;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.Kind;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;

/**
 * Fetches commit objects and believes nothing: bytes against root and checksum, every field against
 * what the registry recorded, the signature against the author. Checked ones are kept, bounded by
 * bytes. Safe for many threads.
 */
public final class Commits {
  private static final long CACHE_BYTES = 16L << 20;

  private final StoreReader store;
  private final Digest context;
  private final Cache<ObjectRef, Blob> checked =
      Caffeine.newBuilder()
          .maximumWeight(CACHE_BYTES)
          .weigher((ObjectRef ref, Blob bytes) -> bytes.sizeBytes())
          .build();

  public Commits(StoreReader store, Digest context) {
    this.store = store;
    this.context = context;
  }

  public static ObjectRef refOf(Anchored version) {
    return new ObjectRef(version.anchor().root(), version.anchor().sizeBytes());
  }

  /** The commit object of a version, as the registry recorded it. */
  public CommitObject fetch(Anchored version) throws InftException {
    if (!version.anchor().kind().isKnown()) {
      throw new FormatTooNewException(
          "version " + version.version() + " (its kind)",
          version.anchor().kind().code(),
          Kind.NEWEST);
    }
    ObjectRef ref = refOf(version);
    Blob known = checked.getIfPresent(ref);
    byte[] bytes =
        known != null ? known.toBytes() : store.open(ref).readAll(CommitObject.MAX_BYTES);
    if (known == null) {
      same(
          "commit object of version " + version.version(),
          version.anchor().checksum(),
          Digest.sha256(bytes));
    }
    CommitObject commit = CommitObject.parse(bytes);
    check(commit.body(), version);
    checked.put(ref, Blob.of(bytes));
    return commit;
  }

  private void check(CommitBody body, Anchored version) throws InftException {
    String what = "commit object of version " + version.version();
    same(what + ", its context", context, body.context());
    same(what + ", its version", version.version(), body.version());
    same(what + ", its previous root", version.anchor().previousRoot(), body.previousRoot());
    same(what + ", its key epoch", version.anchor().keyEpoch(), body.epoch());
    same(what + ", its author", version.author(), body.author());
    same(what + ", its kind", version.anchor().kind().code(), body.kind());
    same(
        what + ", its keyring",
        version.anchor().keyringHash(),
        Digest.sha256(body.keyring().toBytes()));
  }

  private static void same(String what, Object expected, Object found)
      throws SubstitutedObjectException {
    if (!expected.equals(found)) {
      throw new SubstitutedObjectException(what, expected.toString(), found.toString());
    }
  }
}

package io.inft.replica.publish.version;

import io.inft.pack.PackType;
import io.inft.store.merkle.ObjectRef;
import java.util.Optional;

/**
 * A sealed page pack that no commit object lists yet.
 *
 * @param inline its sealed bytes, when small enough to ride inside the commit object
 * @param own the object of its own that it became otherwise; kept on this disk
 */
public record StagedPack(
    PackType kind,
    int index,
    long fromVersion,
    long toVersion,
    long sizeBytes,
    Optional<Sealed> inline,
    Optional<ObjectRef> own) {
  /** Bytes that are never changed after they were put here. */
  public static final class Sealed {
    private final byte[] bytes;

    Sealed(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }
}

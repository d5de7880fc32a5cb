package io.inft.commit;

import io.inft.bytes.Digest;

/** Where the bytes of a sealed object lie. */
public sealed interface Location {
  /**
   * In an object of its own.
   *
   * @param root 0G Merkle root of exactly these bytes
   */
  record Own(Digest root) implements Location {
    public Own {
      if (root.isZero()) {
        throw new IllegalArgumentException("an object of its own has a root");
      }
    }
  }

  /**
   * Inside the commit object of an earlier version.
   *
   * @param commitRoot 0G Merkle root of that commit object
   * @param commitSizeBytes its length, which the root does not contain
   * @param offset of the first byte, counted from the start of that commit object
   */
  record Within(Digest commitRoot, long commitSizeBytes, long offset) implements Location {
    public Within {
      if (commitRoot.isZero()
          || commitSizeBytes < 1
          || commitSizeBytes > CommitObject.MAX_BYTES
          || offset < 0
          || offset >= commitSizeBytes) {
        throw new IllegalArgumentException(
            "byte " + offset + " of a commit object of " + commitSizeBytes + " bytes");
      }
    }
  }

  /**
   * Inside the commit object of the version that produced it, which nothing stores but the archive
   * of a later version, its carrier.
   *
   * @param carrierRoot 0G Merkle root of the carrier; zero if that is the version that says so, or,
   *     of one that is not stored itself, the one that will carry both
   * @param carrierSizeBytes length of the carrier; 0 where its root is zero
   * @param offset of the first byte, counted from the start of the producing version's commit
   *     object
   */
  record Carried(Digest carrierRoot, long carrierSizeBytes, long offset) implements Location {
    public Carried {
      if (carrierRoot.isZero() != (carrierSizeBytes == 0)
          || carrierSizeBytes < 0
          || carrierSizeBytes > CommitObject.MAX_BYTES
          || offset < 0
          || offset >= Archive.MAX_OBJECT_BYTES) {
        throw new IllegalArgumentException(
            "byte "
                + offset
                + " of a commit object that one of "
                + carrierSizeBytes
                + " bytes carries");
      }
    }

    /**
     * Among the versions since the last stored one before that which says so: it carries them
     * itself, or goes along with its anchor as they did.
     */
    public static Carried here(long offset) {
      return new Carried(Digest.ZERO, 0, offset);
    }

    public boolean isHere() {
      return carrierSizeBytes == 0;
    }
  }

  /**
   * Inside the very commit object that says so.
   *
   * @param offset of the first byte, counted from the start of the inline area
   */
  record Here(long offset) implements Location {
    public Here {
      if (offset < 0 || offset >= CommitObject.MAX_BYTES) {
        throw new IllegalArgumentException("byte " + offset + " of an inline area");
      }
    }
  }
}

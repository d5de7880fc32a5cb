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

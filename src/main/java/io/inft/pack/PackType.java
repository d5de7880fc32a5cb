package io.inft.pack;

/**
 * Which pages a pack holds. The codes are the same in a pack, in the restore set of a commit object
 * and as the type of the sealed object that a pack is stored as.
 */
public enum PackType {
  /** All pages of a version. */
  SNAPSHOT(1),
  /** The pages that changed since another version, on which it must be laid. */
  DELTA(2);

  private final int code;

  PackType(int code) {
    this.code = code;
  }

  /** Its number in the formats. */
  public int code() {
    return code;
  }
}

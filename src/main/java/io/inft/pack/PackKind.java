package io.inft.pack;

/** What a page pack is laid on: nothing, or the version it was made from. */
public enum PackKind {
  /** Every page of a version. */
  SNAPSHOT(1),
  /** The pages that changed between two versions. */
  DELTA(2);

  private final int code;

  PackKind(int code) {
    this.code = code;
  }

  /** Its number in the format. */
  public int code() {
    return code;
  }
}

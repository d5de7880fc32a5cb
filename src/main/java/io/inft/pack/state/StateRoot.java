package io.inft.pack.state;

/**
 * The kinds of state root, as {@code state-root.md} has them. A database keeps the kind that it was
 * begun with.
 */
public enum StateRoot {
  /** A leaf is the hash of a page: kind 1. */
  PAGES(1),
  /** A leaf is a tree over blinded chunks of a page, so that a part of it can be shown: kind 2. */
  CHUNKS(2);

  /** What databases are begun with. */
  public static final StateRoot NEWEST = CHUNKS;

  private final int code;

  StateRoot(int code) {
    this.code = code;
  }

  /** Its number in the format. */
  public int code() {
    return code;
  }
}

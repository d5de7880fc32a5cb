package io.inft.pack;

/** How a pack stores one page. */
public enum PageForm {
  /** As it is. */
  WHOLE(0),
  /** Its XOR with the page of the from-version. */
  DIFFERENCE(1),
  /** As it is, compressed against pages of the from-version; its own base is one of them. */
  AGAINST(2),
  /** As it is, compressed against bases of other pages; it has none itself. */
  BESIDE(3);

  private final int code;

  PageForm(int code) {
    this.code = code;
  }

  /** Its number in the format. */
  public int code() {
    return code;
  }

  /** Whether the page of the from-version must be at hand, and the entry tells which that is. */
  public boolean hasBase() {
    return this == DIFFERENCE || this == AGAINST;
  }

  /** Whether its block can be decompressed only with pages of the from-version. */
  public boolean prefixed() {
    return this == AGAINST || this == BESIDE;
  }
}

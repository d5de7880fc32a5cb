package io.inft.failure;

/** An object in a format that is no longer read. */
public final class FormatTooOldException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final int found;
  private final int oldestKnown;

  public FormatTooOldException(String what, int found, int oldestKnown) {
    super(
        what
            + " has format "
            + found
            + ", this release reads from "
            + oldestKnown
            + ": open it once with an earlier release of inft-jdbc, which rewrites it",
        null);
    this.what = what;
    this.found = found;
    this.oldestKnown = oldestKnown;
  }

  public String what() {
    return what;
  }

  public int found() {
    return found;
  }

  public int oldestKnown() {
    return oldestKnown;
  }
}

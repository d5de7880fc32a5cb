package io.inft.failure;

/** An object written by a later release. */
public final class FormatTooNewException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final int found;
  private final int newestKnown;

  public FormatTooNewException(String what, int found, int newestKnown) {
    super(
        what
            + " has format "
            + found
            + ", this release reads up to "
            + newestKnown
            + ": update inft-jdbc",
        null);
    this.what = what;
    this.found = found;
    this.newestKnown = newestKnown;
  }

  public String what() {
    return what;
  }

  public int found() {
    return found;
  }

  public int newestKnown() {
    return newestKnown;
  }
}

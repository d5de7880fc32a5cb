package io.inft.failure;

/** Bytes that do not begin with the magic of what they should be. */
public final class NotOurObjectException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String found;

  public NotOurObjectException(String what, String found) {
    super(
        what
            + " expected, but the bytes begin with "
            + found
            + ": this is not an object of inft-jdbc",
        null);
    this.what = what;
    this.found = found;
  }

  public String what() {
    return what;
  }

  public String found() {
    return found;
  }
}

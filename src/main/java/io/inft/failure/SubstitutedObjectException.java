package io.inft.failure;

/** An object is well formed but is not the one that the chain or its commit object names. */
public final class SubstitutedObjectException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String expected;
  private final String found;

  public SubstitutedObjectException(String what, String expected, String found) {
    super(
        what
            + " is not the one named: expected "
            + expected
            + ", found "
            + found
            + "; somebody or something served other bytes",
        null);
    this.what = what;
    this.expected = expected;
    this.found = found;
  }

  public String what() {
    return what;
  }

  public String expected() {
    return expected;
  }

  public String found() {
    return found;
  }
}

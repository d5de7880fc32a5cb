package io.inft.failure;

/** A commit object that is sound by itself but does not continue the one before it. */
public final class DoesNotFollowException extends InftException {
  private static final long serialVersionUID = 1L;

  private final long version;
  private final String field;
  private final String expected;
  private final String found;

  public DoesNotFollowException(long version, String field, String expected, String found) {
    super(
        "version "
            + version
            + " does not follow the version before it: its "
            + field
            + " is "
            + found
            + ", not "
            + expected
            + "; whoever wrote it broke the chain, open an earlier version with 'at'",
        null);
    this.version = version;
    this.field = field;
    this.expected = expected;
    this.found = found;
  }

  public long version() {
    return version;
  }

  public String field() {
    return field;
  }

  public String expected() {
    return expected;
  }

  public String found() {
    return found;
  }
}

package io.inft.failure;

/** The key epoch or keyring changed since it was read. */
public final class KeyEpochConflictException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final int expectedEpoch;
  private final int foundEpoch;

  public KeyEpochConflictException(String id, int expectedEpoch, int foundEpoch) {
    super(
        expectedEpoch == foundEpoch
            ? "the keyring of '"
                + id
                + "' is another one of key epoch "
                + foundEpoch
                + "; somebody else changed it: read the keyring again"
            : "the key epoch of '"
                + id
                + "' is "
                + foundEpoch
                + ", not "
                + expectedEpoch
                + "; the key was rotated by somebody else: read the keyring again",
        null);
    this.id = id;
    this.expectedEpoch = expectedEpoch;
    this.foundEpoch = foundEpoch;
  }

  public String id() {
    return id;
  }

  public int expectedEpoch() {
    return expectedEpoch;
  }

  public int foundEpoch() {
    return foundEpoch;
  }
}

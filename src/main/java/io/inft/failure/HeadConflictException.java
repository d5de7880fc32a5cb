package io.inft.failure;

/** Another writer moved the head first. Nothing of theirs was overwritten. */
public final class HeadConflictException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final long expectedVersion;
  private final String expectedRoot;
  private final long foundVersion;
  private final String foundRoot;

  public HeadConflictException(
      String id, long expectedVersion, String expectedRoot, long foundVersion, String foundRoot) {
    super(
        "the head of '"
            + id
            + "' moved: expected version "
            + expectedVersion
            + " ("
            + expectedRoot
            + "), found version "
            + foundVersion
            + " ("
            + foundRoot
            + ")",
        null);
    this.id = id;
    this.expectedVersion = expectedVersion;
    this.expectedRoot = expectedRoot;
    this.foundVersion = foundVersion;
    this.foundRoot = foundRoot;
  }

  public String id() {
    return id;
  }

  public long expectedVersion() {
    return expectedVersion;
  }

  public String expectedRoot() {
    return expectedRoot;
  }

  public long foundVersion() {
    return foundVersion;
  }

  public String foundRoot() {
    return foundRoot;
  }
}

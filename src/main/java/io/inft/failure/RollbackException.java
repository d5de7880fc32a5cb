package io.inft.failure;

/** The registry shows an older head than one that was already final. */
public final class RollbackException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final long seenVersion;
  private final String seenRoot;
  private final long foundVersion;
  private final String foundRoot;

  public RollbackException(
      String id, long seenVersion, String seenRoot, long foundVersion, String foundRoot) {
    super(
        "the head of '"
            + id
            + "' went back: version "
            + seenVersion
            + " ("
            + seenRoot
            + ") was final, now version "
            + foundVersion
            + " ("
            + foundRoot
            + ") is shown; do not trust this registry endpoint, and compare with another",
        null);
    this.id = id;
    this.seenVersion = seenVersion;
    this.seenRoot = seenRoot;
    this.foundVersion = foundVersion;
    this.foundRoot = foundRoot;
  }

  public String id() {
    return id;
  }

  public long seenVersion() {
    return seenVersion;
  }

  public String seenRoot() {
    return seenRoot;
  }

  public long foundVersion() {
    return foundVersion;
  }

  public String foundRoot() {
    return foundRoot;
  }
}

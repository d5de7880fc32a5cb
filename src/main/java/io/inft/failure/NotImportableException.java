package io.inft.failure;

/** A file that cannot become a database. It was not changed, and nothing was published. */
public final class NotImportableException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String reason;

  /**
   * @param reason what it is instead, and the way out; without a full stop
   */
  public NotImportableException(String file, String reason) {
    super(
        "'" + file + "' cannot be taken over: " + reason + "; nothing was changed or published",
        null);
    this.file = file;
    this.reason = reason;
  }

  public String file() {
    return file;
  }

  public String reason() {
    return reason;
  }
}

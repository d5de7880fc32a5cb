package io.inft.failure;

/** Something that is not ours lies where our file or folder should be. */
public final class ForeignFileException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String reason;

  public ForeignFileException(String path, String reason) {
    super(
        "'"
            + path
            + "' is in the way: "
            + reason
            + "; it was not touched, move it away or choose another home",
        null);
    this.path = path;
    this.reason = reason;
  }

  public String path() {
    return path;
  }

  public String reason() {
    return reason;
  }
}

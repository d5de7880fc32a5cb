package io.inft.failure;

/**
 * A snapshot of the guide's clients that a key does not open: it is another key, or the file was
 * changed. The two cannot be told apart.
 */
public final class GuideKeyException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String format;

  /**
   * @param format what the file would be, in words
   */
  public GuideKeyException(String file, String format) {
    super(
        "the key given does not open '"
            + file
            + "' as "
            + format
            + ", or the file was changed or cut; nothing was written. Try the key from before the"
            + " last rotation: the guide's clients do not note which key a file has. A password"
            + " needs the salt and the iterations of that time",
        null);
    this.file = file;
    this.format = format;
  }

  public String file() {
    return file;
  }

  public String format() {
    return format;
  }
}

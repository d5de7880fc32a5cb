package io.inft.failure;

/** A file is not encrypted where one that is was to be expected: anybody may have put it there. */
public final class PlaintextImportException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String expected;

  /**
   * @param expected why an encrypted file was to be expected
   */
  public PlaintextImportException(String file, String expected) {
    super(
        "'"
            + file
            + "' is a database in the clear, and "
            + expected
            + ": whoever can write there can put one there without any key. If it is yours, say"
            + " --plaintext",
        null);
    this.file = file;
    this.expected = expected;
  }

  public String file() {
    return file;
  }

  public String expected() {
    return expected;
  }
}

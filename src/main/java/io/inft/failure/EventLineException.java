package io.inft.failure;

/** A line of an event log of the guide's clients that is no event. Nothing was imported. */
public final class EventLineException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long line;
  private final String reason;

  /**
   * @param line counted from 1
   */
  public EventLineException(String file, long line, String reason) {
    super(
        file
            + ":"
            + line
            + ": "
            + reason
            + "; nothing was imported. Correct the line, or keep such lines aside in the table"
            + " inft_imported (--lenient)",
        null);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }

  public String file() {
    return file;
  }

  public long line() {
    return line;
  }

  public String reason() {
    return reason;
  }
}

package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** Bytes that carry our magic and version but break a rule of the format. */
public final class CorruptObjectException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final long offset;
  private final String reason;

  public CorruptObjectException(String what, long offset, String reason) {
    this(what, offset, reason, null);
  }

  public CorruptObjectException(
      String what, long offset, String reason, @Nullable Throwable cause) {
    super("corrupt " + what + " at byte " + offset + ": " + reason, cause);
    this.what = what;
    this.offset = offset;
    this.reason = reason;
  }

  public String what() {
    return what;
  }

  public long offset() {
    return offset;
  }

  public String reason() {
    return reason;
  }
}

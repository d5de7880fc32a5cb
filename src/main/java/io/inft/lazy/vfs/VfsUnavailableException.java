package io.inft.lazy.vfs;

import org.jspecify.annotations.Nullable;

/**
 * A VFS cannot be put into this SQLite, or not from this process. Nothing was changed; a database
 * is opened once all of it is here, as without this room. The message says why, and what would
 * help.
 */
public final class VfsUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  VfsUnavailableException(String reason, @Nullable Throwable cause) {
    super(reason, cause);
    this.reason = reason;
  }

  /** The message. */
  public String reason() {
    return reason;
  }
}

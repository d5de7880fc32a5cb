package io.inft.failure;

import java.nio.file.Path;

/** This machine's disk said no: full, read-only, a file where a folder should be. */
public final class LocalStorageException extends InftException {
  private static final long serialVersionUID = 1L;

  private final transient Path path;
  private final String action;

  public LocalStorageException(Path path, String action, Throwable cause) {
    super("could not " + action + " " + path + ": " + cause, cause);
    this.path = path;
    this.action = action;
  }

  public Path path() {
    return path;
  }

  public String action() {
    return action;
  }
}

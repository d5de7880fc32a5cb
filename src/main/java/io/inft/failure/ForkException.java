package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** A line of unpublished commits lost against the head and was put aside whole. */
public final class ForkException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String folder;

  public ForkException(String id, String folder, @Nullable Throwable cause) {
    super(
        "another writer moved the head of '"
            + id
            + "'; the unpublished commits of this line are kept in "
            + folder
            + " and this connection is bound to it; open a new connection to go on from the head",
        cause);
    this.id = id;
    this.folder = folder;
  }

  public String id() {
    return id;
  }

  public String folder() {
    return folder;
  }
}

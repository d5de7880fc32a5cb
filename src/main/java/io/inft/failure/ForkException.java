package io.inft.failure;

import org.jspecify.annotations.Nullable;

/**
 * A line of unpublished commits lost against the head, or its database file changed behind SQLite's
 * log; it was put aside whole.
 */
public final class ForkException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String folder;

  public ForkException(String id, String folder, @Nullable Throwable cause) {
    super(
        "another writer moved the head of '"
            + id
            + "'; the commits made here and not published are kept in "
            + folder
            + " and this connection is bound to it; open a new connection to go on from the head",
        cause);
    this.id = id;
    this.folder = folder;
  }

  private ForkException(ForeignChangeException cause, String id, String folder) {
    super(
        cause.getMessage()
            + " ('inft forks list "
            + id
            + "'). It is kept in "
            + folder
            + " and this connection is bound to it; open a new connection to go on from the head",
        cause);
    this.id = id;
    this.folder = folder;
  }

  /** A line whose database file changed behind SQLite's log. */
  public static ForkException of(String id, String folder, ForeignChangeException cause) {
    return new ForkException(cause, id, folder);
  }

  public String id() {
    return id;
  }

  public String folder() {
    return folder;
  }
}

package io.inft.failure;

import java.util.List;

/**
 * Commits of this machine were put aside and nobody was told of it, because the connections they
 * were made on are gone. Thrown once, by the first call that an application makes on a new
 * connection; that connection goes on from the head.
 */
public final class PutAsideException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final List<String> folders;

  /**
   * @param folders where they are kept
   * @param what one sentence for each
   */
  public PutAsideException(String id, List<String> folders, List<String> what) {
    super(
        "commits made on this machine are not in '"
            + id
            + "' and will never be published by themselves: "
            + String.join("; ", what)
            + ". Nothing was done by this call: roll back and run the transaction again, it goes on"
            + " from the head. What was put aside stays where it is: 'inft forks list "
            + id
            + "' shows it and how to take it out, 'inft forks acknowledge "
            + id
            + " <generation>' ends the warnings",
        null);
    this.id = id;
    this.folders = List.copyOf(folders);
  }

  public String id() {
    return id;
  }

  /** The generations that were put aside. */
  public List<String> folders() {
    return folders;
  }
}

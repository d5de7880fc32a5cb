package io.inft.failure;

/**
 * The newest version names bytes that are no version: nobody can restore it, nobody can go on from
 * it. Older versions are what they were. An account with the right publishes over it, by hand.
 */
public final class UnreadableHeadException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final long version;
  private final String root;

  /**
   * @param root of its commit object, as the registry has it
   * @param cause what is wrong with it
   */
  public UnreadableHeadException(String id, long version, String root, InftException cause) {
    super(
        "version "
            + version
            + " of '"
            + id
            + "', the newest, cannot be read ("
            + cause.getMessage()
            + "); "
            + wayOut(id, version),
        cause);
    this.id = id;
    this.version = version;
    this.root = root;
  }

  private static String wayOut(String id, long version) {
    String over = " --over-unreadable " + version;
    String push = "'inft push " + id + " <file>" + over + "'";
    if (version == 1) {
      return "an account with WRITER puts a file in its place: " + push;
    }
    long before = version - 1;
    return "at="
        + before
        + " reads the version before; an account with WRITER goes on from it: 'inft restore "
        + id
        + " --to "
        + before
        + over
        + "', or from a file: "
        + push;
  }

  public String id() {
    return id;
  }

  public long version() {
    return version;
  }

  public String root() {
    return root;
  }
}

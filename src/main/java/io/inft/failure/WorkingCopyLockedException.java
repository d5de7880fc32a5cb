package io.inft.failure;

/** Another process has the working copy open. */
public final class WorkingCopyLockedException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final String holder;

  public WorkingCopyLockedException(String folder, String holder) {
    super(
        "the working copy "
            + folder
            + " is open in another process ("
            + holder
            + "); close it there, use another home, or connect with mode=ro",
        null);
    this.folder = folder;
    this.holder = holder;
  }

  public String folder() {
    return folder;
  }

  public String holder() {
    return holder;
  }
}

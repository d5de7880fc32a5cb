package io.inft.failure;

import java.util.Optional;

/**
 * What is committed stands on this machine and is not published, for a reason that waiting does not
 * mend. The reason is the cause; whoever reports this reports it with the reason's own class and
 * state.
 */
public final class NotPublishedException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String action;

  /**
   * @param action what was asked for
   * @param reason what failed
   */
  public NotPublishedException(String action, Throwable reason) {
    super(
        action
            + " failed: "
            + (reason instanceof InftException ? reason.getMessage() : reason.toString())
            + "; what was committed stands on this machine and is not published: it is tried again"
            + " and goes out once that is mended ('inft sync' tries at once)",
        reason);
    this.action = action;
  }

  private NotPublishedException(String message, String action, Throwable reason) {
    super(message, reason);
    this.action = action;
  }

  /**
   * What was not published at the last close, after which nothing is tried any more.
   *
   * @param what is not out
   */
  public static NotPublishedException atClose(
      String id, String what, NotPublishedException failed) {
    Throwable reason = failed.getCause() == null ? failed : failed.getCause();
    String why = reason instanceof InftException ? reason.getMessage() : reason.toString();
    return new NotPublishedException(
        "closing '"
            + id
            + "', publishing failed: "
            + why
            + "; "
            + what
            + " stands on this machine and is not published: mend that, it goes out when the"
            + " database is opened the next time, or by 'inft sync'",
        "closing",
        reason);
  }

  public String action() {
    return action;
  }

  /** The reason, unless it is a bug. */
  public Optional<InftException> reason() {
    return getCause() instanceof InftException reason ? Optional.of(reason) : Optional.empty();
  }
}

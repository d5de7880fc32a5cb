package io.inft.failure;

/** A database id that no registry can hold. */
public final class InvalidIdException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String reason;

  public InvalidIdException(String id, String reason) {
    super("invalid database id '" + id + "': " + reason, null);
    this.id = id;
    this.reason = reason;
  }

  public String id() {
    return id;
  }

  public String reason() {
    return reason;
  }
}

package io.inft.failure;

/** An id that somebody registered before. */
public final class AlreadyRegisteredException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String owner;

  public AlreadyRegisteredException(String id, String owner) {
    super("'" + id + "' is already registered and belongs to " + owner, null);
    this.id = id;
    this.owner = owner;
  }

  public String id() {
    return id;
  }

  public String owner() {
    return owner;
  }
}

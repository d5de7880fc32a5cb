package io.inft.failure;

/** The registry does not know an id. */
public final class NotRegisteredException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String registry;

  public NotRegisteredException(String id, String registry) {
    super(
        "'"
            + id
            + "' is not registered in "
            + registry
            + "; check the spelling, or make it by connecting with create=true to write",
        null);
    this.id = id;
    this.registry = registry;
  }

  public String id() {
    return id;
  }

  public String registry() {
    return registry;
  }
}

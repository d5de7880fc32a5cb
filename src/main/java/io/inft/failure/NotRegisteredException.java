package io.inft.failure;

import java.util.Optional;

/** The registry does not know an id. */
public final class NotRegisteredException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String registry;

  public NotRegisteredException(String id, String registry) {
    this(id, registry, Optional.empty());
  }

  /**
   * @param similar an id that is registered and may be meant
   */
  public NotRegisteredException(String id, String registry, Optional<String> similar) {
    super(
        "'"
            + id
            + "' is not registered in "
            + registry
            + similar.map(other -> ", '" + other + "' is (case matters)").orElse("")
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

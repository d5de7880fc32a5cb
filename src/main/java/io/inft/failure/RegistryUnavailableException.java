package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** The registry could not be asked or did not answer in time. */
public final class RegistryUnavailableException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String registry;
  private final String action;

  public RegistryUnavailableException(String registry, String action, @Nullable Throwable cause) {
    super(
        "could not "
            + action
            + " at "
            + registry
            + (cause == null ? "" : ": " + cause.getMessage()),
        cause);
    this.registry = registry;
    this.action = action;
  }

  public String registry() {
    return registry;
  }

  public String action() {
    return action;
  }
}

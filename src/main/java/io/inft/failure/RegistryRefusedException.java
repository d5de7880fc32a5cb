package io.inft.failure;

/** The registry understood a request and said no, for a reason without a class of its own. */
public final class RegistryRefusedException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String registry;
  private final String action;
  private final String reason;

  public RegistryRefusedException(String registry, String action, String reason) {
    super(registry + " refused to " + action + ": " + reason, null);
    this.registry = registry;
    this.action = action;
    this.reason = reason;
  }

  public String registry() {
    return registry;
  }

  public String action() {
    return action;
  }

  public String reason() {
    return reason;
  }
}

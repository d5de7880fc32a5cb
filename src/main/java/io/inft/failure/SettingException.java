package io.inft.failure;

/** A setting that cannot be used. */
public final class SettingException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String setting;
  private final String reason;

  public SettingException(String setting, String reason) {
    super("setting '" + setting + "': " + reason, null);
    this.setting = setting;
    this.reason = reason;
  }

  public String setting() {
    return setting;
  }

  public String reason() {
    return reason;
  }
}

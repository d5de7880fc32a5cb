package io.inft.failure;

/** An engine that is open already was asked for with other settings. */
public final class SettingsConflictException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String setting;
  private final String open;
  private final String asked;

  public SettingsConflictException(String setting, String open, String asked) {
    super(
        "the database is open in this JVM with "
            + setting
            + "="
            + open
            + ", not "
            + asked
            + "; use the same settings, or close the other connections first",
        null);
    this.setting = setting;
    this.open = open;
    this.asked = asked;
  }

  public String setting() {
    return setting;
  }

  public String open() {
    return open;
  }

  public String asked() {
    return asked;
  }
}

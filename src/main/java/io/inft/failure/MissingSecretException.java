package io.inft.failure;

/** No password and no key was given where one is needed. */
public final class MissingSecretException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String hint;

  public MissingSecretException(String what, String hint) {
    super("no secret was given to open " + what + "; " + hint, null);
    this.what = what;
    this.hint = hint;
  }

  public String what() {
    return what;
  }

  public String hint() {
    return hint;
  }
}

package io.inft.failure;

/** A secret that opens nothing here. */
public final class WrongKeyException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String hint;

  public WrongKeyException(String what, String hint) {
    super("the secret given does not open " + what + "; " + hint, null);
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

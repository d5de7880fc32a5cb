package io.inft.failure;

/** A password that could be guessed from the public ciphertext. */
public final class WeakSecretException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final String hint;

  public WeakSecretException(String reason, String hint) {
    super("the password is too weak: " + reason + "; " + hint, null);
    this.reason = reason;
    this.hint = hint;
  }

  public String reason() {
    return reason;
  }

  public String hint() {
    return hint;
  }
}

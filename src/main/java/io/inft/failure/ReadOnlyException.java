package io.inft.failure;

/** A write where only reading is possible. */
public final class ReadOnlyException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String hint;

  public ReadOnlyException(String what, String hint) {
    super(what + " is read-only: " + hint, null);
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

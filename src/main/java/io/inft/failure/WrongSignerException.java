package io.inft.failure;

/** A signature that is well formed but was made by somebody else, or over other bytes. */
public final class WrongSignerException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String author;
  private final String recovered;

  public WrongSignerException(String what, String author, String recovered) {
    super(
        what
            + " names "
            + author
            + " as its author, but its signature is "
            + recovered
            + "'s: it was forged or altered after it was signed; fetch it from another node",
        null);
    this.what = what;
    this.author = author;
    this.recovered = recovered;
  }

  public String what() {
    return what;
  }

  public String author() {
    return author;
  }

  public String recovered() {
    return recovered;
  }
}

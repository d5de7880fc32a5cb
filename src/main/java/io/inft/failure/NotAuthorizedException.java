package io.inft.failure;

/** The account has no right to do this. */
public final class NotAuthorizedException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final String account;
  private final String right;

  public NotAuthorizedException(String id, String account, String right) {
    super(account + " may not " + right + " '" + id + "'; ask the owner for a grant", null);
    this.id = id;
    this.account = account;
    this.right = right;
  }

  /**
   * A refusal of which it is known which right is missing.
   *
   * @param missing its name in the contract
   * @param wayOut who gives it, and how
   */
  public NotAuthorizedException(
      String id, String account, String right, String missing, String wayOut) {
    super(
        account + " may not " + right + " '" + id + "': it has no " + missing + " right; " + wayOut,
        null);
    this.id = id;
    this.account = account;
    this.right = right;
  }

  public String id() {
    return id;
  }

  public String account() {
    return account;
  }

  public String right() {
    return right;
  }
}

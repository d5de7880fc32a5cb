package io.inft.failure;

/** The keyring of an epoch has no slot of the kind of secret that was given. */
public final class NoSlotException extends InftException {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final String given;
  private final String present;

  public NoSlotException(int epoch, String given, String present) {
    super(
        "the keyring of key epoch "
            + epoch
            + " has no "
            + given
            + " slot (it has: "
            + present
            + "): give a secret of that kind, or have somebody who can open it make a slot for"
            + " yours ('inft keys add <id>')",
        null);
    this.epoch = epoch;
    this.given = given;
    this.present = present;
  }

  public int epoch() {
    return epoch;
  }

  public String given() {
    return given;
  }

  public String present() {
    return present;
  }
}

package io.inft.failure;

/** A password slot whose derivation needs more memory than this Java machine may use. */
public final class KeyDerivationMemoryException extends InftException {
  private static final long serialVersionUID = 1L;

  private final long neededBytes;
  private final long availableBytes;

  public KeyDerivationMemoryException(long neededBytes, long availableBytes) {
    super(
        "the password slot needs "
            + (neededBytes >> 20)
            + " MiB to derive its key, this Java machine has "
            + (availableBytes >> 20)
            + " MiB in all: start it with a larger -Xmx",
        null);
    this.neededBytes = neededBytes;
    this.availableBytes = availableBytes;
  }

  public long neededBytes() {
    return neededBytes;
  }

  public long availableBytes() {
    return availableBytes;
  }
}

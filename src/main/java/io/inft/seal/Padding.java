package io.inft.seal;

/**
 * How much longer than its content a sealed object is made, so that its size, which everybody sees,
 * tells less of what is in it. The rule and its cost are in {@code sealed-object.md}.
 */
public enum Padding {
  /** Sealed in format 1: as long as its content. */
  NONE,

  /**
   * Sealed in format 2: the plaintext is filled up to a length that many contents share. Steps of
   * 64 bytes below 1 KiB; from there Padmé (Nikitin and others, 2019), which keeps of a length of n
   * bits no more than log2(n) + 1 leading ones: at most 12 % more, 3 % at 1 GB.
   */
  PADME;

  /** What can be sealed with padding: about 14 TiB. */
  static final long MOST_CONTENT_BYTES = SealFormat.MAX_PLAIN_BYTES / 8 * 7;

  private static final long SMALLEST_STEP = 64;

  /** The format of what is sealed with it. */
  int format() {
    return this == NONE ? SealFormat.UNPADDED : SealFormat.PADDED;
  }

  /**
   * How long the plaintext of so much content becomes, padding and its length included.
   *
   * @throws IllegalArgumentException more than can be sealed
   */
  public long plainSizeBytes(long contentSizeBytes) {
    long most = this == NONE ? SealFormat.MAX_PLAIN_BYTES : MOST_CONTENT_BYTES;
    if (contentSizeBytes < 0 || contentSizeBytes > most) {
      throw new IllegalArgumentException(
          "between 0 and " + most + " bytes can be sealed, not " + contentSizeBytes);
    }
    return this == NONE
        ? contentSizeBytes
        : filledUp(contentSizeBytes + SealFormat.PADDING_LENGTH_BYTES);
  }

  private static long filledUp(long length) {
    int exponent = 63 - Long.numberOfLeadingZeros(length);
    int kept = 64 - Long.numberOfLeadingZeros(exponent);
    long step = Math.max(SMALLEST_STEP, 1L << Math.max(0, exponent - kept));
    return (length + step - 1) / step * step;
  }

  /** The most that an object with a plaintext of so many bytes may be filled up by. */
  static long mostBytes(long plainSizeBytes) {
    return Math.max(SMALLEST_STEP, plainSizeBytes / 8);
  }
}

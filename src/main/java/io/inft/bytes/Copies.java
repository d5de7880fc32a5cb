package io.inft.bytes;

/**
 * Copies bytes one by one. Where one compiled method clones what {@code Arrays.copyOfRange} gave it
 * and then reads the clone, Java 17's optimizing compiler (17.0.15) looks for the bytes in the
 * wrong place of the first array. Values are copied in here instead, so that no such chain comes
 * about: see {@code CompiledCopiesTest}.
 */
final class Copies {
  private Copies() {}

  @SuppressWarnings("ManualArrayCopy") // that is what it is for
  static byte[] of(byte[] bytes) {
    byte[] copy = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      copy[i] = bytes[i];
    }
    return copy;
  }
}

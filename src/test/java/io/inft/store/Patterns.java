package io.inft.store;

/** The two byte patterns of the 0G test vectors. */
public final class Patterns {
  private Patterns() {}

  /** Byte {@code i} is {@code i * 31 + 7}; repeats every 256 bytes. */
  public static byte[] a(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + 7);
    }
    return bytes;
  }

  /** Byte {@code i} is the highest byte of {@code i * 0x9E3779B1}. */
  public static byte[] b(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ((i * 0x9E3779B1) >>> 24);
    }
    return bytes;
  }
}

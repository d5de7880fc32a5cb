package io.inft.bytes;

import java.util.Arrays;
import java.util.HexFormat;

/** An EVM account or contract address: twenty bytes. Immutable; printed in lower case. */
public final class Address implements Comparable<Address> {
  public static final int BYTES = 20;
  public static final Address ZERO = new Address(new byte[BYTES]);

  private final byte[] value;

  private Address(byte[] value) {
    this.value = value;
  }

  /** Copies 20 bytes in. */
  public static Address of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an address has 20 bytes, not " + bytes.length);
    }
    return new Address(Copies.of(bytes));
  }

  /**
   * Reads 40 hex digits in any case, with or without {@code 0x}; the checksum case is not checked.
   */
  public static Address parse(String hex) {
    String digits = hex.startsWith("0x") || hex.startsWith("0X") ? hex.substring(2) : hex;
    if (digits.length() != 2 * BYTES) {
      throw new IllegalArgumentException("an address has 40 hex digits: " + hex);
    }
    return new Address(HexFormat.of().parseHex(digits));
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return value.clone();
  }

  public boolean isZero() {
    return equals(ZERO);
  }

  @Override
  public int compareTo(Address other) {
    return Arrays.compareUnsigned(value, other.value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** {@code 0x} and 40 lower-case hex digits. */
  @Override
  public String toString() {
    return "0x" + HexFormat.of().formatHex(value);
  }
}

package io.inft.cli.console;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Accounts as people type them. */
public final class Accounts {
  private Accounts() {}

  /**
   * Reads an address. One in mixed case has a checksum in its letters (EIP-55), which must be
   * right: rights given to a mistyped account cannot be used by anybody, and an owner cannot be had
   * back.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static Address parse(String text) {
    Address address = Address.parse(text);
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    boolean mixed =
        !digits.equals(digits.toLowerCase(Locale.ROOT))
            && !digits.equals(digits.toUpperCase(Locale.ROOT));
    if (mixed && !digits.equals(checksummed(address))) {
      throw new IllegalArgumentException(
          text + " is mistyped: its capital letters are a checksum, which does not match");
    }
    return address;
  }

  /**
   * The digits as EIP-55 writes them: a letter is a capital if the hash's digit there is 8 or more.
   */
  public static String checksummed(Address address) {
    String lower = address.toString().substring(2);
    String hash = Digest.keccak256(lower.getBytes(StandardCharsets.US_ASCII)).hex();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lower.length(); i++) {
      boolean capital = Character.digit(hash.charAt(i), 16) >= 8;
      out.append(capital ? Character.toUpperCase(lower.charAt(i)) : lower.charAt(i));
    }
    return out.toString();
  }
}

package io.inft.cli.storage;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.store.zerog.PeerKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Keys of the 0G clients' own encryption, as they are given to a command. */
final class PeerKeys {
  static final String WARNING =
      "note: the 0G clients' own encryption is not authenticated: a wrong key gives garbage, not an"
          + " error, and only the root protects the bytes";

  private static final int MAX_FILE_BYTES = 1000;

  private PeerKeys() {}

  /** A file that holds 64 hex digits. */
  static PeerKey symmetric(Path file) throws InftException, IOException {
    try {
      return PeerKey.parse(text(file));
    } catch (IllegalArgumentException e) {
      throw new SettingException("key", "'" + file + "' must hold 64 hex digits, 32 bytes");
    }
  }

  /** A file that holds a private key as 64 hex digits. */
  static SigningKey recipient(Path file) throws InftException, IOException {
    try {
      return SigningKey.parse(text(file));
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          "recipient-key-file", "'" + file + "' must hold a private key, 64 hex digits");
    }
  }

  /** A public key in hex, 33, 64 or 65 bytes. */
  static byte[] publicKey(String hex) throws SettingException {
    String digits = hex.startsWith("0x") ? hex.substring(2) : hex;
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      throw noPublicKey(hex);
    }
  }

  static SettingException noPublicKey(String given) {
    String isAddress =
        given.matches("(0x)?[0-9a-fA-F]{40}")
            ? " (an address is not enough: it is a hash of the public key)"
            : "";
    return new SettingException(
        "recipient",
        "'"
            + given
            + "' is no secp256k1 public key; 66, 128 or 130 hex digits are expected"
            + isAddress);
  }

  private static String text(Path file) throws IOException, SettingException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE_BYTES) {
      throw new SettingException("key", "'" + file + "' is no file with a key in hex");
    }
    return Files.readString(file, StandardCharsets.US_ASCII).strip();
  }
}

package io.inft.imports;

import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.seal.DataKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What opens a snapshot of the guide's clients: thirty-two bytes, which the Python client writes as
 * 44 characters of base64url, or a password whose salt may be lost. Never printed.
 */
public final class GuideKey {
  /** What the guide's clients take, and nothing else. */
  public static final int ITERATIONS = 100_000;

  /** Enough for every cost that somebody chose on purpose; takes minutes. */
  private static final int MOST_ITERATIONS = 100_000_000;

  private static final int MAX_FILE_BYTES = 4096;
  private static final String HMAC = "HmacSHA256";

  /** Empty if only a password is known. */
  private final Optional<DataKey> key;

  private final boolean ofPassword;

  private GuideKey(Optional<DataKey> key, boolean ofPassword) {
    this.key = key;
    this.ofPassword = ofPassword;
  }

  /**
   * A key as text: 44 characters of base64, either alphabet, or 64 hex digits.
   *
   * @param setting names where it was given, in messages
   * @throws SettingException it is neither; the message does not repeat it
   */
  public static GuideKey parse(String text, String setting) throws SettingException {
    Optional<byte[]> bytes = decoded(text.strip());
    if (bytes.isEmpty() || bytes.get().length != DataKey.BYTES) {
      throw new SettingException(
          setting,
          "a key of the guide's clients is expected: 44 characters of base64 or 64 hex digits");
    }
    return new GuideKey(Optional.of(DataKey.of(bytes.get())), false);
  }

  /**
   * A key from a file: its first line, or the 32 bytes themselves.
   *
   * @param setting names where it was given, in messages
   */
  public static GuideKey read(Path file, String setting) throws SettingException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_FILE_BYTES);
    } catch (IOException e) {
      throw new SettingException(setting, "'" + file + "' cannot be read: " + e);
    }
    try {
      return content.length == DataKey.BYTES
          ? new GuideKey(Optional.of(DataKey.of(content)), false)
          : parse(
              new String(content, StandardCharsets.ISO_8859_1).lines().findFirst().orElse(""),
              setting);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * The key that both clients derive from a password and a salt, by PBKDF2 with HMAC-SHA256. The
   * password's UTF-8 is taken as it is, without normalising it.
   *
   * @param password is not kept
   * @param iterations at least 1; {@link #ITERATIONS} if nobody changed the client
   */
  public static GuideKey derived(char[] password, byte[] salt, int iterations)
      throws InftException {
    if (password.length == 0) {
      throw new SettingException("the guide's password", "it is empty");
    }
    if (iterations < 1 || iterations > MOST_ITERATIONS) {
      throw new SettingException(
          "the guide's iterations", "between 1 and " + MOST_ITERATIONS + ", not " + iterations);
    }
    ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] bytes = new byte[utf8.remaining()];
    utf8.get(bytes);
    utf8.rewind();
    utf8.put(new byte[bytes.length]);
    byte[] derived = pbkdf2(bytes, salt, iterations);
    Arrays.fill(bytes, (byte) 0);
    GuideKey key = new GuideKey(Optional.of(DataKey.of(derived)), true);
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  /** RFC 8018, 5.2, one block; JDK's own takes characters and no empty salt. */
  private static byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(password, HMAC));
      mac.update(salt);
      byte[] last = mac.doFinal(new byte[] {0, 0, 0, 1});
      byte[] sum = last.clone();
      for (int i = 1; i < iterations; i++) {
        last = mac.doFinal(last);
        for (int j = 0; j < sum.length; j++) {
          sum[j] ^= last[j];
        }
      }
      return sum;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }

  /** A password whose salt is not known: it opens nothing, and the failure says why. */
  public static GuideKey withoutSalt() {
    return new GuideKey(Optional.empty(), true);
  }

  /**
   * A salt as text: base64, either alphabet, or hex.
   *
   * @param setting names where it was given, in messages
   */
  public static byte[] parseSalt(String text, String setting) throws SettingException {
    return decoded(text.strip())
        .filter(salt -> salt.length > 0)
        .orElseThrow(() -> new SettingException(setting, "a salt in hex or base64 is expected"));
  }

  /** Hex is looked for first: the salts and keys that are made of hex digits are hex. */
  private static Optional<byte[]> decoded(String text) {
    try {
      return Optional.of(HexFormat.of().parseHex(text.startsWith("0x") ? text.substring(2) : text));
    } catch (IllegalArgumentException noHex) {
      // then it is base64
    }
    try {
      return Optional.of(Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
    } catch (IllegalArgumentException neither) {
      return Optional.empty();
    }
  }

  /** The key; empty if only a password is known. */
  Optional<DataKey> key() {
    return key;
  }

  /** Whether it is as good as a password that can be guessed at a hundred thousand rounds a try. */
  boolean ofPassword() {
    return ofPassword;
  }

  @Override
  public String toString() {
    return key.isPresent() ? "GuideKey[32 bytes]" : "GuideKey[a password without its salt]";
  }
}

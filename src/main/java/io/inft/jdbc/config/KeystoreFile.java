package io.inft.jdbc.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.BouncyCastleStart;
import io.inft.bytes.Digest;
import io.inft.bytes.JsonMappers;
import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.SettingException;
import io.inft.failure.WrongKeyException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * A signing key in an Ethereum keystore file, version 3 of the <a
 * href="https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage/">Web3
 * Secret Storage</a>: AES-128-CTR under scrypt or PBKDF2, with a Keccak MAC. The file decides what
 * the derivation costs, so it is bounded here.
 */
public final class KeystoreFile {
  private static final ObjectMapper JSON = JsonMappers.plain();
  private static final int DERIVED_BYTES = 32;
  private static final long MAX_SCRYPT_BYTES = 1L << 30;

  /** What is written again and again: some ten seconds. */
  private static final long MAX_SCRYPT_WORK_BYTES = 4L << 30;

  private static final int MAX_PBKDF2_ROUNDS = 10_000_000;
  private static final int MAX_PARALLELISM = 64;
  private static final int WRITTEN_N = 1 << 18;
  private static final int WRITTEN_R = 8;

  /**
   * What messages call a file.
   *
   * @param name where it lies
   * @param setting which setting named it
   * @param password which one has its password
   */
  record Source(String name, InftProperty setting, InftProperty password) {
    SettingException broken(String reason) {
      return new SettingException(setting.propertyName(), "'" + name + "': " + reason);
    }
  }

  private final JsonNode root;
  private final Source source;

  private KeystoreFile(JsonNode root, Source source) {
    this.root = root;
    this.source = source;
  }

  /** Whether a file's text is meant to be one. */
  static boolean looksLikeOne(String text) {
    return text.stripLeading().startsWith("{");
  }

  /**
   * Opens the key.
   *
   * @param source names the file in messages
   * @throws WrongKeyException if the password is another one, or the file was altered
   */
  static SigningKey open(String text, Source source, Optional<String> password)
      throws InftException {
    String given =
        password.orElseThrow(
            () ->
                new MissingSecretException(
                    "the keystore file " + source.name(),
                    "set " + source.password().propertyName()));
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw source.broken("it is no JSON");
    }
    return new KeystoreFile(root, source).open(given);
  }

  /**
   * A key as such a file, with the derivation that Ethereum's own programs use: scrypt with N =
   * 2^18, r = 8, p = 1, a second and 256 MiB.
   *
   * @return the file's text
   */
  public static String seal(SigningKey key, String password, SecureRandom random) {
    byte[] salt = new byte[DERIVED_BYTES];
    byte[] initial = new byte[16];
    random.nextBytes(salt);
    random.nextBytes(initial);
    BouncyCastleStart.now();
    byte[] derived =
        SCrypt.generate(
            password.getBytes(StandardCharsets.UTF_8),
            salt,
            WRITTEN_N,
            WRITTEN_R,
            1,
            DERIVED_BYTES);
    // Counter mode is its own inverse.
    byte[] sealed =
        decrypt(Arrays.copyOf(derived, 16), initial, HexFormat.of().parseHex(key.revealHex()));
    HexFormat hex = HexFormat.of();
    ObjectNode root = JSON.createObjectNode().put("version", 3);
    root.put("id", UUID.randomUUID().toString())
        .put("address", key.address().toString().substring(2));
    ObjectNode crypto = root.putObject("crypto").put("cipher", "aes-128-ctr");
    crypto.put("ciphertext", hex.formatHex(sealed));
    crypto.putObject("cipherparams").put("iv", hex.formatHex(initial));
    crypto.put("kdf", "scrypt");
    crypto
        .putObject("kdfparams")
        .put("dklen", DERIVED_BYTES)
        .put("n", WRITTEN_N)
        .put("r", WRITTEN_R)
        .put("p", 1)
        .put("salt", hex.formatHex(salt));
    crypto.put("mac", mac(derived, sealed).hex());
    return JsonMappers.text(root);
  }

  private static Digest mac(byte[] derived, byte[] sealed) {
    return Digest.keccak256(Arrays.copyOfRange(derived, 16, DERIVED_BYTES), sealed);
  }

  private SigningKey open(String password) throws InftException {
    if (root.path("version").asInt() != 3) {
      throw source.broken("only keystore version 3 is known");
    }
    JsonNode crypto =
        root.path("crypto").isMissingNode() ? root.path("Crypto") : root.path("crypto");
    if (!crypto.path("cipher").asText().equals("aes-128-ctr")) {
      throw source.broken("only the cipher aes-128-ctr is known");
    }
    byte[] sealed = hex(crypto.path("ciphertext"), 32);
    byte[] initial = hex(crypto.path("cipherparams").path("iv"), 16);
    byte[] mac = hex(crypto.path("mac"), 32);
    byte[] derived = derive(crypto, password);
    if (!MessageDigest.isEqual(mac(derived, sealed).toBytes(), mac)) {
      throw new WrongKeyException(
          "the keystore file " + source.name(),
          "check " + source.password().propertyName() + " and whether the file is whole");
    }
    byte[] key = decrypt(Arrays.copyOf(derived, 16), initial, sealed);
    try {
      return SigningKey.parse(HexFormat.of().formatHex(key));
    } catch (IllegalArgumentException e) {
      throw source.broken("what it holds is no signing key");
    } finally {
      Arrays.fill(key, (byte) 0);
      Arrays.fill(derived, (byte) 0);
    }
  }

  private byte[] derive(JsonNode crypto, String password) throws SettingException {
    JsonNode parameters = crypto.path("kdfparams");
    if (parameters.path("dklen").asInt() != DERIVED_BYTES) {
      throw source.broken("a derived key of 32 bytes is expected");
    }
    byte[] salt = hex(parameters.path("salt"), 0);
    return switch (crypto.path("kdf").asText().toLowerCase(Locale.ROOT)) {
      case "scrypt" -> scrypt(parameters, salt, password);
      case "pbkdf2" -> pbkdf2(parameters, salt, password);
      default -> throw source.broken("only the derivations scrypt and pbkdf2 are known");
    };
  }

  private byte[] scrypt(JsonNode parameters, byte[] salt, String password) throws SettingException {
    long n = parameters.path("n").asLong();
    long r = parameters.path("r").asLong();
    long p = parameters.path("p").asLong();
    boolean bounded =
        n > 1
            && Long.bitCount(n) == 1
            && r > 0
            && p > 0
            && p <= MAX_PARALLELISM
            && r <= 1024
            // RFC 7914: N is less than 2^(128 r / 8).
            && (r >= 4 || n < 1L << (16 * r))
            && n <= MAX_SCRYPT_BYTES / 128 / r
            && n <= MAX_SCRYPT_WORK_BYTES / 128 / r / p;
    if (!bounded) {
      throw source.broken("its scrypt parameters are out of bounds");
    }
    requireMemory(source, 128 * n * r, Runtime.getRuntime().maxMemory());
    BouncyCastleStart.now();
    return SCrypt.generate(
        password.getBytes(StandardCharsets.UTF_8), salt, (int) n, (int) r, (int) p, DERIVED_BYTES);
  }

  /** A failure with a way out is better than an {@link OutOfMemoryError}. */
  static void requireMemory(Source source, long neededBytes, long heapBytes)
      throws SettingException {
    if (neededBytes > heapBytes - heapBytes / 8) {
      throw source.broken(
          "its scrypt needs "
              + (neededBytes >> 20)
              + " MiB, this Java machine has "
              + (heapBytes >> 20)
              + " MiB in all: start it with a larger -Xmx");
    }
  }

  private byte[] pbkdf2(JsonNode parameters, byte[] salt, String password) throws SettingException {
    long rounds = parameters.path("c").asLong();
    if (rounds < 1
        || rounds > MAX_PBKDF2_ROUNDS
        || !parameters.path("prf").asText().equals("hmac-sha256")) {
      throw source.broken("its pbkdf2 parameters are out of bounds");
    }
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(
              new PBEKeySpec(password.toCharArray(), salt, (int) rounds, DERIVED_BYTES * 8))
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has PBKDF2WithHmacSHA256", e);
    }
  }

  private static byte[] decrypt(byte[] key, byte[] initial, byte[] sealed) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(initial));
      return cipher.doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES in counter mode", e);
    }
  }

  /** Bytes in hex; any length from 1 to 64 if {@code length} is 0. */
  private byte[] hex(JsonNode node, int length) throws SettingException {
    String text = node.asText();
    boolean fits =
        length == 0 ? text.length() >= 2 && text.length() <= 128 : text.length() == 2 * length;
    if (!fits || text.length() % 2 != 0 || !text.chars().allMatch(HexFormat::isHexDigit)) {
      throw source.broken("a field is missing or is not the hex number it should be");
    }
    return HexFormat.of().parseHex(text);
  }
}

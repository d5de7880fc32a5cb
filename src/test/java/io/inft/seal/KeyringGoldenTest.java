package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.GoldenFolder;
import io.inft.SeededRandom;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The keyrings under {@code golden/keyring}: opened by us, written by us, read by the book. */
class KeyringGoldenTest {
  static final GoldenFolder FOLDER = new GoldenFolder("keyring");

  static Stream<JsonNode> samples() {
    return StreamSupport.stream(FOLDER.json("samples.json").spliterator(), false);
  }

  private static List<SlotRequest> slots(JsonNode sample) {
    List<SlotRequest> slots = new ArrayList<>();
    for (JsonNode slot : sample.get("slots")) {
      slots.add(SlotRequest.of(secret(slot), cost(slot)));
    }
    return slots;
  }

  private static KeyDerivation cost(JsonNode slot) {
    if (slot.has("pbkdf2")) {
      return new KeyDerivation.Pbkdf2(slot.get("pbkdf2").intValue());
    }
    return slot.has("password")
        ? new KeyDerivation.Argon2id(
            slot.get("memoryKiB").intValue(), slot.get("iterations").intValue(), 1)
        : KeyDerivation.DEFAULT;
  }

  private static Secret secret(JsonNode slot) {
    if (slot.has("serviceKey")) {
      return new TestKeyWrapper(GoldenFolder.hex(slot, "serviceKey"))
          .named(slot.get("name").asText());
    }
    if (slot.has("wallet")) {
      return Secret.wallet(SigningKey.parse(slot.get("wallet").asText()));
    }
    return slot.has("password")
        ? Secret.password(slot.get("password").asText().toCharArray())
        : Secret.rawKey(GoldenFolder.hex(slot, "rawKey"));
  }

  private static Optional<DataKey> previous(JsonNode sample) {
    return sample.has("previousDataKey")
        ? Optional.of(DataKey.of(GoldenFolder.hex(sample, "previousDataKey")))
        : Optional.empty();
  }

  private static Keyring made(JsonNode sample) {
    try {
      return Keyring.create(
          Digest.of(GoldenFolder.hex(sample, "context")),
          sample.get("epoch").intValue(),
          sample.get("createdVersion").longValue(),
          DataKey.of(GoldenFolder.hex(sample, "dataKey")),
          previous(sample),
          slots(sample),
          new SeededRandom(sample.get("seed").longValue()));
    } catch (InftException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void stillOpens(JsonNode sample) throws Exception {
    DataKey key = DataKey.of(GoldenFolder.hex(sample, "dataKey"));

    Keyring keyring =
        Keyring.parse(
            FOLDER.read(sample.get("file").asText()),
            Digest.of(GoldenFolder.hex(sample, "context")));

    for (JsonNode slot : sample.get("slots")) {
      assertThat(keyring.open(secret(slot))).isEqualTo(key);
    }
    assertThat(keyring.epoch()).isEqualTo(sample.get("epoch").intValue());
    assertThat(keyring.createdVersion()).isEqualTo(sample.get("createdVersion").longValue());
    assertThat(keyring.previous(key)).isEqualTo(previous(sample));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void isStillWrittenByteForByte(JsonNode sample) {
    assertThat(made(sample).toBytes()).isEqualTo(FOLDER.read(sample.get("file").asText()));
  }

  /** A second reader, written from {@code keyring.md} with nothing but the JDK. */
  @Test
  void canBeReadByTheBook() throws Exception {
    JsonNode sample = samples().filter(s -> s.has("previousDataKey")).findFirst().orElseThrow();
    byte[] bytes = FOLDER.read(sample.get("file").asText());
    byte[] dataKey = GoldenFolder.hex(sample, "dataKey");
    byte[] bound = new byte[36];
    System.arraycopy(bytes, 5, bound, 0, 36);

    assertThat(derive(dataKey, "inft/v1/data-key-check", bound, 16))
        .isEqualTo(Arrays.copyOfRange(bytes, 49, 65));
    int macAt = bytes.length - 32;
    byte[] macKey = derive(dataKey, "inft/v1/keyring-mac", bound, 32);
    assertThat(SealGoldenTest.hmac(macKey, Arrays.copyOf(bytes, macAt)))
        .isEqualTo(Arrays.copyOfRange(bytes, macAt, bytes.length));
    assertThat(bytes[65]).isEqualTo((byte) 60);
    byte[] linkKey = derive(dataKey, "inft/v1/back-link", bound, 32);
    assertThat(open(linkKey, Arrays.copyOfRange(bytes, 66, 78), bound, bytes, 78))
        .isEqualTo(GoldenFolder.hex(sample, "previousDataKey"));

    JsonNode slot = sample.get("slots").get(0);
    int slotAt = 127;
    assertThat(Arrays.copyOfRange(bytes, slotAt, slotAt + 4)).containsExactly(2, 0, 0, 64);
    byte[] salt = Arrays.copyOfRange(bytes, slotAt + 4, slotAt + 20);
    byte[] wrappingKey =
        SealGoldenTest.hkdf(
            GoldenFolder.hex(slot, "rawKey"), salt, info("inft/v1/slot/raw-key", bound), 32);
    byte[] associated = Arrays.copyOf(Arrays.copyOfRange(bytes, slotAt, slotAt + 20), 56);
    System.arraycopy(bound, 0, associated, 20, 36);
    assertThat(open(wrappingKey, new byte[12], associated, bytes, slotAt + 20)).isEqualTo(dataKey);
  }

  /** A wallet's slot, with the arithmetic of secp256k1 as SEC 2 has it and the JDK's ciphers. */
  @Test
  void aWalletsSlotCanBeReadByTheBook() throws Exception {
    JsonNode sample = samples().reduce((first, last) -> last).orElseThrow();
    byte[] bytes = FOLDER.read(sample.get("file").asText());
    byte[] bound = Arrays.copyOfRange(bytes, 5, 41);
    int at = 67; // after the back-link's length, which is 0, and the slot count
    assertThat(Arrays.copyOfRange(bytes, at, at + 4)).containsExactly(3, 0, 0, (byte) 130);
    byte[] salt = Arrays.copyOfRange(bytes, at + 4, at + 20);
    byte[] keys = Arrays.copyOfRange(bytes, at + 20, at + 86);
    BigInteger own = new BigInteger(sample.get("slots").get(0).get("wallet").asText(), 16);

    assertThat(Secp256k1.compressed(Secp256k1.times(own, Secp256k1.BASE)))
        .isEqualTo(Arrays.copyOf(keys, 33));
    byte[] shared =
        Secp256k1.x(Secp256k1.times(own, Secp256k1.point(Arrays.copyOfRange(keys, 33, 66))));
    byte[] secret =
        SealGoldenTest.hkdf(shared, keys, info("inft/v1/wallet-agreement", new byte[0]), 32);
    byte[] wrappingKey = SealGoldenTest.hkdf(secret, salt, info("inft/v1/slot/wallet", bound), 32);
    byte[] associated = Arrays.copyOf(Arrays.copyOfRange(bytes, at, at + 86), 122);
    System.arraycopy(bound, 0, associated, 86, 36);
    assertThat(open(wrappingKey, new byte[12], associated, bytes, at + 86))
        .isEqualTo(GoldenFolder.hex(sample, "dataKey"));
  }

  private static byte[] derive(byte[] key, String purpose, byte[] bound, int length)
      throws Exception {
    return SealGoldenTest.hkdf(key, new byte[0], info(purpose, bound), length);
  }

  private static byte[] info(String purpose, byte[] bound) {
    byte[] ascii = (purpose + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] info = Arrays.copyOf(ascii, ascii.length + bound.length);
    System.arraycopy(bound, 0, info, ascii.length, bound.length);
    return info;
  }

  private static byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] from, int at)
      throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(associated);
    return cipher.doFinal(from, at, 48);
  }

  /** Writes the files that {@code samples.json} names and that are not there yet. */
  public static void main(String[] arguments) {
    samples().forEach(s -> FOLDER.write(s.get("file").asText(), made(s).toBytes()));
  }
}

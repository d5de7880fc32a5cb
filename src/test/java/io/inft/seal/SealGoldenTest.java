package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.GoldenFolder;
import io.inft.SeededRandom;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sealed objects under {@code golden/seal}: opened by us, written by us, read by the book. */
class SealGoldenTest {
  static final GoldenFolder FOLDER = new GoldenFolder("seal");

  static Stream<JsonNode> samples() {
    return StreamSupport.stream(FOLDER.json("samples.json").spliterator(), false);
  }

  static ObjectLabel label(JsonNode sample) {
    return new ObjectLabel(
        Digest.of(GoldenFolder.hex(sample, "context")),
        sample.get("version").longValue(),
        sample.get("epoch").intValue(),
        SealedType.valueOf(sample.get("type").asText()),
        sample.get("index").intValue());
  }

  static Padding padding(JsonNode sample) {
    return sample.has("padding") ? Padding.valueOf(sample.get("padding").asText()) : Padding.NONE;
  }

  /** The plaintext is the repeated text, cut to the length. */
  static byte[] plain(JsonNode sample) {
    byte[] text = sample.get("plainText").asText().getBytes(StandardCharsets.UTF_8);
    byte[] plain = new byte[sample.get("plainBytes").intValue()];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = text[i % text.length];
    }
    return plain;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void stillOpens(JsonNode sample) throws Exception {
    byte[] sealed = FOLDER.read(sample.get("file").asText());

    ByteSource opened =
        Seal.open(
            DataKey.of(GoldenFolder.hex(sample, "dataKey")), label(sample), ByteSource.of(sealed));

    assertThat(opened.readAll(1 << 20)).isEqualTo(plain(sample));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void isStillWrittenByteForByte(JsonNode sample) {
    byte[] sealed =
        Seal.seal(
            DataKey.of(GoldenFolder.hex(sample, "dataKey")),
            label(sample),
            plain(sample),
            padding(sample),
            new SeededRandom(sample.get("seed").longValue()));

    assertThat(sealed).isEqualTo(FOLDER.read(sample.get("file").asText()));
  }

  /** A second reader, written from {@code sealed-object.md} with nothing but the JDK. */
  @ParameterizedTest
  @MethodSource("samples")
  void canBeReadByTheBook(JsonNode sample) throws Exception {
    byte[] sealed = FOLDER.read(sample.get("file").asText());
    byte[] header = Arrays.copyOf(sealed, 64);
    ByteArrayOutputStream label = new ByteArrayOutputStream();
    label.write(GoldenFolder.hex(sample, "context"));
    label.write(bigEndian(sample.get("version").longValue(), 8));
    label.write(bigEndian(sample.get("epoch").longValue(), 4));
    label.write(SealedType.valueOf(sample.get("type").asText()).code());
    label.write(bigEndian(sample.get("index").longValue(), 4));
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    info.write("inft/v1/sealed-object\0".getBytes(StandardCharsets.US_ASCII));
    info.write(header, 0, 8);
    info.write(label.toByteArray());
    byte[] salt = Arrays.copyOfRange(header, 16, 32);
    byte[] derived = hkdf(GoldenFolder.hex(sample, "dataKey"), salt, info.toByteArray(), 71);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();

    for (int i = 0; i << 18 < sealed.length; i++) {
      int from = i == 0 ? 64 : i << 18;
      int to = Math.min(sealed.length, (i + 1) << 18);
      ByteArrayOutputStream nonce = new ByteArrayOutputStream();
      nonce.write(derived, 32, 7);
      nonce.write(bigEndian(i, 4));
      nonce.write(to == sealed.length ? 1 : 0);
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(derived, 0, 32, "AES"),
          new GCMParameterSpec(128, nonce.toByteArray()));
      cipher.updateAAD(header);
      byte[] chunk = cipher.doFinal(sealed, from, to - from);
      plain.write(chunk);
      nonce.write(bigEndian(2, 4));
      Cipher counting = Cipher.getInstance("AES/CTR/NoPadding");
      counting.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(derived, 0, 32, "AES"),
          new IvParameterSpec(nonce.toByteArray()));
      assertThat(counting.doFinal(sealed, from, chunk.length)).as("a part").isEqualTo(chunk);
    }

    assertThat(content(header[6], plain.toByteArray())).isEqualTo(plain(sample));
    assertThat(Arrays.copyOfRange(header, 32, 64)).isEqualTo(Arrays.copyOfRange(derived, 39, 71));
    byte[] keyHint =
        hkdf(
            GoldenFolder.hex(sample, "dataKey"),
            new byte[0],
            "inft/v1/key-hint\0".getBytes(StandardCharsets.US_ASCII),
            4);
    assertThat(Arrays.copyOfRange(header, 8, 12)).isEqualTo(keyHint);
    Digest labelHash =
        Digest.sha256(
            "inft/v1/label-hint\0".getBytes(StandardCharsets.US_ASCII), label.toByteArray());
    assertThat(Arrays.copyOfRange(header, 12, 16)).isEqualTo(Arrays.copyOf(labelHash.toBytes(), 4));
  }

  /** What is left of a plaintext of format 2 when its last eight bytes and the padding are gone. */
  private static byte[] content(int format, byte[] plain) {
    if (format == 1) {
      return plain;
    }
    long padding = ByteBuffer.wrap(plain).getLong(plain.length - 8);
    byte[] content = Arrays.copyOf(plain, (int) (plain.length - 8 - padding));
    byte[] again = Arrays.copyOf(content, plain.length - 8);
    assertThat(again).isEqualTo(Arrays.copyOf(plain, plain.length - 8));
    return content;
  }

  static byte[] bigEndian(long value, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (value >>> (8 * (count - 1 - i)));
    }
    return bytes;
  }

  /** RFC 5869 with SHA-256. */
  static byte[] hkdf(byte[] key, byte[] salt, byte[] info, int length) throws Exception {
    byte[] extracted = hmac(salt.length == 0 ? new byte[32] : salt, key);
    ByteArrayOutputStream expanded = new ByteArrayOutputStream();
    byte[] block = new byte[0];
    for (int i = 1; expanded.size() < length; i++) {
      block = hmac(extracted, block, info, new byte[] {(byte) i});
      expanded.write(block);
    }
    return Arrays.copyOf(expanded.toByteArray(), length);
  }

  static byte[] hmac(byte[] key, byte[]... parts) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  /** Writes the files that {@code samples.json} names and that are not there yet. */
  public static void main(String[] arguments) {
    samples()
        .forEach(
            sample ->
                FOLDER.write(
                    sample.get("file").asText(),
                    Seal.seal(
                        DataKey.of(GoldenFolder.hex(sample, "dataKey")),
                        label(sample),
                        plain(sample),
                        padding(sample),
                        new SeededRandom(sample.get("seed").longValue()))));
  }
}

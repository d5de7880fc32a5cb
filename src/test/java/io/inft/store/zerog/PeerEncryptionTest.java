package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.store.Patterns;
import io.inft.store.merkle.MerkleRoot;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PeerEncryptionTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final JsonNode VECTORS = Vectors.ALL.get("encryption");
  private static final int MAX = 1 << 20;

  private static byte[] hex(JsonNode node, String field) {
    return HEX.parseHex(node.get(field).textValue());
  }

  @Test
  void format1IsThatOfThePeers() throws Exception {
    JsonNode v1 = VECTORS.get("v1");
    PeerKey key = PeerKey.parse(v1.get("key").textValue());
    for (JsonNode vector : v1.get("cases")) {
      byte[] plain = Patterns.a(vector.get("plainSize").intValue());

      ByteSource encrypted = PeerEncryption.encrypt(ByteSource.of(plain), key, hex(v1, "nonce"));

      assertThat(encrypted.sizeBytes()).isEqualTo(vector.get("encryptedSize").longValue());
      assertThat(Digest.sha256(encrypted.readAll(MAX)).hex())
          .isEqualTo(vector.get("encryptedSha256").textValue());
      assertThat(MerkleRoot.of(encrypted).toString()).isEqualTo(vector.get("root").textValue());
      assertThat(PeerEncryption.decrypt(encrypted, key).readAll(MAX)).isEqualTo(plain);
    }
  }

  @Test
  void format2IsThatOfThePeers() throws Exception {
    for (JsonNode vector : VECTORS.get("v2")) {
      byte[] plain = Patterns.a(vector.get("plainSize").intValue());
      SigningKey recipient = SigningKey.parse(vector.get("recipientPriv").textValue());
      SigningKey ephemeral = SigningKey.parse(vector.get("ephemeralPriv").textValue());
      byte[] publicKey = PeerKey.publicKey(recipient);
      assertThat(HEX.formatHex(publicKey)).isEqualTo(vector.get("recipientPub").textValue());

      ByteSource encrypted =
          PeerEncryption.encrypt(ByteSource.of(plain), publicKey, ephemeral, hex(vector, "nonce"));

      if (vector.hasNonNull("encrypted")) {
        assertThat(HEX.formatHex(encrypted.readAll(MAX)))
            .isEqualTo(vector.get("encrypted").textValue());
      }
      assertThat(MerkleRoot.of(encrypted).toString()).isEqualTo(vector.get("root").textValue());
      assertThat(PeerEncryption.decrypt(encrypted, recipient).readAll(MAX)).isEqualTo(plain);
    }
  }

  @Test
  void readsWhatTheGoClientWrote() throws Exception {
    JsonNode vector = VECTORS.get("v2GoProducedFixture");
    SigningKey recipient = SigningKey.parse(vector.get("recipientPriv").textValue());

    ByteSource plain = PeerEncryption.decrypt(ByteSource.of(hex(vector, "message")), recipient);

    assertThat(new String(plain.readAll(MAX), StandardCharsets.UTF_8))
        .isEqualTo(vector.get("plaintext").textValue());
  }

  @Test
  void theKeyStreamIsRightAtOddPlacesAndWhereTheCounterWraps() {
    for (JsonNode vector : VECTORS.get("cryptAt")) {
      byte[] expected = hex(vector, "output");

      byte[] output =
          PeerEncryption.crypt(
              PeerKey.parse(vector.get("key").textValue()),
              hex(vector, "nonce"),
              vector.get("offset").longValue(),
              new byte[expected.length]);

      assertThat(HEX.formatHex(output)).as("%s", vector).isEqualTo(HEX.formatHex(expected));
    }
  }

  @Test
  void readsAnyRangeOfEitherDirection() throws Exception {
    byte[] plain = Patterns.b(1000);
    PeerKey key = PeerKey.of(new byte[32]);
    ByteSource encrypted = PeerEncryption.encrypt(ByteSource.of(plain), key, new SecureRandom());
    byte[] whole = encrypted.readAll(MAX);
    ByteSource decrypted = PeerEncryption.decrypt(encrypted, key);

    for (int from = 0; from < 70; from++) {
      assertThat(encrypted.read(from, 37)).isEqualTo(Arrays.copyOfRange(whole, from, from + 37));
      assertThat(decrypted.read(from, 37)).isEqualTo(Arrays.copyOfRange(plain, from, from + 37));
    }
  }

  @Test
  void fragmentsOfOneStreamPutTogetherAreReadable() throws Exception {
    JsonNode vector = VECTORS.get("fragmentsOfV1Stream");
    byte[] plain = Patterns.a(vector.get("plainSize").intValue());
    PeerKey key = PeerKey.parse(vector.get("key").textValue());
    ByteSource encrypted = PeerEncryption.encrypt(ByteSource.of(plain), key, hex(vector, "nonce"));
    int fragment = vector.get("fragmentSize").intValue();
    for (JsonNode part : vector.get("parts")) {
      long from = part.get("index").longValue() * fragment;
      ByteSource slice = encrypted.slice(from, part.get("size").longValue());
      assertThat(MerkleRoot.of(slice).toString()).isEqualTo(part.get("root").textValue());
    }
  }

  @Test
  void repeatableEncryptionFollowsFromKeyRecipientAndContentAndIsReadAsUsual() throws Exception {
    ByteSource one = ByteSource.of(Patterns.a(1000));
    ByteSource other = ByteSource.of(Patterns.b(1000));
    PeerKey key = PeerKey.parse("09".repeat(32));
    SigningKey sender = SigningKey.parse("44".repeat(32));
    SigningKey reader = SigningKey.parse("55".repeat(32));
    byte[] publicKey = PeerKey.publicKey(reader);

    byte[] first = PeerEncryption.encryptRepeatably(one, key).readAll(2000);
    byte[] second = PeerEncryption.encryptRepeatably(one, publicKey, sender).readAll(2000);

    assertThat(PeerEncryption.encryptRepeatably(one, key).readAll(2000)).isEqualTo(first);
    assertThat(PeerEncryption.encryptRepeatably(one, publicKey, sender).readAll(2000))
        .isEqualTo(second);
    assertThat(PeerEncryption.encryptRepeatably(other, key).read(1, 16))
        .as("another nonce")
        .isNotEqualTo(Arrays.copyOfRange(first, 1, 17));
    assertThat(PeerEncryption.encryptRepeatably(other, publicKey, sender).read(1, 33))
        .as("another ephemeral key")
        .isNotEqualTo(Arrays.copyOfRange(second, 1, 34));
    assertThat(PeerEncryption.encryptRepeatably(one, publicKey, reader).read(1, 33))
        .as("another sender")
        .isNotEqualTo(Arrays.copyOfRange(second, 1, 34));
    assertThat(PeerEncryption.decrypt(ByteSource.of(first), key).readAll(1000))
        .isEqualTo(Patterns.a(1000));
    assertThat(PeerEncryption.decrypt(ByteSource.of(second), reader).readAll(1000))
        .isEqualTo(Patterns.a(1000));
    assertThat(PeerEncryption.formatOf(ByteSource.of(first))).isEqualTo(1);
    assertThat(PeerEncryption.formatOf(ByteSource.of(second))).isEqualTo(2);
    assertThat(PeerEncryption.formatOf(ByteSource.of(new byte[] {1, 2}))).isZero();
  }

  @Test
  void refusesWhatIsNotEncryptedThatWay() {
    PeerKey key = PeerKey.of(new byte[32]);
    ByteSource noKey = ByteSource.of(new byte[100]);
    byte[] offCurve = new byte[60];
    offCurve[0] = 2;
    offCurve[1] = 9;
    SigningKey recipient = SigningKey.generate(new SecureRandom());

    assertThatThrownBy(() -> PeerEncryption.decrypt(noKey, key))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> PeerEncryption.decrypt(ByteSource.of(new byte[3]), key))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> PeerEncryption.decrypt(ByteSource.of(offCurve), recipient))
        .isInstanceOf(CorruptObjectException.class);
    assertThat(key).hasToString("PeerKey");
  }
}

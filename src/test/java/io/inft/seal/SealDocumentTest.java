package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.FormatDocument;
import io.inft.GoldenFolder;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.seal.cipher.Aead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The format documents of this room say what its constants say. */
class SealDocumentTest {
  private final FormatDocument sealedObject = new FormatDocument("sealed-object.md");
  private final FormatDocument keyring = new FormatDocument("keyring.md");

  @Test
  void theHeaderIsLaidOutAsDocumented() {
    assertThat(offsets(sealedObject.table("offset", "bytes", "field")))
        .containsExactly(
            "0+" + SealFormat.MAGIC.sizeBytes(),
            SealFormat.FORMAT_OFFSET + "+1",
            SealFormat.SUITE_OFFSET + "+1",
            SealFormat.KEY_HINT_OFFSET + "+" + SealFormat.HINT_BYTES,
            SealFormat.LABEL_HINT_OFFSET + "+" + SealFormat.HINT_BYTES,
            SealFormat.SALT_OFFSET + "+" + SealFormat.SALT_BYTES,
            SealFormat.COMMITMENT_OFFSET + "+" + SealFormat.COMMITMENT_BYTES,
            SealFormat.HEADER_BYTES + "+…");
  }

  @Test
  void theTypesHaveTheDocumentedCodes() {
    Map<String, String> codes = new TreeMap<>();
    for (SealedType type : SealedType.values()) {
      codes.put(type.name(), String.valueOf(type.code()));
    }

    assertThat(sealedObject.map("type", "code")).isEqualTo(codes);
  }

  @Test
  void sealedObjectsHaveTheDocumentedLimits() {
    assertThat(sealedObject.map("limit", "value"))
        .isEqualTo(
            Map.of(
                "header", text(SealFormat.HEADER_BYTES),
                "tag", text(Aead.TAG_BYTES),
                "chunk", text(SealFormat.CHUNK_BYTES),
                "plaintext of the first chunk", text(SealFormat.FIRST_PLAIN_BYTES),
                "plaintext of a later chunk", text(SealFormat.PLAIN_BYTES),
                "chunks", text(SealFormat.MAX_CHUNKS),
                "plaintext", text(Seal.MAX_PLAIN_BYTES)));
  }

  @Test
  void theSealedExampleIsTheGoldenFile() {
    assertThat(sealedObject.hex("small.sealed"))
        .isEqualTo(SealGoldenTest.FOLDER.read("small.sealed"));
  }

  @Test
  void thePartIsReadAsDocumented() throws Exception {
    JsonNode sample =
        SealGoldenTest.samples()
            .filter(one -> one.get("file").asText().equals("two-chunks.sealed"))
            .findFirst()
            .orElseThrow();
    byte[] sealed = SealGoldenTest.FOLDER.read("two-chunks.sealed");
    SealedPart part = new SealedPart(sealed.length, 262_050, 262_080);
    byte[] sectors =
        Arrays.copyOfRange(sealed, (int) part.offset(), (int) part.offset() + part.lengthBytes());
    byte[] plain =
        Seal.openPart(
            DataKey.of(GoldenFolder.hex(sample, "dataKey")),
            SealGoldenTest.label(sample),
            part,
            Seal.saltOf(ByteSource.of(sealed)),
            0,
            sectors);

    assertThat(sealedObject.map("of the part", "value"))
        .isEqualTo(
            Map.of(
                "plaintext from", text(part.from()),
                "plaintext up to", text(part.to()),
                "object from", text(part.offset()),
                "object up to", text(part.offset() + part.lengthBytes()),
                "SHA-256 of the sectors", Digest.sha256(sectors).hex(),
                "plaintext", new String(plain, StandardCharsets.US_ASCII)));
  }

  @Test
  void theKeyringIsLaidOutAsDocumented() {
    assertThat(offsets(keyring.table("offset", "bytes", "field")))
        .startsWith(
            "0+" + KeyringFormat.MAGIC.sizeBytes(),
            KeyringFormat.FORMAT_OFFSET + "+1",
            KeyringFormat.CONTEXT_OFFSET + "+32",
            KeyringFormat.EPOCH_OFFSET + "+4",
            KeyringFormat.CREATED_VERSION_OFFSET + "+8",
            KeyringFormat.CHECK_OFFSET + "+" + KeyringFormat.CHECK_BYTES,
            KeyringFormat.BACK_LINK_LENGTH_OFFSET + "+1",
            (KeyringFormat.BACK_LINK_LENGTH_OFFSET + 1) + "+…")
        .endsWith("…+" + KeyringFormat.MAC_BYTES);
  }

  @Test
  void theSlotsHaveTheDocumentedTypesAndLengths() {
    assertThat(keyring.table("slot", "type", "body bytes"))
        .containsExactly(
            List.of("password", text(PasswordSlot.CODE), text(PasswordSlot.BODY_BYTES)),
            List.of("raw key", text(RawKeySlot.CODE), text(RawKeySlot.BODY_BYTES)),
            List.of("wallet", text(WalletSlot.CODE), text(WalletSlot.BODY_BYTES)),
            List.of(
                "key service",
                text(KeyServiceSlot.CODE),
                KeyServiceSlot.MIN_BODY_BYTES + " to " + KeyServiceSlot.MAX_BODY_BYTES),
            List.of("PBKDF2 password", text(Pbkdf2Slot.CODE), text(Pbkdf2Slot.BODY_BYTES)));
  }

  @Test
  void keyringsHaveTheDocumentedLimits() {
    assertThat(keyring.map("limit", "value"))
        .isEqualTo(
            Map.ofEntries(
                limit("keyring", Keyring.MAX_BYTES),
                limit("slots", Keyring.MAX_SLOTS),
                limit("password slots", Keyring.MAX_PASSWORD_SLOTS),
                limit("epoch", Keyring.MAX_EPOCH),
                limit("Argon2id memory, KiB", KeyDerivation.Argon2id.MAX_MEMORY_KIB),
                limit("Argon2id iterations", KeyDerivation.Argon2id.MAX_ITERATIONS),
                limit("Argon2id lanes", KeyDerivation.Argon2id.MAX_PARALLELISM),
                limit(
                    "Argon2id memory of a new slot, KiB, at least",
                    KeyDerivation.Argon2id.MIN_NEW_MEMORY_KIB),
                limit(
                    "Argon2id iterations of a new slot, at least",
                    KeyDerivation.Argon2id.MIN_NEW_ITERATIONS),
                limit("PBKDF2 iterations", KeyDerivation.Pbkdf2.MAX_ITERATIONS),
                limit(
                    "PBKDF2 iterations of a new slot, at least",
                    KeyDerivation.Pbkdf2.MIN_NEW_ITERATIONS),
                limit("scheme of a key service", KeyWrapper.MAX_SCHEME_BYTES),
                limit("name of a key service's key", KeyWrapper.MAX_NAME_BYTES),
                limit("secret wrapped by a key service", KeyWrapper.MAX_WRAPPED_BYTES),
                limit(
                    "characters of a new password, at least",
                    PasswordSlot.PasswordSecret.MIN_CHARACTERS),
                limit(
                    "different characters of a new password, at least",
                    PasswordSlot.PasswordSecret.MIN_DISTINCT),
                limit(
                    "digits of a new password that is a number, at least",
                    PasswordSlot.PasswordSecret.MIN_DIGITS)));
  }

  private static Map.Entry<String, String> limit(String name, long value) {
    return Map.entry(name, text(value));
  }

  @Test
  void theWalletExampleIsTheGoldenFile() {
    assertThat(keyring.hex("wallet.keyring"))
        .isEqualTo(KeyringGoldenTest.FOLDER.read("wallet.keyring"));
  }

  @Test
  void theKeyringExampleIsTheGoldenFile() {
    assertThat(keyring.hex("rotated.keyring"))
        .isEqualTo(KeyringGoldenTest.FOLDER.read("rotated.keyring"));
  }

  private static List<String> offsets(List<List<String>> rows) {
    List<String> offsets = new ArrayList<>();
    for (List<String> row : rows) {
      offsets.add(row.get(0) + "+" + row.get(1));
    }
    return offsets;
  }

  private static String text(long value) {
    return String.valueOf(value);
  }
}

package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SlotKindTest {
  private static final Secret PASSWORD = Secret.password("correct horse battery".toCharArray());
  private static final Secret RAW_KEY = Secret.rawKey(SealTest.content(32));
  private static final Secret SERVICE = new TestKeyWrapper(SealTest.content(32)).named("k1");

  private static final SigningKey ACCOUNT = SigningKey.parse("07".repeat(32));
  private static final Secret WALLET = Secret.wallet(ACCOUNT);

  private final Digest context = Digest.sha256("kinds".getBytes(StandardCharsets.US_ASCII));
  private final SecureRandom random = new SecureRandom();
  private final DataKey key = DataKey.generate(random);

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(1, "password", PASSWORD, true, "argon2id:m=64,t=1,p=1"),
        Arguments.of(2, "raw key", RAW_KEY, false, ""),
        Arguments.of(3, "wallet", WALLET, false, ACCOUNT.address().toString()),
        Arguments.of(4, "key service", SERVICE, false, "for-tests: k1"),
        Arguments.of(5, "PBKDF2 password", PASSWORD, true, "pbkdf2-sha256:i=1000"));
  }

  /** A password's slot of the kind with this code. */
  private static SlotRequest request(int code, Secret secret) {
    return code == Pbkdf2Slot.CODE
        ? SlotRequest.of(secret, KeyDerivation.Pbkdf2.weakForTests())
        : request(secret);
  }

  private static SlotRequest request(Secret secret) {
    return SlotRequest.of(secret, KeyDerivation.weakForTests());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aKindWrapsAndUnwraps(int code, String word, Secret secret, boolean costly, String seen)
      throws Exception {
    SlotWrapping wrapping = new SlotWrapping(context, 1);
    Slot slot = wrapping.wrap(request(code, secret), key, random);
    SlotKind kind = SlotKind.of(code, 0);

    assertThat(slot.type()).isEqualTo(code).isEqualTo(kind.code());
    assertThat(slot.kind()).isSameAs(kind);
    assertThat(kind.word()).isEqualTo(word);
    assertThat(kind.isCostly()).isEqualTo(costly).isEqualTo(secret.isDerived());
    assertThat(kind.describe(slot.body())).startsWith(seen);
    kind.check(slot.body(), new ByteReader("keyring", new byte[0]));
    assertThat(wrapping.unwrap(slot, secret)).contains(key);
    assertThat(new SlotWrapping(context, 2).unwrap(slot, secret)).isEmpty();
    for (Secret other : List.of(PASSWORD, RAW_KEY, SERVICE, WALLET)) {
      assertThat(slot.isFor(other)).isEqualTo(other.equals(secret));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aBodyThatIsCutIsRefused(int code, String word, Secret secret, boolean costly, String seen)
      throws Exception {
    Blob body = new SlotWrapping(context, 1).wrap(request(code, secret), key, random).body();
    Blob cut = Blob.of(Arrays.copyOf(body.toBytes(), body.sizeBytes() - 1));

    assertThatThrownBy(
            () -> SlotKind.of(code, 0).check(cut, new ByteReader("keyring", new byte[0])))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("slot");
  }

  @Test
  void noTwoKindsHaveTheSameCodeOrPurpose() {
    List<SlotKind> known =
        IntStream.range(0, 256).mapToObj(code -> SlotKind.of(code, 0)).toList().stream()
            .filter(SlotKind::isKnown)
            .toList();

    assertThat(known.stream().map(SlotKind::code))
        .containsExactlyElementsOf(kinds().map(row -> (Integer) row.get()[0]).toList());
    assertThat(known.stream().map(SlotKind::purpose)).doesNotHaveDuplicates();
    assertThat(known.stream().map(SlotKind::word)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"200, 0, 77", "255, 0, 0", "1, 1, 3", "4, 128, 500"})
  void aKindThatIsNotKnownIsCarriedAlongUnharmed(int code, int flags, int length) throws Exception {
    Slot later = new Slot(code, flags, Blob.of(SealTest.content(length)));
    Keyring keyring =
        Keyring.create(context, 1, 1, key, Optional.empty(), List.of(request(RAW_KEY)), random);
    Keyring found = KeyringForge.of(keyring).withSlot(0, later).prove(key);

    Keyring changed = found.withSlot(key, request(PASSWORD), random).withoutSlot(key, 1);
    Keyring read = Keyring.parse(changed.toBytes(), context);

    assertThat(KeyringForge.of(read).fields().slots().get(0)).isEqualTo(later);
    assertThat(read.slots().get(0).id()).isEqualTo(found.slots().get(0).id());
    assertThat(read.slots().get(0).type()).startsWith("type " + code);
    assertThat(read.unlock(0, RAW_KEY)).isEmpty();
    assertThat(read.open(PASSWORD)).isEqualTo(key);
  }
}

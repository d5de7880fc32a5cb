package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.KeyServiceException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Slots that a key opens which somebody else keeps. */
class KeyServiceSlotTest {
  private final SeededRandom random = new SeededRandom(41);
  private final Digest context = Digest.sha256(new byte[] {1});
  private final DataKey key = DataKey.generate(random);
  private final TestKeyWrapper service = new TestKeyWrapper(SealTest.content(32));

  private Keyring keyring(SlotRequest... slots) throws InftException {
    return Keyring.create(context, 1, 1, key, Optional.empty(), List.of(slots), random);
  }

  private static SlotRequest slot(Secret secret) {
    return SlotRequest.of(secret, KeyDerivation.DEFAULT);
  }

  @Test
  void giveTheKeyAndNameTheServiceInPublic() throws Exception {
    Secret secret = service.named("keys/agent-1");
    Keyring keyring = Keyring.parse(keyring(slot(secret)).toBytes(), context);

    assertThat(keyring.open(secret)).isEqualTo(key);
    assertThat(keyring.slots())
        .singleElement()
        .satisfies(
            slot -> {
              assertThat(slot.type()).isEqualTo("key service");
              assertThat(slot.detail()).isEqualTo("for-tests: keys/agent-1");
            });
    assertThat(secret.describe()).isEqualTo("key service for-tests");
  }

  @Test
  void areAskedAboutOnlyByTheirOwnName() throws Exception {
    Keyring keyring = keyring(slot(service.named("one")), slot(service.named("two")));
    service.asked.set(0);

    assertThat(keyring.open(service.named("two"))).isEqualTo(key);
    assertThat(service.asked).hasValue(1);
    assertThatThrownBy(() -> keyring.open(service.named("three")))
        .isInstanceOf(WrongKeyException.class);
    assertThat(service.asked).hasValue(1);
    assertThatThrownBy(() -> keyring.open(KeyringTest.PASSWORD))
        .isInstanceOf(NoSlotException.class)
        .hasMessageContaining("key service");
  }

  @Test
  void tellAnotherKeyOfTheSameNameFromAServiceThatIsDown() throws Exception {
    Keyring keyring = keyring(slot(service.named("one")));
    TestKeyWrapper other = new TestKeyWrapper(new byte[32]);

    assertThatThrownBy(() -> keyring.open(other.named("one")))
        .isInstanceOf(WrongKeyException.class);
    service.down = true;
    assertThatThrownBy(() -> keyring.open(service.named("one")))
        .isInstanceOf(KeyServiceException.class)
        .hasMessageContaining("for-tests")
        .hasMessageContaining("down");
    assertThatThrownBy(() -> keyring.withSlot(key, slot(service.named("two")), random))
        .isInstanceOf(KeyServiceException.class);
  }

  @Test
  void areBoundToDatabaseAndEpoch() throws Exception {
    Secret secret = service.named("one");
    Slot moved = KeyringForge.of(keyring(slot(secret))).fields().slots().get(0);
    Keyring elsewhere =
        Keyring.create(
            Digest.sha256(new byte[] {2}),
            1,
            1,
            key,
            Optional.empty(),
            List.of(KeyringTest.RAW_KEY_SLOT),
            random);

    Keyring forged = KeyringForge.of(elsewhere).withSlot(0, moved).prove(key);

    assertThatThrownBy(() -> forged.open(secret)).isInstanceOf(WrongKeyException.class);
  }

  @Test
  void withSchemeNameOrSecretOutOfBoundsAreRefused() throws Exception {
    Keyring keyring = keyring(KeyringTest.RAW_KEY_SLOT);
    byte[] good =
        KeyringForge.of(keyring(slot(service.named("n")))).fields().slots().get(0).body().toBytes();

    for (int length = 0; length < good.length + 3; length++) {
      if (length != good.length) {
        Slot cut = new Slot(4, 0, Blob.of(java.util.Arrays.copyOf(good, length)));
        assertThatThrownBy(() -> KeyringForge.of(keyring).withSlot(0, cut).prove(key))
            .as("%s of %s bytes", length, good.length)
            .isInstanceOf(CorruptObjectException.class);
      }
    }
    byte[] upperCase = good.clone();
    upperCase[17] = 'F';
    byte[] control = good.clone();
    control[16 + 1 + "for-tests".length() + 1] = 0x1b;
    for (byte[] bad : List.of(upperCase, control)) {
      assertThatThrownBy(
              () -> KeyringForge.of(keyring).withSlot(0, new Slot(4, 0, Blob.of(bad))).prove(key))
          .isInstanceOf(CorruptObjectException.class);
    }
    assertThatThrownBy(() -> keyring(slot(service.named("n".repeat(129)))))
        .isInstanceOf(KeyServiceException.class);
    KeyWrapper odd =
        new KeyWrapper() {
          @Override
          public String scheme() {
            return "Odd Scheme";
          }

          @Override
          public String name(Key which) {
            return "";
          }

          @Override
          public byte[] wrap(byte[] secret, Key which, byte[] boundTo) {
            return secret;
          }

          @Override
          public byte[] unwrap(byte[] wrapped, Key which, byte[] boundTo) {
            return wrapped;
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Secret.keyService(odd, new KeyWrapper.Key("", Optional.empty())));
  }

  @Test
  void keepThePasswordOfTheServiceOutOfSight() {
    KeyWrapper.Key which = new KeyWrapper.Key("one", Optional.of("open sesame"));
    Secret secret = Secret.keyService(service, which);

    assertThat(which.toString() + secret).doesNotContain("sesame");
    assertThat(secret.fingerprint(new byte[16]))
        .isNotEqualTo(service.named("one").fingerprint(new byte[16]));
  }
}

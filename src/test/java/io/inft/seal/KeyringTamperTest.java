package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.WrongKeyException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is done to a keyring, it is refused, and for the right reason. */
class KeyringTamperTest {
  private final SeededRandom random = new SeededRandom(31);
  private final Digest context = Digest.sha256(new byte[] {1});
  private final DataKey key = DataKey.generate(random);
  private final DataKey before = DataKey.generate(random);
  private final Keyring keyring = make(2, KeyringTest.RAW_KEY_SLOT);

  private Keyring make(int epoch, SlotRequest slot) {
    try {
      return Keyring.create(
          context, epoch, 9, key, Optional.of(before), List.of(slot, slot), random);
    } catch (InftException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesEveryFlippedBit() {
    byte[] bytes = keyring.toBytes();
    int slots = bytes.length - 32 - 2 * 68;

    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] changed = bytes.clone();
      int at = bit / 8;
      changed[at] ^= (byte) (1 << (bit % 8));
      if (at < slots || at >= slots + 68) {
        assertThatThrownBy(() -> openRawKey(changed))
            .as("bit %s of byte %s", bit % 8, at)
            .isInstanceOf(expected(at, changed[at]));
      } else {
        // The first slot may stay closed, but then the second opens and vouches for nothing.
        assertThatThrownBy(() -> openRawKey(changed))
            .as("bit %s of byte %s", bit % 8, at)
            .isInstanceOf(CorruptObjectException.class);
      }
    }
  }

  private static Class<? extends InftException> expected(int offset, byte changed) {
    if (offset < KeyringFormat.FORMAT_OFFSET) {
      return NotOurObjectException.class;
    }
    if (offset == KeyringFormat.FORMAT_OFFSET) {
      return changed == 0 ? CorruptObjectException.class : FormatTooNewException.class;
    }
    if (offset < KeyringFormat.EPOCH_OFFSET) {
      return SubstitutedObjectException.class;
    }
    if (offset < KeyringFormat.CREATED_VERSION_OFFSET) {
      // Epoch 0 and epochs above 24 bits do not exist; others derive other wrapping keys.
      boolean exists = offset > KeyringFormat.EPOCH_OFFSET && (offset < 40 || changed != 0);
      return exists ? WrongKeyException.class : CorruptObjectException.class;
    }
    return CorruptObjectException.class;
  }

  @Test
  void refusesEveryPrefixAndWhatFollows() {
    byte[] bytes = keyring.toBytes();

    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> Keyring.parse(cut, context))
          .as("the first %s bytes", length)
          .isInstanceOf(CorruptObjectException.class);
    }
    assertThatThrownBy(() -> Keyring.parse(Arrays.copyOf(bytes, bytes.length + 1), context))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> Keyring.parse(new byte[Keyring.MAX_BYTES + 1], context))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void refusesAnAlteredSlotWhenNoOtherOpens() throws Exception {
    Keyring single = keyring.withoutSlot(key, 1);
    byte[] bytes = single.toBytes();

    for (int at = bytes.length - 32 - 64; at < bytes.length - 32; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> openRawKey(changed))
          .as("byte %s", at)
          .isInstanceOf(WrongKeyException.class);
    }
  }

  @Test
  void refusesASlotThatHoldsAnotherKey() throws Exception {
    Keyring other =
        Keyring.create(
            context,
            2,
            9,
            before,
            Optional.empty(),
            List.of(SlotRequest.of(KeyringTest.RAW_KEY, KeyDerivation.weakForTests())),
            random);
    Slot foreign = KeyringForge.of(other).fields().slots().get(0);

    Keyring forged = KeyringForge.of(keyring).withSlot(0, foreign).prove(key);

    assertThatThrownBy(() -> forged.open(KeyringTest.RAW_KEY))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("vouches");
  }

  @Test
  void refusesASlotOfAnotherDatabaseOrEpoch() throws Exception {
    Keyring otherEpoch = make(3, KeyringTest.PASSWORD_SLOT);
    Keyring otherPlace =
        Keyring.create(
            Digest.sha256(new byte[] {2}),
            2,
            9,
            key,
            Optional.empty(),
            List.of(KeyringTest.PASSWORD_SLOT),
            random);

    for (Keyring from : List.of(otherEpoch, otherPlace)) {
      Slot moved = KeyringForge.of(from).fields().slots().get(0);
      Keyring forged = KeyringForge.of(keyring).withSlot(0, moved).prove(key);
      assertThatThrownBy(() -> forged.open(KeyringTest.PASSWORD))
          .isInstanceOf(WrongKeyException.class);
    }
  }

  @Test
  void refusesAForgedBackLink() throws Exception {
    Keyring forged =
        KeyringForge.of(keyring).withBackLink(Blob.of(SealTest.content(60))).prove(key);

    assertThatThrownBy(() -> forged.previous(key))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("back-link");
  }

  @Test
  void refusesToProveAnAlteredKeyringAnew() throws Exception {
    byte[] changed = keyring.toBytes();
    changed[KeyringFormat.CREATED_VERSION_OFFSET + 7] ^= 1;
    Keyring altered = Keyring.parse(changed, context);

    assertThatThrownBy(() -> altered.withSlot(key, KeyringTest.RAW_KEY_SLOT, random))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> altered.withoutSlot(key, 0))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> altered.previous(key)).isInstanceOf(CorruptObjectException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "4294967295, 1, 1",
    "1048577, 1, 1",
    "65536, 17, 1",
    "65536, 255, 1",
    "65536, 3, 17",
    "65536, 3, 0",
    "65536, 0, 1",
    "15, 1, 2"
  })
  void refusesHostileCostsBeforeItDerives(long memoryKiB, int iterations, int parallelism)
      throws Exception {
    byte[] body =
        new ByteWriter(128)
            .bytes(new byte[16])
            .u32(memoryKiB)
            .u8(iterations)
            .u8(parallelism)
            .bytes(new byte[48])
            .toBytes();
    byte[] hostile =
        KeyringForge.of(keyring).withSlot(0, new Slot(1, 0, Blob.of(body))).bytes(key).toBytes();

    assertThatThrownBy(() -> Keyring.parse(hostile, context))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("out of bounds");
  }

  @ParameterizedTest
  @CsvSource({"1, 69", "1, 71", "2, 63", "2, 65", "0, 10"})
  void refusesAKnownSlotOfAnotherLengthAndTypeZero(int type, int length) throws Exception {
    byte[] odd = KeyringForge.of(keyring).withSlot(0, type, 0, length).bytes(key).toBytes();

    assertThatThrownBy(() -> Keyring.parse(odd, context))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void refusesMorePasswordSlotsThanItWouldTry() throws Exception {
    KeyringForge forge = KeyringForge.of(make(2, KeyringTest.PASSWORD_SLOT));
    Slot slot = forge.fields().slots().get(0);
    for (int i = 0; i < 15; i++) {
      forge = forge.withSlot(0, slot);
    }
    byte[] many = forge.bytes(key).toBytes();

    assertThatThrownBy(() -> Keyring.parse(many, context))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("16 password slots");
  }

  @Test
  void refusesALinkBackFromTheFirstEpoch() throws Exception {
    Keyring first =
        Keyring.create(
            context, 1, 1, key, Optional.empty(), List.of(KeyringTest.RAW_KEY_SLOT), random);
    byte[] linked = KeyringForge.of(first).withBackLink(Blob.of(new byte[60])).bytes(key).toBytes();

    assertThatThrownBy(() -> Keyring.parse(linked, context))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void failsOnlyInTypedWaysOnRandomBytesSeed32() {
    Random fuzz = new Random(32);
    byte[] valid = keyring.toBytes();
    int opened = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes;
      if (i % 2 == 0) {
        bytes = valid.clone();
        for (int edits = 1 + fuzz.nextInt(4); edits > 0; edits--) {
          bytes[41 + fuzz.nextInt(bytes.length - 41)] = (byte) fuzz.nextInt();
        }
      } else {
        bytes = new byte[fuzz.nextInt(400)];
        fuzz.nextBytes(bytes);
        System.arraycopy(valid, 0, bytes, 0, Math.min(bytes.length, 41));
      }
      try {
        Keyring.parse(bytes, context).slots();
        opened++;
      } catch (InftException expected) {
        assertThat(expected).hasMessageContaining("keyring");
      }
    }
    assertThat(opened).as("some survive parsing, to be refused by the MAC").isPositive();
  }

  private void openRawKey(byte[] bytes) throws InftException {
    Keyring.parse(bytes, context).open(KeyringTest.RAW_KEY);
  }
}

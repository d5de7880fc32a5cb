package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.inft.SeededRandom;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WeakSecretException;
import io.inft.failure.WrongKeyException;
import io.inft.faults.Allocated;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyringTest {
  static final Secret PASSWORD = Secret.password("correct horse battery staple".toCharArray());
  static final Secret RAW_KEY = Secret.rawKey(SealTest.content(32));
  static final SlotRequest PASSWORD_SLOT = SlotRequest.of(PASSWORD, KeyDerivation.weakForTests());
  static final SlotRequest RAW_KEY_SLOT = SlotRequest.of(RAW_KEY, KeyDerivation.weakForTests());

  private final SeededRandom random = new SeededRandom(21);
  private final Digest context = Digest.sha256(new byte[] {1});
  private final DataKey key = DataKey.generate(random);
  private final DataKey before = DataKey.generate(random);

  private Keyring keyring(SlotRequest... slots) throws InftException {
    return Keyring.create(context, 2, 9, key, Optional.of(before), List.of(slots), random);
  }

  @Test
  void everySlotGivesTheSameKeyAlsoAfterReadingItBack() throws Exception {
    Keyring made = keyring(PASSWORD_SLOT, RAW_KEY_SLOT);
    Keyring read = Keyring.parse(made.toBytes(), context);

    for (Keyring keyring : List.of(made, read)) {
      assertThat(keyring.open(PASSWORD)).isEqualTo(key);
      assertThat(keyring.open(RAW_KEY)).isEqualTo(key);
      assertThat(keyring.epoch()).isEqualTo(2);
      assertThat(keyring.createdVersion()).isEqualTo(9);
      assertThat(keyring.context()).isEqualTo(context);
      assertThat(keyring.hash()).isEqualTo(Digest.sha256(made.toBytes()));
    }
  }

  @Test
  void staysSmallBecauseEveryCommitObjectCarriesIt() throws Exception {
    Keyring first =
        Keyring.create(context, 1, 1, key, Optional.empty(), List.of(PASSWORD_SLOT), random);

    assertThat(first.toBytes()).hasSize(173);
    assertThat(keyring(PASSWORD_SLOT).toBytes()).hasSize(233);
  }

  @Test
  void showsItsSlotsToAnybody() throws Exception {
    List<SlotInfo> slots = keyring(PASSWORD_SLOT, RAW_KEY_SLOT).slots();

    assertThat(slots)
        .extracting(SlotInfo::index, SlotInfo::type, SlotInfo::detail)
        .containsExactly(tuple(0, "password", "argon2id:m=64,t=1,p=1"), tuple(1, "raw key", ""));
    assertThat(slots).allSatisfy(slot -> assertThat(slot.id()).matches("[0-9a-f]{8}"));
  }

  @Test
  void linksToTheKeyOfTheEpochBefore() throws Exception {
    Keyring keyring = Keyring.parse(keyring(RAW_KEY_SLOT).toBytes(), context);

    assertThat(keyring.linksBack()).isTrue();
    assertThat(keyring.previous(key)).contains(before);
    assertThatThrownBy(() -> keyring.previous(before)).isInstanceOf(WrongKeyException.class);
  }

  @Test
  void doesNotLinkWhenHistoryIsToStayClosed() throws Exception {
    Keyring keyring =
        Keyring.create(context, 2, 9, key, Optional.empty(), List.of(RAW_KEY_SLOT), random);

    assertThat(keyring.linksBack()).isFalse();
    assertThat(keyring.previous(key)).isEmpty();
  }

  @Test
  void tellsAWrongSecretFromOneThatHasNoSlot() throws Exception {
    Keyring keyring = keyring(RAW_KEY_SLOT);

    assertThatThrownBy(() -> keyring.open(Secret.rawKey(new byte[32])))
        .isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> keyring.open(PASSWORD))
        .isInstanceOfSatisfying(
            NoSlotException.class,
            failure -> {
              assertThat(failure.epoch()).isEqualTo(2);
              assertThat(failure.given()).isEqualTo("password");
              assertThat(failure.present()).isEqualTo("raw key");
            });
  }

  @Test
  void triesEveryPasswordSlot() throws Exception {
    Secret second = Secret.password("another horse battery".toCharArray());
    Keyring keyring = keyring(PASSWORD_SLOT, SlotRequest.of(second, KeyDerivation.weakForTests()));

    assertThat(keyring.open(second)).isEqualTo(key);
    assertThatThrownBy(() -> keyring.open(Secret.password("neither of the two".toCharArray())))
        .isInstanceOf(WrongKeyException.class);
  }

  @Test
  void somebodyElsesDearSlotIsTriedLast() throws Exception {
    Secret mine = Secret.password("another horse battery".toCharArray());
    KeyDerivation dear =
        new KeyDerivation.Argon2id(KeyDerivation.Argon2id.MIN_NEW_MEMORY_KIB, 2, 1);
    Secret theirs = Secret.password("somebody else's horse battery".toCharArray());
    Keyring keyring =
        keyring(SlotRequest.of(theirs, dear), SlotRequest.of(mine, KeyDerivation.weakForTests()));

    assertThat(keyring.open(mine)).isEqualTo(key);
    assertThat(Allocated.by(() -> keyring.open(mine))).isLessThan(1 << 20);
    assertThat(Allocated.by(() -> keyring.open(theirs))).isGreaterThan(8 << 20);
  }

  @Test
  void addsASlotAndKeepsTheOthers() throws Exception {
    Keyring keyring = keyring(PASSWORD_SLOT).withSlot(key, RAW_KEY_SLOT, random);

    Keyring read = Keyring.parse(keyring.toBytes(), context);

    assertThat(read.slots()).hasSize(2);
    assertThat(read.open(PASSWORD)).isEqualTo(key);
    assertThat(read.open(RAW_KEY)).isEqualTo(key);
    assertThat(read.previous(key)).contains(before);
    assertThat(read.createdVersion()).isEqualTo(9);
  }

  @Test
  void takesASlotAway() throws Exception {
    Keyring keyring = keyring(PASSWORD_SLOT, RAW_KEY_SLOT).withoutSlot(key, 0);

    Keyring read = Keyring.parse(keyring.toBytes(), context);

    assertThat(read.open(RAW_KEY)).isEqualTo(key);
    assertThatThrownBy(() -> read.open(PASSWORD)).isInstanceOf(NoSlotException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> read.withoutSlot(key, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> read.withoutSlot(key, 1));
  }

  @Test
  void isChangedOnlyWithItsOwnKey() throws Exception {
    Keyring keyring = keyring(PASSWORD_SLOT, RAW_KEY_SLOT);

    assertThatThrownBy(() -> keyring.withSlot(before, RAW_KEY_SLOT, random))
        .isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> keyring.withoutSlot(before, 0)).isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> keyring.verify(before)).isInstanceOf(WrongKeyException.class);
    keyring.verify(key);
  }

  @Test
  void refusesAPasswordThatCanBeGuessed() {
    SlotRequest weak =
        SlotRequest.of(Secret.password("hunter2".toCharArray()), KeyDerivation.weakForTests());

    assertThatThrownBy(() -> keyring(weak)).isInstanceOf(WeakSecretException.class);
    assertThatThrownBy(() -> keyring(RAW_KEY_SLOT).withSlot(key, weak, random))
        .isInstanceOf(WeakSecretException.class);
  }

  @Test
  void refusesMoreSlotsThanAReaderWouldTry() throws Exception {
    List<SlotRequest> many = Collections.nCopies(Keyring.MAX_PASSWORD_SLOTS + 1, PASSWORD_SLOT);
    List<SlotRequest> full = new ArrayList<>(Collections.nCopies(Keyring.MAX_SLOTS, RAW_KEY_SLOT));
    Keyring keyring = Keyring.create(context, 1, 1, key, Optional.empty(), full, random);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keyring.create(context, 1, 1, key, Optional.empty(), many, random));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keyring.withSlot(key, RAW_KEY_SLOT, random));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keyring.create(context, 1, 1, key, Optional.empty(), List.of(), random));
    assertThat(Keyring.parse(keyring.toBytes(), context).open(RAW_KEY)).isEqualTo(key);
  }

  @Test
  void skipsSlotsOfALaterReleaseAndKeepsThemWhenItChanges() throws Exception {
    Keyring later =
        KeyringForge.of(keyring(RAW_KEY_SLOT))
            .withSlot(0, 9, 7, 50)
            .withSlot(2, 1, 1, 3)
            .prove(key);

    Keyring read = Keyring.parse(later.toBytes(), context);
    Keyring changed =
        Keyring.parse(
            read.withSlot(key, PASSWORD_SLOT, random).withoutSlot(key, 1).toBytes(), context);

    assertThat(read.open(RAW_KEY)).isEqualTo(key);
    assertThat(read.slots().stream().map(SlotInfo::type))
        .containsExactly("type 9 with flags 7", "raw key", "type 1 with flags 1");
    assertThat(changed.slots().stream().map(SlotInfo::type))
        .containsExactly("type 9 with flags 7", "type 1 with flags 1", "password");
    assertThat(changed.open(PASSWORD)).isEqualTo(key);
    assertThatThrownBy(() -> changed.open(RAW_KEY))
        .isInstanceOf(NoSlotException.class)
        .hasMessageContaining("type 9");
    assertThatIllegalArgumentException()
        .as("the last that can be opened")
        .isThrownBy(() -> changed.withoutSlot(key, 2));
  }

  @Test
  void isNeverPrinted() throws Exception {
    assertThat(keyring(RAW_KEY_SLOT).toString())
        .matches(
            "Keyring\\[epoch 2, \\[SlotInfo\\[index=0, id=[0-9a-f]{8}, type=raw key, detail=,"
                + " takesOver=false]]]");
  }
}

package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.WrongKeyException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done to a sealed object, it is refused, and for the right reason. */
class SealTamperTest {
  private static final int CHUNK = SealFormat.CHUNK_BYTES;
  private static final int FIRST = SealFormat.FIRST_PLAIN_BYTES;
  private static final int LATER = SealFormat.PLAIN_BYTES;

  private final SeededRandom random = new SeededRandom(11);
  private final DataKey key = DataKey.generate(random);
  private final Digest context = Digest.sha256(new byte[] {1});
  private final ObjectLabel label = new ObjectLabel(context, 7, 2, SealedType.DELTA, 0);

  @Test
  void refusesEveryFlippedBit() {
    byte[] plain = SealTest.content(40);
    byte[] sealed = Seal.seal(key, label, plain, Padding.NONE, random);

    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> openAll(changed))
          .as("bit %s of byte %s", bit % 8, bit / 8)
          .isInstanceOf(expected(bit / 8, changed[bit / 8]));
    }
  }

  private static Class<? extends InftException> expected(int offset, byte changed) {
    if (offset < SealFormat.FORMAT_OFFSET) {
      return NotOurObjectException.class;
    }
    if (offset < SealFormat.KEY_HINT_OFFSET) {
      return changed == 0 ? CorruptObjectException.class : FormatTooNewException.class;
    }
    return CorruptObjectException.class;
  }

  @Test
  void refusesAFlippedBitAlsoWhenReadInOrder() throws Exception {
    byte[] plain = SealTest.content(FIRST + LATER + 40);
    byte[] sealed = Seal.seal(key, label, plain, Padding.NONE, random);
    for (int offset : new int[] {SealFormat.HEADER_BYTES, CHUNK, 2 * CHUNK, sealed.length - 1}) {
      byte[] changed = sealed.clone();
      changed[offset] ^= 1;
      ByteSource inOrder = Seal.open(key, label, ByteSource.of(changed)).sequential();

      assertThatThrownBy(() -> inOrder.read(0, plain.length))
          .as("byte %s", offset)
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("chunk " + offset / CHUNK);
    }
  }

  @Test
  void readsInOrderWhatWasSealedInStepsOfAnySize() throws Exception {
    byte[] plain = SealTest.content(FIRST + 2 * LATER + 40);
    byte[] sealed = Seal.seal(key, label, plain, Padding.NONE, random);
    for (int step : new int[] {1000, 65_537, CHUNK, 3 * CHUNK}) {
      ByteSource inOrder = Seal.open(key, label, ByteSource.of(sealed)).sequential();
      byte[] found = new byte[plain.length];
      for (int at = 0; at < plain.length; at += step) {
        inOrder.read(at, found, at, Math.min(step, plain.length - at));
      }

      assertThat(found).as("steps of %s", step).isEqualTo(plain);
      assertThat(inOrder.read(10, 20)).isEqualTo(Arrays.copyOfRange(plain, 10, 30));
    }
  }

  @Test
  void refusesEveryPrefix() {
    byte[] sealed = Seal.seal(key, label, SealTest.content(40), Padding.NONE, random);

    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> openAll(cut))
          .as("the first %s bytes", length)
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void saysNotOurObjectOfBytesTooFewToBeOne() {
    assertThatThrownBy(() -> openAll(new byte[] {'S', 'Q'}))
        .isInstanceOf(NotOurObjectException.class);
    assertThatThrownBy(
            () -> openAll("SQLite format 3\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .isInstanceOf(NotOurObjectException.class);
  }

  @Test
  void refusesBytesAtTheEnd() {
    byte[] sealed = Seal.seal(key, label, SealTest.content(40), Padding.NONE, random);

    for (int more : new int[] {1, 15, 16, 17, 256}) {
      assertThatThrownBy(() -> openAll(Arrays.copyOf(sealed, sealed.length + more)))
          .as("%s zero bytes more", more)
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("added to");
    }
  }

  @Test
  void tellsAnotherKeyFromAnAlteredHeader() {
    byte[] sealed = Seal.seal(key, label, SealTest.content(40), Padding.NONE, random);

    assertThatThrownBy(() -> Seal.open(DataKey.generate(random), label, ByteSource.of(sealed)))
        .isInstanceOf(WrongKeyException.class);
  }

  Stream<ObjectLabel> otherPlaces() {
    return Stream.of(
        new ObjectLabel(Digest.sha256(new byte[] {2}), 7, 2, SealedType.DELTA, 0),
        new ObjectLabel(context, 8, 2, SealedType.DELTA, 0),
        new ObjectLabel(context, 7, 3, SealedType.DELTA, 0),
        new ObjectLabel(context, 7, 2, SealedType.SNAPSHOT, 0),
        new ObjectLabel(context, 7, 2, SealedType.DELTA, 1));
  }

  @Test
  void opensAtNoOtherPlaceEvenWithTheRightKey() {
    byte[] sealed = Seal.seal(key, label, SealTest.content(40), Padding.NONE, random);

    otherPlaces()
        .forEach(
            place ->
                assertThatThrownBy(() -> Seal.open(key, place, ByteSource.of(sealed)))
                    .as("at %s", place)
                    .isInstanceOf(SubstitutedObjectException.class));
  }

  @Test
  void opensNowhereElseWhenTheHintIsForgedToo() {
    byte[] sealed = Seal.seal(key, label, SealTest.content(40), Padding.NONE, random);

    otherPlaces()
        .forEach(
            place -> {
              byte[] forged = sealed.clone();
              byte[] hint = Seal.seal(key, place, new byte[0], Padding.NONE, random);
              System.arraycopy(hint, 12, forged, 12, 4);
              assertThatThrownBy(() -> Seal.open(key, place, ByteSource.of(forged)))
                  .as("at %s", place)
                  .isInstanceOf(CorruptObjectException.class);
            });
  }

  @Test
  void opensUnderOneKeyOnly() {
    byte[] mine = Seal.seal(key, label, SealTest.content(40), Padding.NONE, random);
    DataKey other = DataKey.generate(random);
    byte[] theirs = Seal.seal(other, label, SealTest.content(40), Padding.NONE, random);

    byte[] mixed = mine.clone();
    System.arraycopy(theirs, 0, mixed, 0, Seal.HEADER_BYTES);

    assertThatThrownBy(() -> openAll(mixed)).isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> Seal.open(other, label, ByteSource.of(mixed)).readAll(100))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void provesThatAnEmptyObjectIsEmptyBeforeAnythingIsRead() {
    byte[] sealed = Seal.seal(key, label, new byte[0], Padding.NONE, random);
    sealed[sealed.length - 1] ^= 1;

    assertThatThrownBy(() -> Seal.open(key, label, ByteSource.of(sealed)))
        .isInstanceOf(CorruptObjectException.class);
  }

  /** What is done to an object of three chunks and a bit, and what the reader must say. */
  record Attack(String name, Blob sealed, String says) {
    Attack(String name, byte[] sealed, String says) {
      this(name, Blob.of(sealed), says);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Attack> attacksOnChunks() {
    SealTamperTest of = new SealTamperTest();
    byte[] sealed =
        Seal.seal(
            of.key, of.label, SealTest.content(FIRST + 2 * LATER + 500), Padding.NONE, of.random);
    byte[] whole =
        Seal.seal(of.key, of.label, SealTest.content(FIRST + 2 * LATER), Padding.NONE, of.random);
    byte[] other =
        Seal.seal(
            of.key, of.label, SealTest.content(FIRST + 2 * LATER + 500), Padding.NONE, of.random);
    byte[] swapped = sealed.clone();
    System.arraycopy(sealed, CHUNK, swapped, 2 * CHUNK, CHUNK);
    System.arraycopy(sealed, 2 * CHUNK, swapped, CHUNK, CHUNK);
    byte[] spliced = sealed.clone();
    System.arraycopy(other, CHUNK, spliced, CHUNK, CHUNK);
    byte[] dropped = new byte[sealed.length - CHUNK];
    System.arraycopy(sealed, 0, dropped, 0, CHUNK);
    System.arraycopy(sealed, 2 * CHUNK, dropped, CHUNK, dropped.length - CHUNK);
    byte[] repeated = new byte[whole.length + CHUNK];
    System.arraycopy(whole, 0, repeated, 0, whole.length);
    System.arraycopy(whole, 2 * CHUNK, repeated, whole.length, CHUNK);
    return Stream.of(
        new Attack("the last chunk is gone", Arrays.copyOf(sealed, 3 * CHUNK), "truncated"),
        new Attack("two chunks are gone", Arrays.copyOf(sealed, 2 * CHUNK), "truncated"),
        new Attack("all but the first is gone", Arrays.copyOf(sealed, CHUNK), "truncated"),
        new Attack("it is cut inside the last chunk", cut(sealed, 1), "cut short"),
        new Attack("only a tag is left of the last chunk", cut(sealed, 500), "truncated"),
        new Attack("a byte follows", Arrays.copyOf(sealed, sealed.length + 1), "added to"),
        new Attack(
            "zeros follow a full last chunk", Arrays.copyOf(whole, whole.length + 99), "follow"),
        new Attack(
            "a tag's length follows a full last chunk",
            Arrays.copyOf(whole, whole.length + 16),
            "follow"),
        new Attack("the last chunk is there twice", repeated, "follow"),
        new Attack("two chunks are swapped", swapped, "altered"),
        new Attack("a chunk is from another object", spliced, "altered"),
        new Attack("a chunk in the middle is gone", dropped, "altered"));
  }

  private static byte[] cut(byte[] sealed, int count) {
    return Arrays.copyOf(sealed, sealed.length - count);
  }

  @ParameterizedTest
  @MethodSource("attacksOnChunks")
  void refusesWhenChunksAreMoved(Attack attack) {
    assertThatThrownBy(() -> openAll(attack.sealed().toBytes()))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining(attack.says());
  }

  @Test
  void deliversNoByteOfAChunkThatDoesNotVerifyAndAllOfTheOthers() throws Exception {
    byte[] plain = SealTest.content(FIRST + 2 * LATER);
    byte[] sealed = Seal.seal(key, label, plain, Padding.NONE, random);
    sealed[2 * CHUNK - 1] ^= 1;

    ByteSource opened = Seal.open(key, label, ByteSource.of(sealed));

    assertThat(opened.read(0, FIRST)).isEqualTo(Arrays.copyOf(plain, FIRST));
    assertThat(opened.read(FIRST + LATER, LATER))
        .isEqualTo(Arrays.copyOfRange(plain, FIRST + LATER, plain.length));
    assertThatThrownBy(() -> opened.read(FIRST, 1)).isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> opened.read(FIRST - 1, 2)).isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> opened.read(FIRST + LATER - 1, 1))
        .isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void saysWhereTheBadChunkBegins() {
    byte[] sealed =
        Seal.seal(key, label, SealTest.content(FIRST + 2 * LATER), Padding.NONE, random);
    sealed[2 * CHUNK - 1] ^= 1;

    assertThatThrownBy(() -> openAll(sealed))
        .isInstanceOfSatisfying(
            CorruptObjectException.class,
            failure -> {
              assertThat(failure.offset()).isEqualTo(CHUNK);
              assertThat(failure).hasMessageContaining("chunk 1 of 3");
              assertThat(failure).hasMessageContaining("delta 0 of version 7");
            });
  }

  private void openAll(byte[] sealed) throws InftException {
    Seal.open(key, label, ByteSource.of(sealed)).readAll(1 << 24);
  }
}

package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.SeededRandom;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealed objects that are longer than what is in them. */
class PaddedSealTest {
  private static final int FIRST = SealFormat.FIRST_PLAIN_BYTES;
  private static final int LATER = SealFormat.PLAIN_BYTES;

  private final SeededRandom random = new SeededRandom(21);
  private final DataKey key = DataKey.generate(random);
  private final ObjectLabel label =
      new ObjectLabel(Digest.sha256(new byte[] {1}), 7, 1, SealedType.DELTA, 0);

  @ParameterizedTest
  @CsvSource({
    "0, 64",
    "56, 64",
    "57, 128",
    "120, 128",
    "1016, 1024",
    "1017, 1088",
    "2040, 2048",
    "2041, 2176",
    "4088, 4096",
    "4089, 4352",
    "65528, 65536",
    "65529, 67584",
    "1000000000, 1006632960",
    "15000000000000, 15118284881920",
  })
  void fillsUpToALengthThatManyContentsShare(long content, long plain) {
    assertThat(Padding.PADME.plainSizeBytes(content)).isEqualTo(plain);
    assertThat(Padding.NONE.plainSizeBytes(content)).isEqualTo(content);
  }

  @Test
  void costsAtMostAnEighthAndFewLengthsAreLeft() {
    Set<Long> lengths = new HashSet<>();
    for (long content = 1024; content < 1 << 20; content++) {
      long plain = Padding.PADME.plainSizeBytes(content);
      assertThat(plain - content).isBetween(8L, 8 + content / 8);
      assertThat(plain - content - 8).isLessThan(Padding.mostBytes(plain));
      lengths.add(plain);
    }
    assertThat(lengths).hasSizeLessThan(230);
  }

  /** Who was told how it ends reads neither its beginning nor its last bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 1000, FIRST, FIRST + 1, FIRST + 3 * LATER + 7})
  void canBeReadFromTheMiddleByWhoWasTold(int length) throws Exception {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    for (Padding padding : Padding.values()) {
      byte[] sealed = Seal.seal(key, label, content, padding, random);
      ByteSource whole = ByteSource.of(sealed);
      long plain = Seal.plainSizeBytes(sealed.length);
      assertThat(plain).isEqualTo(padding.plainSizeBytes(length));
      Set<Long> read = new HashSet<>();
      ByteSource told =
          Seal.openTold(key, label, noting(whole, read), Seal.saltOf(whole), plain - length);

      assertThat(read).isEmpty();
      assertThat(told.sizeBytes()).isEqualTo(length);
      assertThat(told.read(length - 1, 1)).containsExactly(content[length - 1]);
      assertThat(read).hasSize(1);
      assertThat(Seal.chunkAt(Seal.chunkOf(length - 1)) / SealFormat.CHUNK_BYTES)
          .isEqualTo(Seal.chunkOf(length - 1));
      assertThat(told.readAll(length)).isEqualTo(content);

      byte[] otherSalt = Seal.saltOf(whole).toBytes();
      otherSalt[3]++;
      ByteSource wrong =
          Seal.openTold(key, label, whole, io.inft.bytes.Blob.of(otherSalt), plain - length);
      assertThatThrownBy(() -> wrong.read(0, 1)).isInstanceOf(CorruptObjectException.class);
      for (long padded : new long[] {7, plain + 1, plain / 4 + 100}) {
        assertThatThrownBy(() -> Seal.openTold(key, label, whole, Seal.saltOf(whole), padded))
            .isInstanceOf(CorruptObjectException.class);
      }
    }
  }

  private static ByteSource noting(ByteSource source, Set<Long> read) {
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return source.sizeBytes();
      }

      @Override
      public byte[] read(long offset, int length) throws InftException {
        read.add(offset);
        return source.read(offset, length);
      }
    };
  }

  @Test
  void takesNoMoreThanFits() {
    long most = Padding.MOST_CONTENT_BYTES;
    assertThat(Padding.PADME.plainSizeBytes(most)).isLessThanOrEqualTo(Seal.MAX_PLAIN_BYTES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Padding.PADME.plainSizeBytes(most + 1))
        .withMessageContaining(String.valueOf(most + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Padding.PADME.plainSizeBytes(-1));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        55,
        56,
        57,
        5000,
        253_000,
        FIRST - 9,
        FIRST - 8,
        FIRST - 7,
        FIRST,
        FIRST + 1,
        500_000,
        FIRST + LATER - 8,
        FIRST + LATER,
        FIRST + 9 * LATER + 77
      })
  void givesBackWhatWasSealed(int length) throws Exception {
    byte[] plain = SealTest.content(length);

    byte[] sealed = Seal.seal(key, label, plain, Padding.PADME, random);
    ByteSource opened = Seal.open(key, label, ByteSource.of(sealed));

    assertThat(sealed).hasSize((int) Seal.sealedSizeBytes(length, Padding.PADME));
    assertThat(opened.sizeBytes()).isEqualTo(length);
    assertThat(opened.readAll(length)).isEqualTo(plain);
    assertThat(opened.sequential().read(0, length)).isEqualTo(plain);
    assertThat(opened.sequential().sizeBytes()).isEqualTo(length);
    assertThatIllegalArgumentException().isThrownBy(() -> opened.read(length, 1));
  }

  @Test
  void writesInPiecesOfAnySizeWhatItSealsAtOnceSeed3() throws Exception {
    byte[] plain = SealTest.content(FIRST + 2 * LATER + 77);
    byte[] atOnce = Seal.seal(key, label, plain, Padding.PADME, new SeededRandom(5));
    Random sizes = new Random(3);
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    try (OutputStream stream =
        Seal.sealing(key, label, Padding.PADME, new SeededRandom(5), sealed)) {
      for (int done = 0; done < plain.length; ) {
        int count = Math.min(plain.length - done, 1 + sizes.nextInt(90_000));
        stream.write(plain, done, count);
        done += count;
      }
    }

    assertThat(sealed.toByteArray()).isEqualTo(atOnce);
  }

  @Test
  void refusesEveryFlippedBitAndEveryPrefix() {
    byte[] sealed = Seal.seal(key, label, SealTest.content(40), Padding.PADME, random);

    for (int bit = 0; bit < 8 * sealed.length; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> openAll(changed))
          .as("bit %s of byte %s", bit % 8, bit / 8)
          .isInstanceOfAny(
              CorruptObjectException.class,
              NotOurObjectException.class,
              FormatTooNewException.class);
    }
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> openAll(cut))
          .as("the first %s bytes", length)
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  @Test
  void oneFormatCannotPassForTheOther() {
    byte[] padded = Seal.seal(key, label, SealTest.content(40), Padding.PADME, random);
    padded[SealFormat.FORMAT_OFFSET] = SealFormat.UNPADDED;
    byte[] plain = Seal.seal(key, label, SealTest.content(40), Padding.NONE, random);
    plain[SealFormat.FORMAT_OFFSET] = SealFormat.PADDED;

    assertThatThrownBy(() -> openAll(padded)).isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(() -> openAll(plain)).isInstanceOf(CorruptObjectException.class);
  }

  /** Whoever holds the key can write such an object. */
  @ParameterizedTest
  @CsvSource({
    "64, 57, says that it is padded with 57 bytes",
    "64, 9223372036854775807, says that it is padded with 9223372036854775807 bytes",
    "64, -1, above 2^63-1",
    "4096, 512, says that it is padded with 512 bytes",
    "600000, 75000, says that it is padded with 75000 bytes",
    "7, 0, no padding length",
    "0, 0, no padding length",
  })
  void refusesAPaddingThatCannotBe(int plainBytes, long padding, String reason) throws Exception {
    byte[] plain = new byte[plainBytes];
    if (plainBytes >= 8) {
      byte[] length = SealGoldenTest.bigEndian(padding, 8);
      System.arraycopy(length, 0, plain, plainBytes - 8, 8);
    }

    assertThatThrownBy(() -> openAll(forged(plain)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesPaddingThatIsNotZeros() throws Exception {
    byte[] plain = new ByteWriter(64).bytes(new byte[40]).bytes(new byte[16]).u64(16).toBytes();
    assertThat(openAll(forged(plain))).hasSize(40);
    plain[45] = 1;

    assertThatThrownBy(() -> openAll(forged(plain)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("not zeros");
  }

  private byte[] forged(byte[] plain) throws Exception {
    byte[] salt = new byte[SealFormat.SALT_BYTES];
    ObjectKey objectKey = ObjectKey.derive(key, label, SealFormat.PADDED, salt);
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    try (SealingStream stream = new SealingStream(objectKey, Padding.NONE, sealed)) {
      stream.write(plain);
    }
    return sealed.toByteArray();
  }

  private byte[] openAll(byte[] sealed) throws InftException {
    ByteSource opened = Seal.open(key, label, ByteSource.of(sealed));
    return opened.readAll((int) opened.sizeBytes());
  }
}

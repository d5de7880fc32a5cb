package io.inft.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SealTest {
  private static final int FIRST = SealFormat.FIRST_PLAIN_BYTES;
  private static final int LATER = SealFormat.PLAIN_BYTES;

  private final SeededRandom random = new SeededRandom(1);
  private final DataKey key = DataKey.generate(random);
  private final ObjectLabel label =
      new ObjectLabel(Digest.sha256(new byte[] {1}), 7, 1, SealedType.DELTA, 0);

  static LongStream lengthsAroundEveryChunkBorder() {
    return LongStream.of(
        0,
        1,
        2,
        15,
        16,
        17,
        FIRST - 1,
        FIRST,
        FIRST + 1,
        FIRST + LATER - 1,
        FIRST + LATER,
        FIRST + LATER + 1,
        FIRST + 2 * LATER);
  }

  @ParameterizedTest
  @MethodSource("lengthsAroundEveryChunkBorder")
  void givesBackWhatWasSealed(long length) throws Exception {
    byte[] plain = content((int) length);

    byte[] sealed = Seal.seal(key, label, plain, Padding.NONE, random);
    ByteSource opened = Seal.open(key, label, ByteSource.of(sealed));

    assertThat(sealed).hasSize((int) Seal.sealedSizeBytes(length, Padding.NONE));
    assertThat(opened.sizeBytes()).isEqualTo(length);
    assertThat(opened.readAll(plain.length)).isEqualTo(plain);
  }

  @Test
  void addsEightyBytesToASmallObjectAndSixteenToEveryChunkMore() {
    assertThat(Seal.sealedSizeBytes(0, Padding.NONE)).isEqualTo(80);
    assertThat(Seal.sealedSizeBytes(300, Padding.NONE)).isEqualTo(380);
    assertThat(Seal.sealedSizeBytes(FIRST, Padding.NONE)).isEqualTo(1 << 18);
    assertThat(Seal.sealedSizeBytes(FIRST + 1, Padding.NONE)).isEqualTo((1 << 18) + 17);
    assertThat(Seal.sealedSizeBytes(FIRST + LATER, Padding.NONE)).isEqualTo(1 << 19);
    assertThat(Seal.sealedSizeBytes(Seal.MAX_PLAIN_BYTES, Padding.NONE)).isEqualTo(1L << 44);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Seal.sealedSizeBytes(Seal.MAX_PLAIN_BYTES + 1, Padding.NONE));
    assertThatIllegalArgumentException().isThrownBy(() -> Seal.sealedSizeBytes(-1, Padding.NONE));
  }

  @Test
  void sealsTheSameBytesDifferentlyEveryTime() {
    byte[] plain = content(100);

    byte[] first = Seal.seal(key, label, plain, Padding.NONE, random);
    byte[] second = Seal.seal(key, label, plain, Padding.NONE, random);

    assertThat(Arrays.copyOfRange(first, 16, first.length))
        .isNotEqualTo(Arrays.copyOfRange(second, 16, second.length));
  }

  @Test
  void writesInPiecesOfAnySizeWhatItSealsAtOnceSeed2() throws Exception {
    byte[] plain = content(FIRST + 2 * LATER + 77);
    byte[] atOnce = Seal.seal(key, label, plain, Padding.NONE, new SeededRandom(5));
    Random sizes = new Random(2);
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();

    try (OutputStream stream =
        Seal.sealing(key, label, Padding.NONE, new SeededRandom(5), sealed)) {
      int done = 0;
      while (done < plain.length) {
        int count = Math.min(plain.length - done, 1 + sizes.nextInt(90_000));
        if (count == 1) {
          stream.write(plain[done]);
        } else {
          stream.write(plain, done, count);
        }
        done += count;
      }
    }

    assertThat(sealed.toByteArray()).isEqualTo(atOnce);
  }

  @Test
  void writesNothingMoreAfterItWasClosed() throws Exception {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    OutputStream stream = Seal.sealing(key, label, Padding.NONE, random, sealed);
    stream.close();
    int size = sealed.size();

    stream.close();

    assertThat(sealed.size()).isEqualTo(size).isEqualTo(80);
    assertThatThrownBy(() -> stream.write(1)).isInstanceOf(IOException.class);
  }

  @Test
  void leavesAnObjectIncompleteWhenWhatLiesBeneathFails() {
    CountingSink sink = new CountingSink(100_000);
    OutputStream stream = Seal.sealing(key, label, Padding.NONE, random, sink);

    assertThatThrownBy(() -> stream.write(new byte[FIRST + 1])).hasMessage("disk full");
    assertThatThrownBy(() -> stream.write(1)).hasMessageContaining("earlier write failed");
    assertThatThrownBy(
            () -> {
              stream.close();
              Seal.open(key, label, ByteSource.of(sink.bytes.toByteArray()));
            })
        .isInstanceOf(CorruptObjectException.class);
    assertThat(sink.closed).isTrue();
  }

  @Test
  void readsAnyRangeInAnyOrderSeed3() throws Exception {
    byte[] plain = content(FIRST + 6 * LATER + 1234);
    ByteSource opened =
        Seal.open(key, label, ByteSource.of(Seal.seal(key, label, plain, Padding.NONE, random)));
    Random ranges = new Random(3);

    for (int i = 0; i < 60; i++) {
      int offset = ranges.nextInt(plain.length + 1);
      int length = ranges.nextInt(Math.min(700_000, plain.length - offset) + 1);
      assertThat(opened.read(offset, length))
          .as("range %s+%s", offset, length)
          .isEqualTo(Arrays.copyOfRange(plain, offset, offset + length));
    }
  }

  /** A part has no tag: whoever asks for it proves its sealed bytes. */
  @ParameterizedTest
  @EnumSource(Padding.class)
  void opensAnyPartAloneSeed6(Padding padding) throws Exception {
    byte[] plain = content(FIRST + 2 * LATER + 1234);
    byte[] sealed = Seal.seal(key, label, plain, padding, random);
    Blob salt = Seal.saltOf(ByteSource.of(sealed));
    long paddingBytes = Seal.plainSizeBytes(sealed.length) - plain.length;
    Random ranges = new Random(6);
    List<int[]> parts = new ArrayList<>();
    for (int border : new int[] {0, FIRST, FIRST + LATER, plain.length}) {
      for (int from = Math.max(0, border - 17); from < Math.min(plain.length, border + 3); from++) {
        parts.add(new int[] {from, Math.min(plain.length, from + 1 + ranges.nextInt(600))});
      }
    }
    parts.add(new int[] {0, plain.length});

    for (int[] one : parts) {
      SealedPart part = new SealedPart(sealed.length, one[0], one[1]);
      byte[] sectors =
          Arrays.copyOfRange(sealed, (int) part.offset(), (int) part.offset() + part.lengthBytes());

      assertThat(part.offset() % SealedPart.SECTOR_BYTES).isZero();
      assertThat(part.lengthBytes() - (one[1] - one[0])).isLessThan(2 * 256 + 64 + 3 * 16);
      assertThat(Seal.openPart(key, label, part, salt, paddingBytes, sectors))
          .as("bytes %s to %s", one[0], one[1])
          .isEqualTo(Arrays.copyOfRange(plain, one[0], one[1]));
    }
  }

  @Test
  void aPartLiesWithinThePlaintext() {
    long size = Seal.sealedSizeBytes(1000, Padding.NONE);

    assertThat(new SealedPart(size, 0, 1000).lengthBytes()).isEqualTo((int) size);
    for (long[] one : new long[][] {{-1, 5}, {5, 5}, {6, 5}, {0, 1001}, {0, Long.MAX_VALUE}}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new SealedPart(size, one[0], one[1]));
    }
    SealedPart part = new SealedPart(size, 0, 10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Seal.openPart(key, label, part, Blob.of(new byte[16]), 0, new byte[255]));
  }

  /** Over a network a read of many segments takes as long as one. */
  @Test
  void aReadOfManyChunksHasEightAtOnce() throws Exception {
    byte[] plain = content(FIRST + 19 * LATER + 5);
    byte[] sealed = Seal.seal(key, label, plain, Padding.NONE, random);
    List<Integer> reads = new ArrayList<>();
    ByteSource counted =
        new ByteSource() {
          @Override
          public long sizeBytes() {
            return sealed.length;
          }

          @Override
          public byte[] read(long offset, int length) {
            reads.add(length);
            return Arrays.copyOfRange(sealed, (int) offset, (int) offset + length);
          }
        };
    ByteSource opened = Seal.open(key, label, counted);
    opened.read(FIRST + 2 * LATER, 1);
    reads.clear();

    assertThat(opened.read(100, plain.length - 100))
        .isEqualTo(Arrays.copyOfRange(plain, 100, plain.length));

    assertThat(reads).hasSize(4).allSatisfy(one -> assertThat(one).isLessThanOrEqualTo(8 << 18));
    assertThat(reads.stream().mapToInt(one -> one).sum())
        .isEqualTo(sealed.length - SealFormat.HEADER_BYTES - SealFormat.CHUNK_BYTES);
    reads.clear();
    assertThat(opened.read(plain.length - 5, 5)).hasSize(5);
    assertThat(reads).as("the last ones are kept").isEmpty();
  }

  @Test
  void isReadByManyThreadsAtOnceSeed4() {
    byte[] plain = content(FIRST + 6 * LATER);
    ByteSource opened = open(Seal.seal(key, label, plain, Padding.NONE, random));

    List<Integer> wrong =
        IntStream.range(0, 64)
            .parallel()
            .filter(
                seed -> {
                  int offset = new Random(seed).nextInt(plain.length - 5000);
                  byte[] expected = Arrays.copyOfRange(plain, offset, offset + 5000);
                  return !Arrays.equals(expected, read(opened, offset, 5000));
                })
            .boxed()
            .toList();

    assertThat(wrong).isEmpty();
  }

  @Test
  void fetchesAChunkOnceForManyReadsNearby() throws Exception {
    byte[] sealed = Seal.seal(key, label, content(FIRST + 3 * LATER), Padding.NONE, random);
    CountingSource source = new CountingSource(sealed);
    ByteSource opened = Seal.open(key, label, source);
    long afterHeader = source.readBytes;

    for (int i = 0; i < 100; i++) {
      opened.read(FIRST + i, 10);
    }

    assertThat(afterHeader).isEqualTo(Seal.HEADER_BYTES);
    assertThat(source.readBytes - afterHeader).isEqualTo(SealFormat.CHUNK_BYTES);
  }

  @Test
  void refusesARangeOutsideAsTheCallersMistake() throws Exception {
    ByteSource opened =
        Seal.open(
            key, label, ByteSource.of(Seal.seal(key, label, content(10), Padding.NONE, random)));

    assertThatIllegalArgumentException().isThrownBy(() -> opened.read(5, 6));
    assertThatIllegalArgumentException().isThrownBy(() -> opened.read(-1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> opened.read(0, -1));
  }

  private ByteSource open(byte[] sealed) {
    try {
      return Seal.open(key, label, ByteSource.of(sealed));
    } catch (io.inft.failure.InftException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] read(ByteSource source, int offset, int length) {
    try {
      return source.read(offset, length);
    } catch (io.inft.failure.InftException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private static final class CountingSource implements ByteSource {
    private final ByteSource source;
    private long readBytes;

    CountingSource(byte[] bytes) {
      source = ByteSource.of(bytes);
    }

    @Override
    public long sizeBytes() {
      return source.sizeBytes();
    }

    @Override
    public byte[] read(long offset, int length) throws io.inft.failure.InftException {
      readBytes += length;
      return source.read(offset, length);
    }
  }

  private static final class CountingSink extends OutputStream {
    private final int capacity;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean closed;

    CountingSink(int capacity) {
      this.capacity = capacity;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] value, int offset, int length) throws IOException {
      if (bytes.size() + length > capacity) {
        throw new IOException("disk full");
      }
      bytes.write(value, offset, length);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void warmingUpKeepsToTheRulesOfTheCipher() {
    assertThatCode(Seal::warmUp).doesNotThrowAnyException();
  }
}

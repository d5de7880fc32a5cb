package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.NativeLibraryException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every codec must do; a new one is tested by its line in {@link Codec#ALL}. */
class CodecTest {
  private static final long START = 4711;

  static List<Codec> codecs() {
    return Codec.ALL;
  }

  private static byte[] page(int bytes) {
    byte[] page = new byte[bytes];
    new Random(bytes).nextBytes(page);
    Arrays.fill(page, 0, bytes / 2, (byte) 7);
    return page;
  }

  private static byte[] compressed(Codec codec, byte[] plain) {
    try (Codec.Compressor compressor = codec.compressor()) {
      return compressor.compress(plain);
    }
  }

  private static Codec.StoredBlock block(byte[] bytes, int at, int count, int plainBytes) {
    return new Codec.StoredBlock(3, START, bytes, at, count, plainBytes);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void givesBackWhatItCompressedAlsoInTheMiddleOfOtherBytes(Codec codec) throws Exception {
    byte[] plain = page(8192);
    byte[] stored = compressed(codec, plain);
    byte[] around = new byte[stored.length + 20];
    System.arraycopy(stored, 0, around, 10, stored.length);
    Codec.StoredBlock block = block(around, 10, stored.length, plain.length);

    codec.check(block);
    byte[] found = new byte[plain.length + 5];
    codec.decompress(block, found);

    assertThat(Arrays.copyOf(found, plain.length)).isEqualTo(plain);
    assertThat(Arrays.copyOfRange(found, plain.length, found.length)).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void compressesTheSameIntoAnArrayThatIsLongEnough(Codec codec) {
    byte[] plain = page(4096);
    try (Codec.Compressor compressor = codec.compressor()) {
      byte[] to = new byte[compressor.bound(2048)];
      int length = compressor.compress(plain, 2048, to);

      assertThat(Arrays.copyOf(to, length))
          .isEqualTo(compressor.compress(Arrays.copyOf(plain, 2048)));
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void whatIsCompressedAgainstAPrefixNeedsIt(Codec codec) throws Exception {
    byte[] prefix = page(4096);
    byte[] plain = prefix.clone();
    plain[100]++;
    byte[] stored = codec.compressAgainst(prefix, plain, Codec.Effort.SMALLEST);
    Codec.StoredBlock block = block(stored, 0, stored.length, plain.length);

    codec.check(block);
    assertThat(stored.length).isLessThan(compressed(codec, plain).length / 10);
    assertThat(codec.decompressAgainst(prefix, block)).isEqualTo(plain);
    byte[] other = page(4098);
    assertThat(decompressedOrNothing(codec, other, block)).isNotEqualTo(plain);
  }

  private static byte[] decompressedOrNothing(Codec codec, byte[] prefix, Codec.StoredBlock block) {
    try {
      return codec.decompressAgainst(prefix, block);
    } catch (CorruptObjectException noticed) {
      return new byte[0];
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void refusesWhatIsNotTheBlockThatTheIndexNames(Codec codec) {
    byte[] plain = page(4096);
    byte[] stored = compressed(codec, plain);
    byte[] longer = Arrays.copyOf(stored, stored.length + 1);
    for (Codec.StoredBlock wrong :
        List.of(
            block(stored, 0, stored.length, plain.length + 1),
            block(stored, 0, stored.length, plain.length - 1),
            block(stored, 0, stored.length - 1, plain.length),
            block(longer, 0, longer.length, plain.length),
            block(new byte[0], 0, 0, plain.length),
            block(new byte[50], 0, 50, plain.length))) {
      assertThatThrownBy(() -> codec.check(wrong))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("block 3 does not decompress")
          .hasMessageContaining(Long.toString(START));
    }
  }

  static IntStream versions() {
    return IntStream.rangeClosed(PackFormat.VERSION_ALONE, PackFormat.VERSION_AGAINST);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void everyFormatVersionHasOneCodec(int version) {
    assertThat(Codec.ALL.stream().filter(codec -> codec.isOf(version)))
        .containsExactly(Codec.of(version));
  }

  @Test
  void theFirstTwoVersionsAreZstds() {
    assertThat(Codec.of(PackFormat.VERSION_ALONE)).isInstanceOf(ZstdCodec.class);
    assertThat(Codec.of(PackFormat.VERSION_AGAINST)).isInstanceOf(ZstdCodec.class);
  }

  @Test
  void noVersionIsMadeUp() {
    assertThatIllegalArgumentException().isThrownBy(() -> Codec.of(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Codec.of(PackFormat.VERSION_DIRECTORY));
  }

  @Test
  void aLibraryThatIsNotThereIsATypedFailureEachTime() throws Exception {
    Method load =
        new Without("com.github.luben")
            .loadClass(PackReader.class.getName())
            .getDeclaredMethod("loadCodecs");

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> load.invoke(null))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(NativeLibraryException.class)
          .hasCauseInstanceOf(LinkageError.class);
    }
  }

  /** Loads this room anew, and finds no class of some others. */
  private static final class Without extends ClassLoader {
    private final String missing;

    Without(String missing) {
      super(CodecTest.class.getClassLoader());
      this.missing = missing;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(missing)) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.inft.pack.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}

package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.GoldenFolder;
import io.inft.bytes.ChecksummedBytes;
import io.inft.bytes.Digest;
import io.inft.capture.CaptureJournal;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The files under {@code golden/working-copy}: what lies in a working copy of this release, of
 * those that knew no inlined versions, and of the last one that wrote no magic, is opened by every
 * later one; and whatever happens to their bytes is damage, an earlier or a later release, never
 * anything else.
 */
class WorkingCopyGoldenTest {
  private static final GoldenFolder WITHOUT_MAGIC = new GoldenFolder("working-copy/without-magic");
  private static final GoldenFolder WITH_MAGIC = new GoldenFolder("working-copy/with-magic");
  private static final GoldenFolder WITH_INLINED = new GoldenFolder("working-copy/with-inlined");
  private static final int FORMAT_OFFSET = 8;

  @TempDir Path folder;

  /** A kind of file: what its sample holds, and how it is read. */
  private enum Kind {
    STATE("state", WorkingCopySamples.stateWithoutInlined(), WorkingCopySamples.state()) {
      @Override
      Object read(Path generation) throws InftException {
        return WriterState.read(generation);
      }
    },
    JOURNAL("journal", found(WorkingCopySamples.journal())) {
      @Override
      Object read(Path generation) throws InftException {
        return found(CaptureJournal.find(generation, WorkingCopySamples.NEWEST));
      }
    },
    UNFINALIZED(
        "settling",
        List.of(WorkingCopySamples.unfinalizedWithoutInlined()),
        List.of(WorkingCopySamples.unfinalized())) {
      @Override
      Object read(Path generation) throws InftException {
        return UnfinalizedVersions.open(generation).entries();
      }
    },
    HEAD("head", WorkingCopySamples.head()) {
      @Override
      Object read(Path generation) throws Exception {
        return SeenHead.parse(Files.readAllBytes(generation.resolve("head")));
      }
    },
    MISSING(
        "missing",
        new MissingHead(
            WorkingCopySamples.anchored().version(),
            WorkingCopySamples.anchored().anchor().root(),
            WorkingCopySamples.missingSince())) {
      @Override
      Object read(Path generation) throws InftException {
        return MissingHead.noted(
            generation,
            WorkingCopySamples.anchored(),
            WorkingCopySamples.missingSince().plusSeconds(60));
      }
    };

    private final String file;

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final Object sample;

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final Object newest;

    Kind(String file, Object sample) {
      this(file, sample, sample);
    }

    /**
     * @param newest what the file of this release holds, if that is another one
     */
    Kind(String file, Object sample, Object newest) {
      this.file = file;
      this.sample = sample;
      this.newest = newest;
    }

    /** As this release writes it. */
    byte[] written() throws Exception {
      return (newest.equals(sample) ? WITH_MAGIC : WITH_INLINED).read(file);
    }

    abstract Object read(Path generation) throws Exception;

    private static Object found(CaptureJournal journal) {
      return found(new CaptureJournal.Found(Optional.of(journal)));
    }

    /** Sets of pages are no values. */
    private static Object found(CaptureJournal.Found found) {
      return found
          .journal()
          .map(
              one ->
                  List.of(
                      one.version(),
                      one.complete(),
                      one.pages().size(),
                      one.pages().next(10),
                      one.commits(),
                      one.position(),
                      one.content()))
          .orElse(List.of());
    }
  }

  private Object read(Kind kind, byte[] bytes) throws Exception {
    Files.write(folder.resolve(kind.file), bytes);
    return kind.read(folder);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenBeforeThereWasAMagicStillOpens(Kind kind) throws Exception {
    assertThat(read(kind, WITHOUT_MAGIC.read(kind.file))).isEqualTo(kind.sample);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenBeforeThereWereInlinedVersionsStillOpens(Kind kind) throws Exception {
    assertThat(read(kind, WITH_MAGIC.read(kind.file))).isEqualTo(kind.sample);
  }

  @ParameterizedTest
  @EnumSource
  void whatThisReleaseWritesOpensAndIsWrittenByteForByte(Kind kind) throws Exception {
    byte[] golden = kind.written();
    assertThat(read(kind, golden)).isEqualTo(kind.newest);
    Files.delete(folder.resolve(kind.file));

    WorkingCopySamples.write(folder);
    assertThat(Files.readAllBytes(folder.resolve(kind.file))).isEqualTo(golden);
  }

  @ParameterizedTest
  @EnumSource
  void aLaterAndAnEarlierFormatAreToldFromDamage(Kind kind) throws Exception {
    assertThatThrownBy(() -> read(kind, withFormat(kind.written(), 0x0100)))
        .isInstanceOf(FormatTooNewException.class)
        .hasMessageContaining("format 256")
        .hasMessageContaining("update inft-jdbc");
    assertThatThrownBy(() -> read(kind, withFormat(kind.written(), 1)))
        .isInstanceOf(FormatTooOldException.class)
        .hasMessageContaining("earlier release");
  }

  /** As another release would write it, with its own checksum. */
  private static byte[] withFormat(byte[] file, int format) {
    byte[] content = Arrays.copyOf(file, file.length - Digest.BYTES);
    content[FORMAT_OFFSET] = (byte) (format >> 8);
    content[FORMAT_OFFSET + 1] = (byte) format;
    return ChecksummedBytes.wrap(content);
  }

  @ParameterizedTest
  @EnumSource
  void everyFlippedByteAndEveryCutIsDamage(Kind kind) throws Exception {
    List<byte[]> all =
        List.of(WITHOUT_MAGIC.read(kind.file), WITH_MAGIC.read(kind.file), kind.written());
    for (byte[] bytes : all) {
      for (int at = 0; at < bytes.length; at++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (at % 2 == 0 ? 0x01 : 0x80);
        requireDamage(kind, flipped, "flipped at " + at);
        requireDamage(kind, Arrays.copyOf(bytes, at), "cut at " + at);
      }
      requireDamage(kind, Arrays.copyOf(bytes, bytes.length + 1), "one byte more");
    }
  }

  /** A damaged journal explains nothing; everything else that is damaged is refused. */
  private void requireDamage(Kind kind, byte[] bytes, String how) throws Exception {
    Files.write(folder.resolve(kind.file), bytes);
    if (kind == Kind.JOURNAL) {
      assertThat(kind.read(folder)).as(how).isEqualTo(List.of());
    } else {
      assertThatThrownBy(() -> kind.read(folder))
          .as(how)
          .isInstanceOf(CorruptObjectException.class);
    }
  }

  /** Whoever makes the checksum fit must still not get further than a typed failure. */
  @ParameterizedTest
  @EnumSource
  void aFlippedByteWithAChecksumThatFitsIsReadOrRefused(Kind kind) throws Exception {
    byte[] bytes = kind.written();
    for (int at = 0; at < bytes.length - Digest.BYTES; at++) {
      for (int mask : new int[] {0x01, 0x10}) {
        byte[] content = Arrays.copyOf(bytes, bytes.length - Digest.BYTES);
        content[at] ^= (byte) mask;
        Files.write(folder.resolve(kind.file), ChecksummedBytes.wrap(content));
        try {
          assertThat(kind.read(folder)).as("flipped at %s", at).isNotNull();
        } catch (InftException refused) {
          assertThat(refused).hasMessageNotContaining("null");
        }
      }
    }
  }

  @Test
  void thePageHashesStillOpen() throws Exception {
    for (GoldenFolder golden : List.of(WITHOUT_MAGIC, WITH_MAGIC)) {
      Files.write(folder.resolve("leaves"), golden.read("leaves"));
      Files.write(folder.resolve("leaves-log"), golden.read("leaves-log"));
      assertThat(rootOf(WorkingCopySamples.NEWEST))
          .contains(WorkingCopySamples.newestTree().root());
      assertThat(rootOf(8)).contains(WorkingCopySamples.tree().root());
    }
    WorkingCopySamples.write(folder);
    assertThat(Files.readAllBytes(folder.resolve("leaves"))).isEqualTo(WITH_MAGIC.read("leaves"));
    assertThat(Files.readAllBytes(folder.resolve("leaves-log")))
        .isEqualTo(WITH_MAGIC.read("leaves-log"));
  }

  private Optional<Digest> rootOf(long version) throws InftException {
    return new PageHashesFile(folder)
        .read(version, WorkingCopySamples.STATE_KEY)
        .map(tree -> tree.root());
  }

  @Test
  void aLogWithoutAMagicGrowsOnAndStaysReadable() throws Exception {
    Files.write(folder.resolve("leaves"), WITHOUT_MAGIC.read("leaves"));
    Files.write(folder.resolve("leaves-log"), WITHOUT_MAGIC.read("leaves-log"));
    var next = WorkingCopySamples.newestTree();
    next.set(1, WorkingCopySamples.digest("page 1 of 10"));
    new PageHashesFile(folder)
        .append(10, next, Map.of(1L, WorkingCopySamples.digest("page 1 of 10")));

    assertThat(rootOf(10)).contains(next.root());
  }

  @ParameterizedTest
  @EnumSource
  void pageHashesOfALaterAndAnEarlierFormatAreToldFromDamage(Hashes kind) throws Exception {
    for (Hashes one : Hashes.values()) {
      Files.write(folder.resolve(one.file), WITH_MAGIC.read(one.file));
    }
    byte[] bytes = WITH_MAGIC.read(kind.file);
    Files.write(folder.resolve(kind.file), withFormat(bytes, kind.headBytes, 77));
    assertThatThrownBy(() -> rootOf(WorkingCopySamples.NEWEST))
        .isInstanceOf(FormatTooNewException.class);
    Files.write(folder.resolve(kind.file), withFormat(bytes, kind.headBytes, 1));
    assertThatThrownBy(() -> rootOf(WorkingCopySamples.NEWEST))
        .isInstanceOf(FormatTooOldException.class);
  }

  private static byte[] withFormat(byte[] file, int headBytes, int format) {
    byte[] changed = file.clone();
    byte[] head = withFormat(Arrays.copyOf(file, headBytes), format);
    System.arraycopy(head, 0, changed, 0, headBytes);
    return changed;
  }

  /** The two files of page hashes. */
  private enum Hashes {
    BASE("leaves", 50),
    LOG("leaves-log", 42);

    private final String file;
    private final int headBytes;

    Hashes(String file, int headBytes) {
      this.file = file;
      this.headBytes = headBytes;
    }
  }

  /** Lost is no failure: they are made anew. Wrong ones would hide a change. */
  @ParameterizedTest
  @EnumSource
  void damagedPageHashesAreRightOrLost(Hashes kind) throws Exception {
    Digest expected = WorkingCopySamples.newestTree().root();
    for (GoldenFolder golden : List.of(WITHOUT_MAGIC, WITH_MAGIC)) {
      byte[] bytes = golden.read(kind.file);
      for (int at = 0; at < bytes.length; at++) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (at % 2 == 0 ? 0x01 : 0x80);
        for (byte[] damaged : new byte[][] {flipped, Arrays.copyOf(bytes, at)}) {
          for (Hashes one : Hashes.values()) {
            Files.write(folder.resolve(one.file), golden.read(one.file));
          }
          Files.write(folder.resolve(kind.file), damaged);
          assertThat(rootOf(WorkingCopySamples.NEWEST).orElse(expected))
              .as("%s, byte %s", kind.file, at)
              .isEqualTo(expected);
        }
      }
    }
  }

  /** Writes the samples of this release's formats; what is there is left alone. */
  public static void main(String[] arguments) throws Exception {
    Path written = Files.createTempDirectory("inft-golden-");
    WorkingCopySamples.write(written);
    for (String file : WorkingCopySamples.FILES) {
      GoldenFolder golden = List.of("state", "settling").contains(file) ? WITH_INLINED : WITH_MAGIC;
      golden.write(file, Files.readAllBytes(written.resolve(file)));
    }
  }
}

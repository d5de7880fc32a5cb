package io.inft.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.GoldenFolder;
import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.EventBatch;
import io.inft.commit.SealedManifest;
import io.inft.commit.TransactionLog;
import io.inft.failure.InftException;
import io.inft.pack.PackReader;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Padding;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What comes from others costs in proportion to its bytes, whatever numbers stand in it: each
 * decoder reads its samples with every run of bytes in turn set to the largest number there is, and
 * never takes more of the heap than its row allows.
 */
class ProportionalCostTest {
  private static final StateKey STATE_KEY = new StateKey(StateRoot.NEWEST, Blob.of(new byte[32]));
  private static final DataKey KEY = DataKey.of(new byte[32]);
  private static final ObjectLabel LABEL =
      new ObjectLabel(Digest.ZERO, 1, 1, SealedType.MANIFEST, 0);

  private static final CommitObject SECOND = second();

  private static CommitObject second() {
    try {
      return CommitObject.parse(new GoldenFolder("commit").read("compact-2.commit"));
    } catch (InftException e) {
      throw new IllegalStateException("every build reads the golden files", e);
    }
  }

  /** A decoder, its samples, and what it may take: so much, and so much more for each byte. */
  enum Format {
    COMMIT_OBJECT("commit", ".commit", 1 << 20, 100, CommitObject::parse),
    MANIFEST("commit", "manifest.plain", 16 << 10, 100, Format::manifest),
    // Events may ride in it, see below.
    COMPACT_MANIFEST("commit", ".manifest", 64 << 10, 4 * 1032, Format::manifest),
    SQL_LOG("commit", "sql-log.plain", 16 << 10, 100, TransactionLog::parse),
    // Deflate makes at most 1032 bytes of one, which then are text, encoded and hashed.
    EVENT_BATCH("commit", ".batch", 64 << 10, 4 * 1032, EventBatch::parse),
    KEYRING("keyring", ".keyring", 64 << 10, 100, bytes -> Keyring.parse(bytes, Digest.ZERO)),
    // An entry of 36 bytes stands for a page of at most 64 KiB.
    PACK("pack", ".pack", 1 << 20, 2 * 65536 / 36, Format::pack),
    // A leaf of 32 bytes stands for one, and a directory is no longer than its pack and 4 KiB.
    DIRECTORY_PACK("pack-3", ".pack", 1 << 20, 2 * 65536 / 32, Format::pack),
    PAGE_TREE(
        "pack",
        ".tree",
        64 << 10,
        100,
        bytes -> StateTree.readFrom(new ByteArrayInputStream(bytes), STATE_KEY)),
    SEALED_OBJECT("seal", ".sealed", 64 << 10, 100, Format::sealed);

    private final String folder;
    private final String suffix;
    private final long constantBytes;
    private final long perByte;

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without captured state
    private final Inflated.Decoder decoder;

    Format(
        String folder, String suffix, long constantBytes, long perByte, Inflated.Decoder decoder) {
      this.folder = folder;
      this.suffix = suffix;
      this.constantBytes = constantBytes;
      this.perByte = perByte;
      this.decoder = decoder;
    }

    private static void manifest(byte[] bytes) throws Exception {
      SealedManifest.parse(bytes, SECOND.body());
    }

    private static void pack(byte[] bytes) throws Exception {
      PackReader pack = PackReader.open(ByteSource.of(bytes), STATE_KEY);
      for (int block = 0; block < pack.blocks(); block++) {
        pack.block(block, number -> new byte[pack.header().pageSize()], (entry, content) -> {});
      }
    }

    private static void sealed(byte[] bytes) throws Exception {
      Seal.open(KEY, LABEL, ByteSource.of(bytes)).readAll(EventBatch.MAX_BYTES);
    }
  }

  private static List<byte[]> samples(Format format) throws Exception {
    return format == Format.SEALED_OBJECT
        ? List.of(Seal.seal(KEY, LABEL, new byte[900], Padding.NONE, new SeededRandom(7)))
        : GoldenFolder.files(format.folder, format.suffix);
  }

  /** A pack's index is believed when its hash is right, so that is made right. */
  private static byte[] rehashed(byte[] pack, int indexAt) {
    int counts = pack.length - 40;
    Digest hash =
        Digest.sha256(
            Arrays.copyOfRange(pack, 0, 33), Arrays.copyOfRange(pack, indexAt, counts + 8));
    byte[] made = pack.clone();
    System.arraycopy(hash.toBytes(), 0, made, pack.length - 32, 32);
    return made;
  }

  /** The same for a directory. */
  private static byte[] withDirectory(byte[] sample, byte[] pack) {
    int stored = ByteBuffer.wrap(sample, sample.length - 37, 4).getInt();
    int from = sample.length - 37 - stored;
    Digest hash =
        Digest.sha256(
            Arrays.copyOfRange(sample, 0, 10), Arrays.copyOfRange(pack, from, pack.length - 32));
    byte[] made = pack.clone();
    System.arraycopy(hash.toBytes(), 0, made, pack.length - 32, 32);
    return made;
  }

  private static byte[] repaired(Format format, byte[] sample, byte[] bytes) {
    if (format == Format.DIRECTORY_PACK) {
      return withDirectory(sample, bytes);
    }
    return format == Format.PACK ? rehashed(bytes, indexAt(sample)) : bytes;
  }

  private static int indexAt(byte[] pack) {
    ByteBuffer footer = ByteBuffer.wrap(pack, pack.length - 40, 8);
    int entry = (pack[11] & 1) == 1 ? 45 : 36;
    return pack.length - 40 - footer.getInt() * 6 - footer.getInt() * entry;
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void takesInProportionToItsBytes(Format format) throws Exception {
    List<byte[]> samples = samples(format);
    assertThat(samples).isNotEmpty();
    for (byte[] sample : samples) {
      Inflated.of(format.name(), sample)
          .looks(format == Format.COMMIT_OBJECT ? 60 : 500)
          .repaired(bytes -> repaired(format, sample, bytes))
          .costAtMost(format.constantBytes, format.perByte, format.decoder);
    }
  }

  @Test
  void theMeasureSeesWhatIsAllocated() {
    assertThat(Allocated.by(ProportionalCostTest::allocateTenMebibytes)).isGreaterThan(10 << 20);
    assertThat(Allocated.byAllThreads(ProportionalCostTest::allocateTenMebibytes))
        .isGreaterThan(10 << 20);
  }

  private static void allocateTenMebibytes() {
    assertThat(new byte[10 << 20]).hasSize(10 << 20);
  }
}

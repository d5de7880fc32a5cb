package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.GoldenFolder;
import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ChecksummedBytes;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file under {@code golden/transaction}: what this release wrote, every later one must read.
 */
class FileJournalGoldenTest {
  private static final GoldenFolder GOLDEN = new GoldenFolder("transaction");
  private static final SignedTransaction SAMPLE =
      new SignedTransaction(
          "anchor golden 7",
          16602,
          Address.parse("0x" + "ab".repeat(20)),
          41,
          Digest.sha256("hash".getBytes(StandardCharsets.UTF_8)),
          Blob.of("signed bytes".getBytes(StandardCharsets.UTF_8)),
          new Fees(BigInteger.valueOf(4_000_000_000L), Optional.of(BigInteger.TWO)),
          1);
  private static final int FORMAT_OFFSET = 7;

  @TempDir Path folder;

  private List<SignedTransaction> read(byte[] bytes) throws Exception {
    Files.write(folder.resolve("41-x.tx"), bytes);
    return FileJournal.open(folder).all();
  }

  private static byte[] written(Path folder) throws Exception {
    FileJournal.open(folder).remember(SAMPLE);
    return Files.readAllBytes(folder.resolve("41-" + SAMPLE.hash().hex() + ".tx"));
  }

  @Test
  void theTransactionStillOpensAndIsStillWrittenByteForByte() throws Exception {
    assertThat(read(GOLDEN.read("fee.tx"))).containsExactly(SAMPLE);
    assertThat(written(folder.resolve("anew"))).isEqualTo(GOLDEN.read("fee.tx"));
  }

  @Test
  void aLaterFormatIsToldFromDamage() throws Exception {
    byte[] bytes = GOLDEN.read("fee.tx");
    byte[] content = Arrays.copyOf(bytes, bytes.length - Digest.BYTES);
    content[FORMAT_OFFSET] = 9;

    assertThatThrownBy(() -> read(ChecksummedBytes.wrap(content)))
        .isInstanceOf(FormatTooNewException.class)
        .hasMessageContaining("format 9");
  }

  @Test
  void everyFlippedByteAndEveryCutIsDamage() throws Exception {
    byte[] bytes = GOLDEN.read("fee.tx");
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (at % 2 == 0 ? 0x01 : 0x80);
      for (byte[] damaged : List.of(flipped, Arrays.copyOf(bytes, at))) {
        assertThatThrownBy(() -> read(damaged))
            .as("byte %s", at)
            .isInstanceOf(CorruptObjectException.class);
      }
    }
  }

  /** Writes the sample; what is there is left alone. */
  public static void main(String[] arguments) throws Exception {
    GOLDEN.write("fee.tx", written(Files.createTempDirectory("inft-golden-")));
  }
}

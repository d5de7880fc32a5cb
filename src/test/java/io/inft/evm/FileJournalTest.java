package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.faults.FaultyFiles;
import io.inft.faults.PowerCut;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
  private static final SignedTransaction TRANSACTION =
      new SignedTransaction(
          "p",
          1,
          Address.ZERO,
          3,
          Digest.ZERO,
          Blob.of(new byte[10]),
          new Fees(BigInteger.TEN, Optional.empty()),
          0);

  @TempDir Path folder;

  @Test
  void aDamagedJournalIsRefused() throws Exception {
    FileJournal journal = FileJournal.open(folder);
    journal.remember(TRANSACTION);
    assertThat(journal.all()).containsExactly(TRANSACTION);
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.filter(path -> path.toString().endsWith(".tx")).findFirst().orElseThrow();
    }
    byte[] content = Files.readAllBytes(file);
    content[20] ^= 1;
    Files.write(file, content);

    assertThatThrownBy(journal::all).isInstanceOf(CorruptObjectException.class);
  }

  /** It is sent after this: one that is sent and not known would be paid for twice. */
  @Test
  void whatIsRememberedIsThereAfterAPowerCut() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    PowerCut power = new PowerCut(disk, Files.createDirectory(folder.resolve("beside")));
    FaultyFiles files = FaultyFiles.over(disk.getFileSystem());
    files.hook(power);
    FileJournal.open(files.path(disk.resolve("home/journal"))).remember(TRANSACTION);

    Path after = folder.resolve("after");
    power.image(after, Optional.of(PowerCut.Loss.ALL), new Random(0));
    assertThat(FileJournal.open(after.resolve("home/journal")).all()).containsExactly(TRANSACTION);
  }
}

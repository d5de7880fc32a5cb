package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.LocalStorageException;
import io.inft.faults.FaultyFiles;
import io.inft.faults.PowerCut;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  @Test
  void whoIsLockedOutByAnotherCopyOfTheDriverWaitsAndCanBeInterrupted() throws Exception {
    FileJournal journal = FileJournal.open(folder);
    try (FileChannel other =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = other.lock()) { // seen as from another class loader
      assertThat(held.isValid()).isTrue();
      Thread.currentThread().interrupt();
      assertThatThrownBy(journal::lock)
          .isInstanceOf(LocalStorageException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      FutureTask<Boolean> waiting =
          new FutureTask<>(
              () -> {
                journal.lock().close();
                return true;
              });
      new Thread(waiting).start();
      assertThatThrownBy(() -> waiting.get(50, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      held.release();
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void nothingIsKeptOfALockThatNobodyWants() throws Exception {
    FileJournal journal = FileJournal.open(folder);
    FutureTask<Boolean> second =
        new FutureTask<>(
            () -> {
              try (TransactionJournal.Lock lock = FileJournal.open(folder).lock()) {
                return lock != null && journal.isWanted();
              }
            });
    try (TransactionJournal.Lock lock = journal.lock()) {
      assertThat(lock).isNotNull();
      new Thread(second, "second").start();
      assertThatThrownBy(() -> second.get(50, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      assertThat(journal.isWanted()).isTrue();
    }
    assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(journal.isWanted()).isFalse();
    Path taken = Files.createDirectory(folder.resolve("lock.taken"));
    Files.delete(folder.resolve("lock"));
    Files.move(taken, folder.resolve("lock"));
    assertThatThrownBy(journal::lock).isInstanceOf(LocalStorageException.class);
    assertThat(journal.isWanted()).isFalse();
  }
}

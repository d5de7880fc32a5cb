package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.ForeignChangeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameFilesTest {
  @TempDir Path folder;

  private Path database;
  private SameFiles files;

  @BeforeEach
  void begin() throws Exception {
    database = Files.createFile(folder.resolve("database.sqlite"));
    Files.createFile(WorkingFiles.logOf(database));
    Files.createFile(WorkingFiles.indexOf(database));
    files = SameFiles.of(database);
  }

  @ParameterizedTest
  @CsvSource({
    "database.sqlite, it",
    "database.sqlite-wal, its write-ahead log",
    "database.sqlite-shm, the index of its write-ahead log"
  })
  void eachFileThatIsDeletedOrReplacedIsNamed(String name, String what) throws Exception {
    Path file = folder.resolve(name);
    Path another = Files.createFile(folder.resolve("another"));
    Files.move(another, file, StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(files::require)
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining(what + " was replaced");

    Files.delete(file);
    assertThatThrownBy(files::require)
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining(what + " was deleted");
    assertThat(files.isDatabaseAtItsPath()).isEqualTo(!name.equals("database.sqlite"));
  }

  @Test
  void whatIsWrittenIntoThemChangesNothing() throws Exception {
    Files.write(database, new byte[100]);
    Files.write(WorkingFiles.logOf(database), new byte[100]);

    assertThatCode(files::require).doesNotThrowAnyException();
    assertThat(files.isDatabaseAtItsPath()).isTrue();
  }

  /** A log comes and goes with checkpoints of an engine that has not opened it yet. */
  @Test
  void aFileThatWasNotThereIsNotAskedFor() throws Exception {
    Path other = Files.createFile(folder.resolve("other.sqlite"));
    SameFiles alone = SameFiles.of(other);
    Files.createFile(WorkingFiles.logOf(other));

    assertThatCode(alone::require).doesNotThrowAnyException();
  }
}

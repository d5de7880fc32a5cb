package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMarkTest {
  @TempDir Path folder;

  @Test
  void aFileThatIsLongerOrWasWrittenLaterIsMarkedOtherwise() throws Exception {
    Path file = folder.resolve("file");
    FileMark absent = FileMark.of(file);
    assertThat(absent).isEqualTo(new FileMark(-1, 0));

    Files.write(file, new byte[3]);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_800_000_000, 5000)));
    FileMark first = FileMark.of(file);
    assertThat(first).isEqualTo(FileMark.of(file)).isNotEqualTo(absent);
    assertThat(first.sizeBytes()).isEqualTo(3);

    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_800_000_000, 6000)));
    assertThat(FileMark.of(file)).isNotEqualTo(first);
    Files.write(file, new byte[4]);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_800_000_000, 5000)));
    assertThat(FileMark.of(file)).isNotEqualTo(first);
  }
}

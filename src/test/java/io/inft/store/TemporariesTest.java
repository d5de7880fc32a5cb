package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporariesTest {
  @TempDir Path folder;

  private static long count(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private static Temporaries made(Path folder) throws InftException {
    Temporaries files = Temporaries.at(folder);
    files.make();
    return files;
  }

  @Test
  void clearsWhatADeadProcessLeftAndNothingElse() throws Exception {
    Path tmp = Files.createDirectory(folder.resolve("tmp"));
    Path old = Files.createFile(tmp.resolve("old.tmp"));
    Path fresh = Files.createFile(tmp.resolve("fresh.tmp"));
    Path other = Files.createFile(tmp.resolve("notes"));
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    Files.setLastModifiedTime(old, longAgo);
    Files.setLastModifiedTime(other, longAgo);

    made(tmp);

    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
    assertThat(other).exists();
  }

  @Test
  void theFirstOfTwoHasTheName() throws Exception {
    Temporaries files = made(folder.resolve("tmp"));
    Path target = folder.resolve("target");

    assertThat(files.publish(files.write(new byte[] {1}), target)).isTrue();
    assertThat(files.publish(files.write(new byte[] {2}), target)).isFalse();

    assertThat(target).hasBinaryContent(new byte[] {1});
    assertThat(count(folder.resolve("tmp"))).isZero();
  }

  @Test
  void whatIsNoFileOfOursIsNotTouched() throws Exception {
    Temporaries files = made(folder.resolve("tmp"));
    Path target = Files.createDirectory(folder.resolve("target"));

    assertThatThrownBy(() -> files.publish(files.write(new byte[1]), target))
        .isInstanceOf(ForeignFileException.class);
    assertThatThrownBy(() -> files.replace(files.write(new byte[1]), target))
        .isInstanceOf(ForeignFileException.class);
    assertThat(target).isEmptyDirectory();
    Path file = Files.createFile(folder.resolve("a file"));
    assertThatThrownBy(() -> made(file.resolve("tmp"))).isInstanceOf(ForeignFileException.class);
  }
}

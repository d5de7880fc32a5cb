package io.inft.jdbc.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.FaultyFiles;
import io.inft.faults.PowerCut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir Path folder;

  /** Data may have been sealed with it by then: nobody else has this key. */
  @Test
  void aKeyThatWasMadeIsThereAfterAPowerCut() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    PowerCut power = new PowerCut(disk, Files.createDirectory(folder.resolve("beside")));
    FaultyFiles files = FaultyFiles.over(disk.getFileSystem());
    files.hook(power);
    assertThat(SecretFile.create(files.path(disk.resolve("a/b/key")), "first")).isTrue();
    assertThat(SecretFile.create(files.path(disk.resolve("a/b/key")), "second")).isFalse();

    Path after = folder.resolve("after");
    power.image(after, Optional.of(PowerCut.Loss.ALL), new Random(0));
    assertThat(SecretFile.read(after.resolve("a/b/key"), "key")).isEqualTo("first");
    assertThat(SecretFile.warning(after.resolve("a/b/key"), "key")).isEmpty();
  }
}

package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed process left in the clear is swept, what a living one uses is not. */
class ScratchTest {
  private static final Duration LATER = Duration.ofHours(1);

  @TempDir Path place;

  @Test
  void isForItsOwnerAndGoneWhenItIsClosed() throws Exception {
    Path folder;
    try (Scratch scratch = Scratch.in(place, "push")) {
      folder = scratch.folder();
      Files.writeString(scratch.file("image.sqlite"), "in the clear");
      Files.writeString(scratch.file("image.sqlite-wal"), "in the clear");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void whatAKilledProcessLeftIsSwept() throws Exception {
    Path left = Files.createDirectory(place.resolve("inft-scratch-push-1"));
    Files.writeString(left.resolve("lock"), "");
    Files.writeString(left.resolve("image.sqlite"), "in the clear");
    Path early = Files.createDirectory(place.resolve("inft-scratch-verify-2"));
    Path other = Files.createDirectory(place.resolve("notes"));

    Scratch.sweep(place, Instant.now());
    assertThat(left).as("may be about to be locked").exists();
    Scratch.sweep(place, Instant.now().plus(LATER));

    assertThat(left).doesNotExist();
    assertThat(early).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void whatALivingProcessUsesIsLeftAlone() throws Exception {
    try (Scratch scratch = Scratch.in(place, "push")) {
      Files.writeString(scratch.file("image.sqlite"), "in use");
      Scratch.sweep(place, Instant.now().plus(LATER));
      assertThat(scratch.file("image.sqlite")).exists();
    }
  }

  @Test
  void aPlaceThatIsNotThereNeedsNoSweeping() {
    Scratch.sweep(place.resolve("nowhere"));
    assertThat(place.resolve("nowhere")).doesNotExist();
  }
}

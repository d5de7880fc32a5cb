package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
  void whatIsMadeInItIsForItsOwnerToo() throws Exception {
    try (Scratch scratch = Scratch.in(place, "push")) {
      Path image = scratch.make("image.sqlite");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(image)))
          .isEqualTo("rw-------");
      assertThat(image).isEmptyFile();
    }
  }

  /** Makes one, and waits to be killed. */
  static final class Killed {
    public static void main(String[] args) throws Exception {
      try (Scratch scratch = Scratch.in(Path.of(args[0]), "push")) {
        Files.writeString(scratch.make("image.sqlite"), "in the clear");
        System.out.println("made " + scratch.folder());
        System.in.read();
      }
    }
  }

  @Test
  void killedMeansSweptAndAliveMeansNot() throws Exception {
    Path folder;
    try (ChildJvm child = ChildJvm.start(List.of(), Killed.class, place.toString())) {
      folder = Path.of(child.awaitLine("made"));
      Scratch.sweep(place, Instant.now().plus(LATER));
      assertThat(folder.resolve("image.sqlite")).exists();
      child.kill();
    }
    assertThat(folder.resolve("image.sqlite")).exists();
    Scratch.sweep(place, Instant.now().plus(LATER));
    assertThat(folder).doesNotExist();
  }

  @Test
  void whatEarlierBuildsLeftIsSweptAfterADay() throws Exception {
    String number = "1234567890123456789";
    List<Path> ours = new ArrayList<>();
    for (String name :
        List.of(
            "push-%s.sqlite",
            "push-%s.sqlite-wal",
            "fork-%s.sqlite",
            "verify-%s.sqlite-shm",
            "inft-deserialize-%s.db")) {
      ours.add(Files.writeString(place.resolve(name.replace("%s", number)), "in the clear"));
    }
    Path trial = Files.createDirectory(place.resolve("doctor-" + number));
    Files.writeString(trial.resolve("database.sqlite"), "in the clear");
    ours.add(trial);
    List<Path> others = new ArrayList<>();
    for (String name : List.of("push-%s.txt", "push-2026.sqlite", "verify-me.sqlite", "my-%s")) {
      others.add(Files.writeString(place.resolve(name.replace("%s", number)), "a person's"));
    }
    Scratch.sweepHome(place, Instant.now().plus(LATER));
    assertThat(ours).allSatisfy(path -> assertThat(path).exists());
    Scratch.sweepHome(place, Instant.now().plus(Duration.ofDays(2)));
    assertThat(ours).allSatisfy(path -> assertThat(path).doesNotExist());
    assertThat(others).allSatisfy(path -> assertThat(path).exists());
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

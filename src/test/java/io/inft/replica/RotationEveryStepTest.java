package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.DurableFiles;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.faults.FaultyFiles;
import io.inft.faults.InMemory;
import io.inft.faults.PowerCut;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.RotationTest;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process dies, or the power goes, before each single step by which a changed keyring changes the
 * disk, here and on the embedded network. What is on the disk at that moment is copied. Whoever
 * finds the copy opens it with the old secret or with the new one, and whichever he tries first:
 * never with neither.
 */
public class RotationEveryStepTest {
  private static final String ID = "steps";
  private static final int OLD = 0;
  private static final int NEW = 1;

  @TempDir(factory = InMemory.class)
  Path folder;

  /** What a process that died left. */
  private record Image(Path folder, String step, boolean told) {
    @Override
    public String toString() {
      return step + " in " + folder.getFileName();
    }
  }

  /** What the process is doing that dies. */
  enum Story {
    REPLACE,
    NEW_EPOCH,
    NEW_EPOCH_WITHOUT_LINK
  }

  private final List<Image> images = new ArrayList<>();
  private volatile boolean told;

  @ParameterizedTest
  @EnumSource(names = {"REPLACE", "NEW_EPOCH"})
  void mayDieBeforeEveryFifthStep(Story story) throws Exception {
    tell(story, 5, Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(names = {"REPLACE", "NEW_EPOCH"})
  void powerMayGoBeforeEveryTenthStep(Story story) throws Exception {
    tell(story, 10, Optional.of(PowerCut.Loss.ALL));
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource
  void mayDieBeforeEachStep(Story story) throws Exception {
    tell(story, 1, Optional.empty());
  }

  @Tag("heavy")
  @ParameterizedTest
  @MethodSource("storiesAndLosses")
  void powerMayGoBeforeEachStep(Story story, PowerCut.Loss loss) throws Exception {
    tell(story, 1, Optional.of(loss));
  }

  static List<Arguments> storiesAndLosses() {
    return Stream.of(Story.values())
        .flatMap(story -> Stream.of(PowerCut.Loss.values()).map(loss -> Arguments.of(story, loss)))
        .toList();
  }

  private static KeyChange change(Story story) {
    var slot = RotationTest.slot(RotationTest.key(NEW));
    return switch (story) {
      case REPLACE -> new KeyChange.Replace(slot);
      case NEW_EPOCH -> new KeyChange.NewEpoch(List.of(slot), true);
      case NEW_EPOCH_WITHOUT_LINK -> new KeyChange.NewEpoch(List.of(slot), false);
    };
  }

  private void tell(Story story, int each, Optional<PowerCut.Loss> loss) throws Exception {
    Path origin = Files.createDirectories(folder.resolve("origin"));
    try (World world = new World(origin);
        World.Desk desk = world.open("here", ID)) {
      desk.run("CREATE TABLE t(n INTEGER, filler BLOB)");
      desk.run("INSERT INTO t VALUES (1, randomblob(90000))");
      desk.session.sync(RotationTest.PATIENCE);
    }
    FaultyFiles files = FaultyFiles.over(FileSystems.getDefault());
    try (World world = new World(files.path(origin));
        World.Desk desk = world.open("here", ID)) {
      desk.run("INSERT INTO t VALUES (2, randomblob(100))");
      desk.session.sync(RotationTest.PATIENCE);
      PowerCut disk = new PowerCut(origin, Files.createDirectories(folder.resolve("beside")));
      files.hook(
          disk.after(
              (step, path) -> {
                // A killed process leaves the same before and after.
                if (step != FaultyFiles.Step.FORCE || loss.isPresent()) {
                  copy(disk, loss, step + " " + origin.relativize(Path.of(path.toString())));
                }
              }));
      desk.session.rotate(change(story));
      told = true;
      copy(disk, loss, "the end");
      files.unhook();
    }
    assertThat(images).hasSizeGreaterThan(15);
    Set<String> outcomes = new TreeSet<>();
    for (int i = 0; i < images.size(); i++) {
      if (i % each == 0 || i == images.size() - 1) {
        outcomes.add(check(images.get(i), OLD, NEW));
        outcomes.add(check(images.get(i), NEW, OLD));
      }
      DurableFiles.deleteTree(images.get(i).folder());
    }
    assertThat(outcomes).as("secrets that went on").containsExactly("0", "1");
  }

  private synchronized void copy(PowerCut disk, Optional<PowerCut.Loss> loss, String step)
      throws IOException {
    Path image = folder.resolve("image" + images.size());
    disk.image(image, loss, new Random(images.size()));
    images.add(new Image(image, step, told));
  }

  /** Opens a copy of the image with the one secret or the other; says which it was. */
  private String check(Image image, int first, int second) throws Exception {
    Path copy = folder.resolve("copy");
    PowerCut.copy(image.folder(), copy);
    String what = "died before " + image + ", trying secret " + first + " first";
    try (World world = new World(copy)) {
      int elsewhere = opens(world, "fresh", what, first, second);
      int here = opens(world, "here", what, first, second);
      if (image.told()) {
        assertThat(here).as(what).isEqualTo(NEW);
      }
      if (elsewhere == NEW) {
        assertThat(here).as("the registry's keyring counts, " + what).isEqualTo(NEW);
      }
      assertThat(opens(world, "last", what, here)).as(what).isEqualTo(here);
      return Integer.toString(here);
    } finally {
      DurableFiles.deleteTree(copy);
    }
  }

  private static int opens(World world, String machine, String what, int... secrets)
      throws Exception {
    Exception refused = null;
    for (int secret : secrets) {
      EngineSettings settings =
          World.withSecret(world.settings(machine, ID), Optional.of(RotationTest.key(secret)));
      try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
        assertThat(desk.ask("SELECT group_concat(n) FROM t")).as(what).startsWith("1,2");
        assertThat(desk.ask("PRAGMA integrity_check")).as(what).isEqualTo("ok");
        if (machine.equals("here")) {
          desk.run("INSERT INTO t VALUES (3, NULL)");
          desk.session.sync(RotationTest.PATIENCE);
        }
        return secret;
      } catch (WrongKeyException | NoSlotException e) {
        refused = e;
      }
    }
    throw new AssertionError("neither secret opens " + machine + ", " + what, refused);
  }
}

package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Inlining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** Whoever changes what is stored gets a typed failure out of the driver, never other data. */
class TamperTest {
  private static final long SEED = 20261123;

  @TempDir Path folder;

  private World world;
  private String id = "db";
  private List<String> expected;
  private int looks;

  @BeforeEach
  void publishThreeVersions() throws Exception {
    world = new World(folder);
    publishThreeVersions(world.settings("laptop", id));
  }

  /** Versions 2 to 4 are in an archive, 6 to 8 went along with their anchors and are in none. */
  private void publishInlinedOnes() throws Exception {
    world.inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    id = "small";
    EngineSettings settings =
        World.withCadence(
            world.settings("laptop", id),
            Duration.ofHours(1),
            1000,
            Duration.ofHours(1),
            Cadence.OnLag.WARN);
    try (World.Desk desk = world.open(World.closingAtOnce(settings))) {
      desk.run("CREATE TABLE first(x)");
      desk.session.sync(Duration.ofSeconds(30));
    }
    publishThreeVersions(settings);
    try (World.Desk desk = world.open(World.closingAtOnce(settings))) {
      for (int version = 6; version <= 8; version++) {
        desk.run("INSERT INTO t(text) VALUES ('row " + version + "')");
        desk.session.sync(Duration.ofSeconds(30));
      }
      expected = Dump.of(desk.connection);
    }
    List<Anchored> all = world.network().registry().history(DatabaseId.parse(id), 1, 9);
    assertThat(all)
        .extracting(Anchored::inlined)
        .containsExactly(false, true, true, true, false, true, true, true);
  }

  private void publishThreeVersions(EngineSettings settings) throws Exception {
    try (World.Desk desk = world.open(settings)) {
      desk.run("CREATE TABLE t(id INTEGER PRIMARY KEY, text TEXT)");
      for (int version = 0; version < 3; version++) {
        for (int i = 0; i < 20; i++) {
          desk.run("INSERT INTO t(text) VALUES ('row " + version + " " + i + "')");
        }
        desk.session.sync(Duration.ofSeconds(30));
      }
      expected = Dump.of(desk.connection);
    }
  }

  /** What a machine that has never seen the database gets. */
  private List<String> look() throws Exception {
    String machine = "look" + looks++;
    EngineSettings settings = World.readOnly(world.settings(machine, id));
    try (Session session = Engines.open(settings, world.network());
        Connection connection =
            new JDBC().connect("jdbc:sqlite:" + session.databaseFile(), new Properties())) {
      return Dump.of(connection);
    } finally {
      DurableFiles.deleteTree(folder.resolve(machine));
    }
  }

  private List<Path> files(String part) throws IOException {
    try (Stream<Path> tree = Files.walk(folder.resolve("network").resolve(part))) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void expectFailureOrTheSame(String what) {
    List<String> found;
    try {
      found = look();
    } catch (InftException typed) {
      return;
    } catch (Exception other) {
      throw new AssertionError(what + " must fail in a typed way", other);
    }
    assertThat(found).as(what).isEqualTo(expected);
  }

  private void flip(Path file, byte[] original, int offset, int bit) throws IOException {
    byte[] changed = original.clone();
    changed[offset] ^= (byte) (1 << bit);
    Files.write(file, changed);
    expectFailureOrTheSame("bit " + bit + " of byte " + offset + " flipped in " + file);
    Files.write(file, original);
  }

  @Test
  void seededFlipsAnywhereInTheStoreGiveATypedFailureOrTheSameData() throws Exception {
    Random random = new Random(SEED);
    List<Path> files = files("store");
    for (int i = 0; i < 600; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] original = Files.readAllBytes(file);
      if (original.length > 0) {
        flip(file, original, random.nextInt(original.length), random.nextInt(8));
      }
    }
    assertThat(look()).as("no false alarm afterwards").isEqualTo(expected);
  }

  @Test
  void seededFlipsAnywhereInTheRegistryGiveATypedFailureOrTheSameData() throws Exception {
    Random random = new Random(SEED + 1);
    List<Path> files = files("registry");
    for (int i = 0; i < 300; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] original = Files.readAllBytes(file);
      if (original.length > 0) {
        flip(file, original, random.nextInt(original.length), random.nextInt(8));
      }
    }
    assertThat(look()).as("no false alarm afterwards").isEqualTo(expected);
  }

  /** What the registry keeps of inlined versions, and what carries them. */
  @Test
  void seededFlipsInInlinedVersionsGiveATypedFailureOrTheSameData() throws Exception {
    List<Path> before = new ArrayList<>(files("store"));
    before.addAll(files("registry"));
    publishInlinedOnes();
    List<Path> files = new ArrayList<>(files("store"));
    files.addAll(files("registry"));
    files.removeAll(before);
    Random random = new Random(SEED + 2);
    for (int i = 0; i < 150; i++) {
      Path file = files.get(random.nextInt(files.size()));
      byte[] original = Files.readAllBytes(file);
      if (original.length > 0) {
        flip(file, original, random.nextInt(original.length), random.nextInt(8));
      }
    }
    assertThat(look()).as("no false alarm afterwards").isEqualTo(expected);
  }

  @Tag("heavy")
  @Test
  void everyByteOfInlinedVersionsGivesATypedFailureOrTheSameData() throws Exception {
    List<Path> before = new ArrayList<>(files("store"));
    before.addAll(files("registry"));
    publishInlinedOnes();
    List<Path> files = new ArrayList<>(files("store"));
    files.addAll(files("registry"));
    files.removeAll(before);
    for (Path file : files) {
      byte[] original = Files.readAllBytes(file);
      for (int offset = 0; offset < original.length; offset++) {
        flip(file, original, offset, offset % 8);
      }
    }
  }

  @Tag("heavy")
  @Test
  void everyByteOfTheStoreGivesATypedFailureOrTheSameData() throws Exception {
    for (Path file : files("store")) {
      byte[] original = Files.readAllBytes(file);
      for (int offset = 0; offset < original.length; offset++) {
        flip(file, original, offset, offset % 8);
      }
    }
  }

  @Test
  void aPackThatTheStoreChangedIsTheStoresFaultAndSaysWhere() throws Exception {
    try (World.Desk desk = world.open("laptop", "large")) {
      desk.run("CREATE TABLE t AS SELECT randomblob(400000) AS x");
      desk.session.sync(Duration.ofSeconds(30));
    }
    Path pack = files("store").stream().max(Comparator.comparingLong(this::size)).orElseThrow();
    byte[] changed = Files.readAllBytes(pack);
    changed[changed.length / 2] ^= 1;
    Files.write(pack, changed);

    EngineSettings settings = World.readOnly(world.settings("elsewhere", "large"));
    assertThatThrownBy(() -> Engines.open(settings, world.network()))
        .hasCauseInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("segment 0 of " + pack);
  }

  private long size(Path file) {
    return file.toFile().length();
  }

  @Test
  void truncatedExtendedSwappedAndMissingObjectsAreTypedFailures() throws Exception {
    List<Path> files = files("store");
    for (Path file : files) {
      byte[] original = Files.readAllBytes(file);
      for (int length : new int[] {0, 1, original.length / 2, original.length - 1}) {
        Files.write(file, Arrays.copyOf(original, Math.max(0, length)));
        expectFailureOrTheSame(file + " cut to " + length);
      }
      Files.write(file, Arrays.copyOf(original, original.length + 1));
      expectFailureOrTheSame(file + " with a byte more");
      Files.write(file, original);
    }
    for (int i = 0; i + 1 < files.size(); i++) {
      byte[] first = Files.readAllBytes(files.get(i));
      byte[] second = Files.readAllBytes(files.get(i + 1));
      Files.write(files.get(i), second);
      Files.write(files.get(i + 1), first);
      expectFailureOrTheSame(files.get(i) + " and its neighbour swapped");
      Files.write(files.get(i), first);
      Files.write(files.get(i + 1), second);
    }
    List<Path> kept = new ArrayList<>();
    for (Path file : files) {
      Path aside = folder.resolve("aside" + kept.size());
      Files.move(file, aside);
      kept.add(aside);
    }
    assertThatThrownBy(this::look).isInstanceOf(InftException.class);
    for (int i = 0; i < files.size(); i++) {
      Files.move(kept.get(i), files.get(i), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(look()).isEqualTo(expected);
  }

  @Test
  void aHeadThatGoesBackIsARollback() throws Exception {
    Path network = folder.resolve("network");
    Path backup = folder.resolve("backup");
    copy(network, backup);
    try (World.Desk desk = world.open("laptop", "db")) {
      desk.run("INSERT INTO t(text) VALUES ('newer')");
      desk.session.sync(Duration.ofSeconds(30));
    }
    DurableFiles.deleteTree(network.resolve("registry"));
    copy(backup.resolve("registry"), network.resolve("registry"));
    assertThatThrownBy(() -> world.open("laptop", "db").close())
        .isInstanceOf(io.inft.failure.RollbackException.class)
        .hasMessageContaining("went back");
  }

  @Test
  void whoOnlyReadsNoticesAHeadThatWentBack() throws Exception {
    EngineSettings reader = World.readOnly(world.settings("reader", "db"));
    Path registry = folder.resolve("network/registry");
    Path backup = folder.resolve("backup");
    copy(registry, backup);
    Engines.open(reader, world.network()).close();
    try (World.Desk desk = world.open("laptop", "db")) {
      desk.run("INSERT INTO t(text) VALUES ('newer')");
      desk.session.sync(Duration.ofSeconds(30));
    }
    Engines.open(reader, world.network()).close();
    DurableFiles.deleteTree(registry);
    copy(backup, registry);
    assertThatThrownBy(() -> Engines.open(reader, world.network()).close())
        .isInstanceOf(io.inft.failure.RollbackException.class)
        .hasMessageContaining("went back");
  }

  @Test
  void aRegistryThatForgotEverythingIsARollbackToo() throws Exception {
    DurableFiles.deleteTree(folder.resolve("network/registry"));
    assertThatThrownBy(() -> world.open("laptop", "db").close())
        .isInstanceOf(io.inft.failure.RollbackException.class)
        .hasMessageContaining("went back");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }
}

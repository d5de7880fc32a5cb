package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.capture.WorkingFiles;
import io.inft.failure.InftException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.faults.InMemory;
import io.inft.registry.Block;
import io.inft.registry.Registry;
import io.inft.replica.Engines;
import io.inft.replica.ForwardingRegistry;
import io.inft.replica.Replacement;
import io.inft.replica.SlowRegistry;
import io.inft.replica.World;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A version that was sent on a way of its own is sent again, too, when a reorganisation takes its
 * block away: here the registry's last entries are deleted, and no block is ever final. What
 * happens on a chain shows {@code DevnetFaultsTest}.
 */
class UnfinalizedVersionsTest {
  private static final String ID = "unsettled";
  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir(factory = InMemory.class)
  Path folder;

  private final AtomicBoolean away = new AtomicBoolean();
  private World world;

  /** No block of it is ever final. */
  private static final class Unsettled extends ForwardingRegistry {
    Unsettled(Registry real) {
      super(real);
    }

    @Override
    public boolean isFinal(Block block) {
      return false;
    }
  }

  @BeforeEach
  void begin() {
    world = new World(folder);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Network network() throws InftException {
    Network real = world.network();
    SlowRegistry.Before before =
        version -> {
          if (away.get()) {
            throw new RegistryUnavailableException("the registry", "be reached", null);
          }
        };
    return new Network(
        real.name(),
        real.store(),
        new Unsettled(new SlowRegistry(real.registry(), before)),
        real.signer(),
        real.syncInterval(),
        true);
  }

  private World.Desk open(String machine) throws Exception {
    return new World.Desk(
        Engines.open(World.closingAtOnce(world.settings(machine, ID)), network()));
  }

  /** Takes away the blocks of the newest versions. */
  private void reorganise(int versions) throws IOException {
    for (int i = 0; i < versions; i++) {
      try (Stream<Path> files = Files.walk(folder.resolve("network/registry"))) {
        Files.delete(
            files.filter(file -> file.toString().endsWith(".entry")).sorted().toList().stream()
                .reduce((a, b) -> b)
                .orElseThrow());
      }
    }
  }

  private long version() throws InftException {
    return world.network().registry().head(world.settings("here", ID).id()).version();
  }

  private static List<WriterState.Outgoing> outgoing(World.Desk desk) throws InftException {
    return WriterState.read(desk.session.databaseFile().getParent()).outgoing();
  }

  @Test
  void whatWasStagedBeforeTheLogLostItsEndIsSentAgain() throws Exception {
    String log;
    try (World.Desk desk = open("here")) {
      desk.run("CREATE TABLE t(x)");
      desk.session.sync(WAIT);
      Path wal = WorkingFiles.logOf(desk.session.databaseFile());
      log = folder.resolve("here").relativize(wal).toString();
      long forced = Files.size(wal);
      away.set(true);
      desk.run("INSERT INTO t VALUES ('two')");
      long deadline = System.nanoTime() + WAIT.toNanos();
      while (outgoing(desk).isEmpty()) {
        assertThat(System.nanoTime()).as("staged in time").isLessThan(deadline);
        Thread.sleep(5);
      }
      // The power goes here, and with it the end of the log.
      copy(folder.resolve("here"), folder.resolve("after"));
      try (FileChannel file =
          FileChannel.open(folder.resolve("after").resolve(log), StandardOpenOption.WRITE)) {
        assertThat(file.size()).isGreaterThan(forced);
        file.truncate(forced);
      }
    }
    Engines.endIdle();
    away.set(false);
    try (World.Desk desk = open("after")) {
      assertThat(version()).isEqualTo(2);
      assertThat(desk.ask("SELECT x FROM t")).isEqualTo("two");
    }
    Engines.endIdle();

    reorganise(1);
    assertThat(version()).isEqualTo(1);

    open("after").close();
    assertThat(version()).isEqualTo(2);
    expectElsewhere("two");
  }

  @Test
  void whatAPushBuiltUponIsSentAgainWithIt() throws Exception {
    try (World.Desk desk = open("here")) {
      desk.run("CREATE TABLE t(x)");
      desk.session.sync(WAIT);
      desk.run("INSERT INTO t VALUES ('two')");
      desk.session.sync(WAIT);
    }
    Engines.endIdle();
    Path image = folder.resolve("image.sqlite");
    try (World.Desk desk = open("here")) {
      desk.run("VACUUM INTO '" + image + "'");
    }
    Engines.endIdle();
    Engines.push(
        World.closingAtOnce(world.settings("here", ID)),
        network(),
        Replacement.file(image, java.util.OptionalLong.empty()));
    assertThat(version()).isEqualTo(3);
    Engines.endIdle();

    reorganise(2);
    assertThat(version()).isEqualTo(1);

    open("here").close();
    assertThat(version()).isEqualTo(3);
    expectElsewhere("two");
  }

  private void expectElsewhere(String row) throws Exception {
    Engines.endIdle();
    try (World.Desk desk = world.open("elsewhere", ID)) {
      assertThat(desk.ask("SELECT x FROM t")).isEqualTo(row);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}

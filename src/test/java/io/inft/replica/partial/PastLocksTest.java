package io.inft.replica.partial;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.local.WorkingCopy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Read-only states go when nobody has them open, and no sooner. */
class PastLocksTest {
  @TempDir Path folder;

  private Path state;

  @BeforeEach
  void aState() throws Exception {
    state = folder.resolve("past-1");
    Files.createDirectories(state);
    Files.createFile(state.resolve("lock"));
    Files.writeString(state.resolve("database.sqlite"), "rows");
  }

  @Test
  void aStateThatIsOpenStays() throws Exception {
    assertThat(PastLocks.share(state)).isTrue();
    assertThat(PastLocks.share(state)).isTrue();
    PastLocks.unshare(state);

    assertThat(PastLocks.deleteIfUnused(state)).isFalse();
    assertThat(state.resolve("database.sqlite")).exists();

    PastLocks.unshare(state);
    assertThat(PastLocks.deleteIfUnused(state)).isTrue();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aStateThatWasDeletedMeanwhileIsNotShared() throws Exception {
    assertThat(PastLocks.deleteIfUnused(state)).isTrue();

    assertThat(PastLocks.share(state)).isFalse();
    assertThat(PastLocks.deleteIfUnused(state)).as("another process was first").isFalse();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatADeadReaderHadBegunToRestoreGoesWithTheNextRestore() throws Exception {
    World world = new World(folder.resolve("world"));
    EngineSettings reader = World.readOnly(world.settings("reader", "db"));
    try (World.Desk desk = world.open("laptop", "db")) {
      desk.run("CREATE TABLE t(a)");
      desk.session.sync(Duration.ofSeconds(60));
    }
    Path copies = WorkingCopy.claim(reader.home(), world.network(), reader.id());
    Path dead = Files.createDirectories(copies.resolve("part-dead"));
    Files.createFile(dead.resolve("lock"));
    Files.writeString(dead.resolve("database.sqlite"), "half of it");

    Engines.open(reader, world.network()).close();

    try (Stream<Path> left = Files.list(copies)) {
      assertThat(left.map(path -> path.getFileName().toString()).filter(n -> n.startsWith("part-")))
          .isEmpty();
    }
  }
}

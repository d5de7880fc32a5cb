package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inft.failure.LocalStorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading beside SQLite must never cost SQLite its locks. */
class SteadyFileTest {
  private static final Path LOCKS = Path.of("/proc/locks");

  @TempDir Path folder;

  @Test
  void anInterruptTakesNoLockFromSqlite() throws Exception {
    assumeTrue(Files.isReadable(LOCKS), "only Linux shows its locks");
    Path database = folder.resolve("live.db");
    new Live(database, 4096).close();
    try (DatabaseFile file = DatabaseFile.open(database);
        Live live = new Live(database, 4096)) {
      live.execute("create table t(a)");
      live.execute("begin");
      live.query("select * from t");
      int held = locksOf(live);
      assertThat(held).isPositive();
      Thread.currentThread().interrupt();
      try (WalIndex index = WalIndex.open(live.shm)) {
        file.page(1, 4096);
        file.sizeBytes();
        index.changedSince(index.read());
        assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
        assertThat(locksOf(live)).isEqualTo(held);
        live.execute("commit");
      }
    }
  }

  @ParameterizedTest(name = "windows: {0}")
  @ValueSource(booleans = {true, false})
  void readsOnAfterAnInterrupt(boolean windows) throws Exception {
    Path path = Files.write(folder.resolve("file"), new byte[] {1, 2, 3, 4, 5});
    try (SteadyFile file = SteadyFile.open(path, windows)) {
      Thread.currentThread().interrupt();
      byte[] target = new byte[8];
      assertThat(file.read(1, target, 8)).isEqualTo(4);
      assertThat(file.sizeBytes()).isEqualTo(5);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(target).startsWith(2, 3, 4, 5);
      assertThat(file.read(9, target, 8)).isZero();
    }
  }

  @ParameterizedTest(name = "windows: {0}")
  @ValueSource(booleans = {true, false})
  void refusesToReadAfterItWasClosed(boolean windows) throws Exception {
    Path path = Files.write(folder.resolve("file"), new byte[5]);
    SteadyFile file = SteadyFile.open(path, windows);
    file.close();
    assertThatThrownBy(() -> file.read(0, new byte[1], 1))
        .isInstanceOf(LocalStorageException.class);
  }

  @Test
  void refusesAPageBehindTheEnd() throws Exception {
    Path path = Files.write(folder.resolve("file"), new byte[1024]);
    try (DatabaseFile file = DatabaseFile.open(path)) {
      assertThat(file.page(2, 512)).hasSize(512);
      assertThatThrownBy(() -> file.page(3, 512))
          .isInstanceOf(LocalStorageException.class)
          .hasMessageContaining("page 3");
      assertThatThrownBy(() -> file.page(0, 512)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> file.page(1, 1000)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static int locksOf(Live live) throws Exception {
    List<String> inodes =
        List.of(
            ":" + Files.getAttribute(live.database, "unix:ino") + " ",
            ":" + Files.getAttribute(live.shm, "unix:ino") + " ");
    try (var lines = Files.lines(LOCKS)) {
      return (int) lines.filter(line -> inodes.stream().anyMatch(line::contains)).count();
    }
  }
}

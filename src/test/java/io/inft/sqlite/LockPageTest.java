package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite itself never writes the page we leave out. */
@Tag("heavy")
class LockPageTest {
  @TempDir Path folder;

  @Test
  void aDatabaseThatGrowsOverOneGibibyteLeavesTheLockPageAlone() throws Exception {
    int pageSize = 65536;
    long lockPage = LockPage.number(pageSize);
    try (Live live = new Live(folder.resolve("large.db"), pageSize);
        WalFile wal = WalFile.open(live.wal)) {
      live.execute("create table t(v blob)");
      live.execute("insert into t values(zeroblob(999000000))");
      live.query("pragma wal_checkpoint(truncate)");
      live.execute("insert into t values(zeroblob(150000000))");
      WalTail tail = wal.readTail(WalPosition.START, Long.MAX_VALUE);
      List<Long> pages = tail.frames().stream().map(WalFrame::pageNumber).toList();
      assertThat(tail.databasePages()).isGreaterThan(lockPage);
      assertThat(pages).contains(lockPage - 1, lockPage + 1).doesNotContain(lockPage);
    }
  }
}

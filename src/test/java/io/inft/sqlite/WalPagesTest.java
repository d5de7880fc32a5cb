package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames are handed out only while they are of the generation they were seen in. */
class WalPagesTest {
  @TempDir Path folder;

  @Test
  void answersNothingForAFrameOfAnotherGenerationOrBehindTheEnd() throws Exception {
    try (Live live = new Live(folder.resolve("live.db"), 1024)) {
      live.execute("create table t(id integer primary key, k text, v blob)");
      live.insert(new Random(1), 20);
      try (WalFile wal = WalFile.open(live.wal);
          WalPages pages = WalPages.open(live.wal)) {
        WalPosition end = wal.readTail(WalPosition.START, Long.MAX_VALUE).end();
        assertThat(pages.page(2, 1024, end).orElseThrow()).isEqualTo(wal.page(2));
        assertThat(pages.page(end.frame() + 1, 1024, end)).isEmpty();
        live.query("pragma wal_checkpoint(restart)");
        assertThat(pages.page(1, 1024, end)).as("restarted, not overwritten").isPresent();
        live.insert(new Random(2), 1);
        assertThat(pages.page(1, 1024, end)).isEmpty();
        assertThat(pages.page(end.frame(), 1024, end)).isPresent();
        assertThatThrownBy(() -> pages.page(0, 1024, end))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}

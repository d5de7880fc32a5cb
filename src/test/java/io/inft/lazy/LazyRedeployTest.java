package io.inft.lazy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SQLite calls is there as long as it may call. */
class LazyRedeployTest {
  @TempDir Path folder;

  @Test
  void aConnectionMayOutliveItsApplication() throws Exception {
    SourceDatabase source = SourceDatabase.make(folder, 1000, 1024);
    String[] places = new String[2];
    for (int i = 0; i < places.length; i++) {
      Path place = Files.createDirectory(folder.resolve("place" + i));
      Files.write(place.resolve("base.db"), source.bytes);
      places[i] = place.toString();
    }
    try (ChildJvm container = ChildJvm.start(List.of(), LazyContainer.class, places)) {
      for (String each : places) {
        assertThat(container.awaitLine("here")).as(each).isEqualTo(SourceDatabase.name(1));
        assertThat(container.awaitLine("missing")).contains("SQLITE_IOERR_READ");
      }
      container.awaitLine("over");
      assertThat(container.exit()).isZero();
    }
  }
}

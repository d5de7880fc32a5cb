package notes;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.integration.InftHikari;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesTest {
  @TempDir Path folder;

  /** A pool on the machine whose disk is {@code home}; all machines share one network. */
  private HikariDataSource pool(String home) {
    HikariConfig config = InftHikari.config("jdbc:inft:notes?network=embedded");
    config.addDataSourceProperty("home", folder.resolve(home).toString());
    config.addDataSourceProperty("embeddedDir", folder.resolve("network").toString());
    return new HikariDataSource(config);
  }

  @Test
  void whatOneMachineWritesAnotherReads() throws Exception {
    try (HikariDataSource pool = pool("machine-a")) {
      Notes notes = new Notes(pool);
      assertThat(notes.add("water the plants")).isEqualTo(1);
      assertThat(notes.add("call Ada")).isEqualTo(2);
    }
    try (HikariDataSource pool = pool("machine-b")) {
      Notes notes = new Notes(pool);
      assertThat(notes.all()).containsExactly("1 water the plants", "2 call Ada");
      assertThat(notes.add("thank Ada")).isEqualTo(3);
    }
  }
}

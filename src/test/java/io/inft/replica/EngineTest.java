package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir Path folder;

  @Test
  void aDatabaseIsThereOnAnotherMachine() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = world.open("laptop", "agent-1")) {
        desk.run("CREATE TABLE memory(id INTEGER PRIMARY KEY, text TEXT)");
        desk.run("INSERT INTO memory(text) VALUES ('hello')");
        desk.session.sync(Duration.ofSeconds(20));
        for (int i = 0; i < 60; i++) {
          desk.run("INSERT INTO memory(text) VALUES ('again " + i + "')");
          if (i % 2 == 0) {
            desk.session.sync(Duration.ofSeconds(20));
          }
        }
      }
      try (World.Desk desk = world.open("cloud", "agent-1")) {
        assertThat(desk.ask("SELECT count(*) FROM memory")).isEqualTo("61");
        assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
        assertThat(desk.session.log()).anyMatch(entry -> entry.type().equals("inft.commit"));
        assertThat(World.firstSequence(desk.session)).isEqualTo(1);
        assertThat(desk.session.history()).anyMatch(version -> version.version() == 1);
        desk.run("INSERT INTO memory(text) VALUES ('from the cloud')");
      }
      try (World.Desk desk = world.open("laptop", "agent-1")) {
        assertThat(desk.ask("SELECT count(*) FROM memory")).isEqualTo("62");
      }
    }
  }

  /** A push that was killed leaves a database in the clear; the next opening takes it away. */
  @Test
  void openingSweepsWhatAKilledProcessLeft() throws Exception {
    World world = new World(folder);
    EngineSettings settings = world.settings("laptop", "db");
    Path left =
        Files.createDirectories(settings.home().resolve("inft-scratch-push-123"))
            .resolve("image.sqlite");
    Files.writeString(left, "in the clear");
    Files.setLastModifiedTime(
        left.getParent(), FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    Path earlier = settings.home().resolve("push-12345678901234567.sqlite");
    Files.writeString(earlier, "in the clear, by a build that locked nothing");
    Files.setLastModifiedTime(earlier, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    Engines.open(settings, world.network()).close();

    assertThat(left).doesNotExist();
    assertThat(earlier).doesNotExist();
  }
}

package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.registry.DatabaseId;
import io.inft.registry.DirectoryRegistry;
import io.inft.store.DirectoryStore;
import io.inft.store.FaultyStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A span of the event log is read without fetching the versions of other times. */
class EventLogTest {
  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  private static final int VERSIONS = 20;

  @TempDir Path folder;

  private World world;
  private FaultyStore store;

  /** A version every ten days, each with one event of the application. */
  @BeforeEach
  void publishForHalfAYear() throws Exception {
    world = new World(folder);
    for (int i = 0; i < VERSIONS; i++) {
      Instant now = time(i);
      try (World.Desk desk =
          new World.Desk(Engines.open(world.settings("laptop", "db"), network(now)))) {
        if (i == 0) {
          desk.run("CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type, payload)");
        }
        desk.run(
            "INSERT INTO inft_events VALUES (%d, %d, 'note', '{}')"
                .formatted(i + 1, now.toEpochMilli()));
        desk.session.sync(Duration.ofSeconds(60));
      }
    }
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private static Instant time(int version) {
    return FIRST.plus(Duration.ofDays(10L * version));
  }

  private Network network(Instant now) throws Exception {
    store = new FaultyStore(DirectoryStore.open(folder.resolve("network/store")), 1);
    return new Network(
        "embedded",
        store,
        DirectoryRegistry.open(
            folder.resolve("network/registry"),
            Optional.of(World.OWNER),
            Clock.fixed(now, ZoneOffset.UTC)),
        Optional.of(World.OWNER),
        Duration.ZERO,
        true);
  }

  private List<Long> notes(Instant from, Instant to) throws Exception {
    Network network = network(time(VERSIONS));
    List<Long> found = new ArrayList<>();
    String log = Databases.log(world.settings("reader", "db"), network, from, to);
    for (JsonNode entry : new ObjectMapper().readTree(log)) {
      if (entry.path("type").asText().equals("note")) {
        found.add(entry.path("seq").asLong());
      }
    }
    return found;
  }

  @Test
  void aSpanHoldsWhatTheWholeLogHoldsOfThatTime() throws Exception {
    assertThat(notes(Instant.MIN, Instant.MAX)).hasSize(VERSIONS);
    assertThat(notes(time(4), time(6))).containsExactly(5L, 6L, 7L);
    assertThat(notes(time(4).plusSeconds(1), time(6).minusSeconds(1))).containsExactly(6L);
    assertThat(notes(time(VERSIONS - 1), Instant.MAX)).containsExactly((long) VERSIONS);
    assertThat(notes(Instant.MIN, time(0))).containsExactly(1L);
    assertThat(notes(time(VERSIONS + 5), Instant.MAX)).isEmpty();
  }

  @Test
  void versionsOfOtherTimesAreNotFetched() throws Exception {
    notes(Instant.MIN, Instant.MAX);
    long all = store.operations();
    notes(time(4), time(6));

    assertThat(store.operations()).as("of %s for the whole log", all).isLessThan(all / 3);
    assertThat(network(FIRST).registry().head(DatabaseId.parse("db")).version())
        .isGreaterThanOrEqualTo(VERSIONS);
  }
}

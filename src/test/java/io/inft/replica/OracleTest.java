package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.JDBC;

/** Whatever SQL does, a new machine has the same database as plain SQLite does. */
class OracleTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "seed {0}, pages of {1} bytes")
  @CsvSource({"1,512", "2,1024", "3,4096", "4,4096", "5,16384", "6,65536"})
  void aNewMachineHasWhatPlainSqliteHas(long seed, int pageSize) throws Exception {
    compare(seed, pageSize);
  }

  static Stream<Arguments> manySeeds() {
    int[] pageSizes = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536};
    return LongStream.range(100, 180)
        .mapToObj(seed -> Arguments.of(seed, pageSizes[(int) (seed % pageSizes.length)]));
  }

  @Tag("heavy")
  @ParameterizedTest(name = "seed {0}, pages of {1} bytes")
  @MethodSource("manySeeds")
  void aNewMachineHasWhatPlainSqliteHasForManySeeds(long seed, int pageSize) throws Exception {
    compare(seed, pageSize);
  }

  private void compare(long seed, int pageSize) throws Exception {
    Random random = new Random(seed);
    try (World world = new World(folder);
        Connection plain =
            new JDBC()
                .connect("jdbc:sqlite:" + folder.resolve("plain.db"), new java.util.Properties())) {
      try (Statement statement = plain.createStatement()) {
        statement.execute("PRAGMA page_size=" + pageSize);
        statement.execute("PRAGMA journal_mode=wal");
        statement.execute("PRAGMA synchronous=off");
      }
      Map<String, String> creation = new HashMap<>();
      creation.put("page_size", Integer.toString(pageSize));
      RandomSql sql = new RandomSql(seed);
      for (int machine = 0; machine < 4; machine++) {
        EngineSettings settings = world.settings("machine" + machine, "db");
        settings = World.withCreation(settings, creation);
        try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
          assertThat(Dump.of(desk.connection))
              .as("on machine %s", machine)
              .isEqualTo(Dump.of(plain));
          for (int step = 0; step < 60; step++) {
            for (String statement : sql.next()) {
              desk.run(statement);
              try (Statement same = plain.createStatement()) {
                same.execute(statement);
              }
            }
            if (random.nextInt(6) == 0) {
              desk.session.sync(Duration.ofSeconds(60));
            }
            if (random.nextInt(25) == 0) {
              desk.session.checkpoint(random.nextBoolean() ? "TRUNCATE" : "PASSIVE");
            }
          }
        }
      }
    }
  }
}

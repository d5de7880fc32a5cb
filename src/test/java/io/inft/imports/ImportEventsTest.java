package io.inft.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.EventLineException;
import io.inft.failure.NotImportableException;
import io.inft.jdbc.Target;
import io.inft.replica.Engines;
import io.inft.replica.restore.LogEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs of the guide's clients get into the event log, and each line is kept as it was. */
class ImportEventsTest {
  private static final String PYTHON =
      "{\"timestamp\": \"2026-11-23T03:38:01.741130\", \"event\": {\"action\": \"decided\","
          + " \"n\": 1.0, \"t\": \"\\u00e9\"}}\n";
  private static final String TYPESCRIPT =
      "{\"timestamp\":\"2026-11-23T03:38:03.619Z\",\"event\":{\"type\":\"said\",\"t\":\"é\"}}\n";

  @TempDir Path folder;
  private ImportWorld world;

  @BeforeEach
  void begin() {
    world = new ImportWorld(folder);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Path log(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<String> logged() throws Exception {
    List<String> entries = new ArrayList<>();
    for (LogEntry entry : Target.of(ImportWorld.ID, world.properties(), true).log()) {
      if (entry instanceof LogEntry.Recorded one && one.isApplications()) {
        entries.add(one.time() + " " + one.type() + " " + one.payload());
      }
    }
    return entries;
  }

  @Test
  void bothStylesGetIntoTheEventLogWithTheirTimes() throws Exception {
    Import.Result result =
        world.begin().files(List.of(log("inft_1_events.jsonl", PYTHON + TYPESCRIPT)));

    assertThat(result.format()).isEmpty();
    assertThat(result.events()).isEqualTo(2);
    assertThat(result.assumed()).isEqualTo(1);
    assertThat(logged())
        .containsExactly(
            "2026-11-23T03:38:01.741Z decided"
                + " {\"action\": \"decided\", \"n\": 1.0, \"t\": \"\\u00e9\"}",
            "2026-11-23T03:38:03.619Z said {\"type\":\"said\",\"t\":\"é\"}");
    assertThat(
            world.ask(
                "SELECT group_concat(event || file || line || time || zone, ' ') FROM"
                    + " inft_imported"))
        .isEqualTo(
            "1inft_1_events.jsonl12026-11-23T03:38:01.741130assumed"
                + " 2inft_1_events.jsonl22026-11-23T03:38:03.619Zwritten");
    assertThat(world.ask("SELECT content FROM inft_imported WHERE line = 1") + "\n")
        .isEqualTo(PYTHON);
    assertThat(world.ask("SELECT inft_log()")).contains("inft.imported", "\"records\":2");
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Vienna, 2026-11-23T03:38:01, 2026-11-23T02:38:01Z, ASSUMED",
    "Europe/Vienna, 2026-10-25T02:30:00, 2026-10-25T00:30:00Z, AMBIGUOUS",
    "Europe/Vienna, 2026-03-29T02:30:00, 2026-03-29T01:30:00Z, AMBIGUOUS",
    "Asia/Kathmandu, 2026-11-23T03:38:01+00:00, 2026-11-23T03:38:01Z, WRITTEN",
    "UTC, 2026-11-23T03:38:01, 2026-11-23T03:38:01Z, ASSUMED",
  })
  void aTimeWithoutAZoneIsTakenInTheOneThatWasSaid(
      String zone, String written, String time, EventLine.Zone known) throws Exception {
    EventLine line =
        EventLine.parse("{\"timestamp\":\"" + written + "\",\"event\":7}", ZoneId.of(zone));
    assertThat(Instant.ofEpochMilli(line.timeMillis())).isEqualTo(time);
    assertThat(line.zone()).isEqualTo(known);
    assertThat(line.timeText()).isEqualTo(written);
  }

  @Test
  void theZoneThatWasSaidGetsToTheLines() throws Exception {
    world.begin().eventZone(ZoneId.of("Asia/Kathmandu")).files(List.of(log("a.jsonl", PYTHON)));
    assertThat(logged()).singleElement().asString().startsWith("2026-11-22T21:53:01.741Z");
  }

  @Test
  void archivesComeInTheOrderOfTheirNamesBeforeTheLog() throws Exception {
    List<Path> files =
        List.of(
            log("inft_1_events.jsonl", PYTHON.replace("decided", "last")),
            log("inft_1_events_1700000000001.jsonl", PYTHON.replace("decided", "second")),
            log("inft_1_events_999999999999.jsonl", PYTHON.replace("decided", "first")));
    world.begin().files(files);
    assertThat(world.ask("SELECT group_concat(type, ' ') FROM inft_events"))
        .isEqualTo("first second last");
  }

  @Test
  void databaseAndLogsAreOneVersion() throws Exception {
    world
        .begin()
        .key(GuideKey.parse(ImportWorld.KEY, "k"))
        .files(List.of(log("e.jsonl", PYTHON), world.vector("py_fernet.bin")));
    assertThat(world.ask("SELECT count(*) FROM memory")).isEqualTo("50");
    assertThat(logged()).hasSize(1);
    assertThat(world.ask("SELECT inft_version()")).isEqualTo("1");
  }

  private static final String[][] NO_EVENTS = {
    {"{\"timestamp\":\"2026-11-23T03:38:01\",\"event\":{}", "it is not JSON"},
    {"[]", "is an object with"},
    {"{\"event\":{}}", "no timestamp"},
    {"{\"timestamp\":5,\"event\":{}}", "no timestamp"},
    {"{\"timestamp\":\"2026-11-23T03:38:01\"}", "no event"},
    {"{\"timestamp\":\"yesterday\",\"event\":{}}", "is no time"},
    {"{\"timestamp\":\"1969-11-23T03:38:01\",\"event\":{}}", "before 1970"},
    {"{\"timestamp\":\"2026-11-23T03:38:01\",\"event\":{\"x\":NaN}}", "not JSON"},
    {"{\"timestamp\":\"2026-11-23T03:38:01\",\"event\":{}} {}", "behind the object"},
    {"{\"timestamp\":\"2026-11-23T03:38:01\",\"event\":1,\"event\":2}", "not JSON"},
  };

  @Test
  void aLineThatIsNoEventIsNamedAndStopsAllOrIsKeptAside() throws Exception {
    StringBuilder all = new StringBuilder(PYTHON + "\n");
    for (String[] wrong : NO_EVENTS) {
      Path log = log("bad.jsonl", PYTHON + "\n" + wrong[0] + "\n" + TYPESCRIPT);
      assertThatThrownBy(() -> world.begin().files(List.of(log)))
          .hasCauseInstanceOf(EventLineException.class)
          .hasMessageContainingAll("bad.jsonl:3: ", wrong[1], "--lenient");
      all.append(wrong[0]).append('\n');
    }
    world.hasBegunNothing();

    Import.Result result =
        world.begin().lenient().files(List.of(log("bad.jsonl", all + TYPESCRIPT)));

    assertThat(result.events()).isEqualTo(2);
    assertThat(result.aside()).isEqualTo(NO_EVENTS.length);
    for (int i = 0; i < NO_EVENTS.length; i++) {
      String here = " FROM inft_imported WHERE event IS NULL AND line = " + (i + 3);
      assertThat(world.ask("SELECT content" + here)).isEqualTo(NO_EVENTS[i][0]);
      assertThat(world.ask("SELECT problem" + here)).contains(NO_EVENTS[i][1]);
    }
    assertThat(logged()).hasSize(2);
  }

  @Test
  void aLineThatIsNotUtf8IsKeptAsBytes() throws Exception {
    Path log = folder.resolve("bad.jsonl");
    Files.write(log, "{\"timestamp\":\"é\"}\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> world.begin().files(List.of(log)))
        .hasMessageContainingAll("bad.jsonl:1: ", "not UTF-8");
    world.begin().lenient().files(List.of(log));
    assertThat(world.ask("SELECT typeof(content) || hex(content) FROM inft_imported"))
        .startsWith("blob")
        .contains("E9");
  }

  @Test
  void aLineThatAKilledWriterBeganIsToldAndKept() throws Exception {
    Path log = log("torn.jsonl", TYPESCRIPT + PYTHON.substring(0, 60));
    Import.Result result = world.begin().files(List.of(log));
    assertThat(result.events()).isEqualTo(1);
    assertThat(result.warnings()).singleElement().asString().contains("torn.jsonl:2", "to its end");
    assertThat(world.ask("SELECT content FROM inft_imported WHERE event IS NULL"))
        .isEqualTo(PYTHON.substring(0, 60));
  }

  @Test
  void aWholeLineWithoutItsEndIsAnEvent() throws Exception {
    world.begin().files(List.of(log("e.jsonl", "\uFEFF" + TYPESCRIPT + PYTHON.strip())));
    assertThat(logged()).hasSize(2);
  }

  @Test
  void anEventThatIsTooLongForTheLogStaysInTheTable() throws Exception {
    String text = "x".repeat(1_200_000);
    Path log =
        log(
            "long.jsonl",
            "{\"timestamp\":\"2026-11-23T03:38:03.619Z\",\"event\":\"" + text + "\"}\n");
    world.begin().files(List.of(log));
    assertThat(world.ask("SELECT length(payload) FROM inft_events")).isEqualTo("1200002");
    assertThat(logged()).singleElement().asString().contains("inft.omitted");
  }

  @Test
  void theSameLogTwiceIsRefused() throws Exception {
    List<Path> twice = List.of(log("a.jsonl", PYTHON), log("b.jsonl", PYTHON));
    assertThatThrownBy(() -> world.begin().files(twice))
        .hasCauseInstanceOf(NotImportableException.class)
        .hasMessageContaining("very same content");
    world.hasBegunNothing();
  }

  @Test
  void aTableOfThatNameIsNotWrittenInto() throws Exception {
    Path database = world.database("own.db", "CREATE TABLE inft_events(mine)");
    Path log = log("a.jsonl", PYTHON);
    assertThatThrownBy(() -> world.begin().files(List.of(database, log)))
        .hasCauseInstanceOf(NotImportableException.class)
        .hasMessageContaining("'inft_events'");
    world.hasBegunNothing();
  }

  @Test
  @Tag("heavy")
  void manyEventsAreOneVersion() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 70_000; i++) {
      lines
          .append("{\"timestamp\":\"2026-11-23T03:38:03.619Z\",\"event\":")
          .append(i)
          .append("}\n");
    }
    Import.Result result = world.begin().files(List.of(log("many.jsonl", lines.toString())));
    assertThat(result.events()).isEqualTo(70_000);
    assertThat(logged()).hasSize(70_000).last().asString().endsWith(" 69999");
  }
}

package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DriverEventTest {
  private static final Digest ROOT = Digest.parse("ab".repeat(32));

  static Stream<Arguments> events() {
    String place = "{\"version\":7,\"root\":\"" + ROOT + "\"}";
    return Stream.of(
        Arguments.of(
            DriverEvent.committed(3, 12), "inft.commit", "{\"version\":3,\"transactions\":12}"),
        Arguments.of(DriverEvent.opened(4), "inft.restore", "{\"version\":4}"),
        Arguments.of(DriverEvent.closed(), "inft.close", "{}"),
        Arguments.of(
            DriverEvent.keysChanged("add", 2, 3),
            "inft.keys",
            "{\"change\":\"add\",\"epoch\":2,\"slots\":3}"),
        Arguments.of(DriverEvent.recovered(7, ROOT), "inft.restored", place),
        Arguments.of(DriverEvent.replaced(7, ROOT), "inft.replaced", place),
        Arguments.of(
            DriverEvent.imported("fernet", "a\"b.db", ROOT),
            "inft.imported",
            "{\"format\":\"fernet\",\"file\":\"a\\\"b.db\",\"sha256\":\"" + ROOT.hex() + "\"}"),
        Arguments.of(
            DriverEvent.importedLogs(2, 100),
            "inft.imported",
            "{\"format\":\"events\",\"files\":2,\"records\":100}"),
        Arguments.of(DriverEvent.eventTableRestarted(), "inft.events.restarted", "{}"));
  }

  @ParameterizedTest
  @MethodSource("events")
  void isWorded(DriverEvent event, String type, String payload) {
    assertThat(event).isEqualTo(new DriverEvent(type, payload));
    assertThat(event.at(5, 1_800_000_000_123L))
        .isEqualTo(
            new Event(5, 1_800_000_000_123L, Event.Source.DRIVER, type, payload, 0, Blob.EMPTY));
    assertThat(DriverEvent.isEventTableRestarted(type))
        .isEqualTo(event.equals(DriverEvent.eventTableRestarted()));
  }

  @ParameterizedTest
  @MethodSource("events")
  void isARowOfThePage(DriverEvent event, String type, String payload) throws Exception {
    String row =
        Files.readAllLines(Path.of("src/site/markdown/event-log.md")).stream()
            .filter(line -> line.startsWith("| `" + type + "` |"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("event-log.md has no row of " + type));
    new ObjectMapper()
        .readTree(payload)
        .fieldNames()
        .forEachRemaining(field -> assertThat(row).contains("`" + field + "`"));
  }

  @Test
  void whatCannotStandInTheLogIsNamedByLengthAndHash() {
    assertThat(DriverEvent.omittedPayload(1 << 21, ROOT))
        .isEqualTo("{\"inft.omitted\":{\"bytes\":2097152,\"sha256\":\"" + ROOT.hex() + "\"}}");
  }

  @Test
  void textIsEscaped() throws Exception {
    String odd = "a\"b\\c\n\u0001\u2028é\uD83D\uDD11";
    String payload = DriverEvent.keysChanged(odd, 1, 1).payloadJson();

    assertThat(payload).doesNotContain("\n").contains("\\\"").contains("\\\\").contains("\\u0001");
    assertThat(new ObjectMapper().readTree(payload).path("change").asText()).isEqualTo(odd);
  }
}

package io.inft.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ObservationsTest {
  private static final Path PAGE = Path.of("src/site/markdown/monitoring.md");

  @Test
  void thePageHasARowForEachFigureInItsOrder() throws Exception {
    Matcher row =
        Pattern.compile(
                "(?m)^\\| `(inft\\.[a-z.]+)` \\| (timer|counter|gauge) \\|([^|]*)\\|([^|]*)\\|")
            .matcher(Files.readString(PAGE));
    List<String> found = new ArrayList<>();
    while (row.find()) {
      found.add(
          row.group(1)
              + "|"
              + row.group(2)
              + "|"
              + row.group(3).strip()
              + "|"
              + row.group(4).strip());
    }
    List<String> expected = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      expected.add(
          figure.meter()
              + "|"
              + figure.kind().name().toLowerCase(Locale.ROOT)
              + "|"
              + figure.unit()
              + "|"
              + figure.sentence());
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void thePageNamesEveryEventOfTheRecorder() throws Exception {
    String page = Files.readString(PAGE);
    List<String> names = new ArrayList<>();
    for (Class<?> event : FlightEvents.class.getDeclaredClasses()) {
      jdk.jfr.Name name = event.getAnnotation(jdk.jfr.Name.class);
      if (name != null) {
        names.add(name.value());
      }
    }
    assertThat(names).hasSize(8).allMatch(name -> page.contains("`" + name + "`"));
  }

  @Test
  void thePagesNameEverySettingThatSpringBootIsToldOf() throws Exception {
    String page = Files.readString(PAGE);
    String stores = Files.readString(PAGE.resolveSibling("forgetting.md"));
    JsonNode metadata =
        new ObjectMapper()
            .readTree(Path.of("META-INF/spring-configuration-metadata.json").toFile());
    assertThat(metadata.path("properties")).hasSize(4);
    for (JsonNode property : metadata.path("properties")) {
      assertThat(property.path("name").asText().startsWith("inft.agents") ? stores : page)
          .contains("`" + property.path("name").asText());
      assertThat(property.path("description").asText()).endsWith(".");
    }
  }

  @Test
  void whatIsClosedIsForgottenWhenThereIsMuchOfIt() {
    List<Observed> gone = new ArrayList<>();
    Observations.Listener listener =
        new Observations.Listener() {
          @Override
          public void added(Observed database) {
            assertThat(database.network()).isNotEmpty();
          }

          @Override
          public void removed(Observed database) {
            gone.add(database);
          }
        };
    Observed open = Observations.of("stays", "many");
    open.open(() -> Standing.NONE);
    Observations.listen(listener);
    try {
      for (int i = 0; i < 2 * Observations.MOST; i++) {
        Observations.of("many-" + i, "many").opened(1);
      }
      assertThat(Observations.all()).hasSize(Observations.MOST).contains(open);
      assertThat(gone).hasSizeGreaterThanOrEqualTo(Observations.MOST).doesNotContain(open);
    } finally {
      Observations.ignore(listener);
      open.closed(() -> Standing.NONE);
    }
  }
}

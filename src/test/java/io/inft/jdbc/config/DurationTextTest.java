package io.inft.jdbc.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "30, 30000",
    "1.5, 1500",
    "30s, 30000",
    "30 s, 30000",
    "500ms, 500",
    "5m, 300000",
    "5min, 300000",
    "2h, 7200000",
    "180d, 15552000000",
    "PT30S, 30000",
    "PT0.25S, 250",
    "P1D, 86400000",
  })
  void readsWhatPeopleWrite(String text, long millis) {
    assertThat(DurationText.parse(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "-5s", "PT-5S", "5 parsecs", "s", "1e3", "ten", "1.2345s"})
  void refusesEverythingElse(String text) {
    assertThat(DurationText.parse(text)).isEmpty();
  }
}

package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnixTimeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "1800000000, 2027-01-15T08:00:00Z",
    "-1, 1969-12-31T23:59:59Z",
    "9223372036854775807, +1000000000-12-31T23:59:59Z",
    "-9223372036854775808, -1000000000-01-01T00:00:00Z"
  })
  void whatIsBeyondAllCalendarsBecomesTheirEnd(long seconds, String time) {
    assertThat(UnixTime.instant(seconds)).isEqualTo(Instant.parse(time));
  }
}

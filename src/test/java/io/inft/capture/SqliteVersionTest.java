package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SqliteTooOldException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteJDBCLoader;

/** What happens with an old jar on the class path is tested in {@code src/it/tools}. */
class SqliteVersionTest {
  @ParameterizedTest
  @ValueSource(strings = {"3.51.3", "3.51.10", "3.52.0", "3.54.1", "3.100.0", "4.0.0", "10.0"})
  void takesThoseWithoutTheBug(String version) throws Exception {
    SqliteVersion.require(version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3.51.2", "3.51", "3.49.1", "3.6.23", "3.9.99", "2.8.17", "", "3.x", "-3.52.0"})
  void refusesOlderOnesAndWhatIsNoVersion(String version) {
    assertThatThrownBy(() -> SqliteVersion.require(version))
        .isInstanceOf(SqliteTooOldException.class)
        .hasMessageContaining("SQLite " + version + " runs here, expected 3.51.3 or newer")
        .hasMessageContaining("<sqlite-jdbc.version>3.54.1.0</sqlite-jdbc.version>")
        .hasMessageContaining("ext['sqlite-jdbc.version'] = '3.54.1.0'");
  }

  @Test
  void theVersionItAsksForIsTheOneOfThisBuild() {
    assertThat(SqliteVersion.BROUGHT).startsWith(SQLiteJDBCLoader.getVersion());
  }
}

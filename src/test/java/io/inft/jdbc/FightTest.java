package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No acknowledged row ends where nobody was told of, however long two machines fight. */
class FightTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "inline={0}")
  @ValueSource(strings = {"never", "always"})
  void everyAcknowledgedRowIsInTheDatabaseOrInAForkThatSomebodyWasToldOf(String inline)
      throws Exception {
    fight(Duration.ofSeconds(5), inline);
  }

  @ParameterizedTest(name = "inline={0}")
  @ValueSource(strings = {"never", "always"})
  @Tag("heavy")
  void theSameForFiveMinutes(String inline) throws Exception {
    fight(Duration.ofMinutes(5), inline);
  }

  private void fight(Duration length, String inline) throws Exception {
    Fight.Result result = new Fight(folder, length, inline).run();
    System.out.println("fight of " + length.toSeconds() + " s: " + result);
    assertThat(result.untold()).as("%s", result).isEmpty();
    assertThat(result.forks()).as("there was a fight: %s", result).isPositive();
    assertThat(result.inDatabase() + result.told()).isEqualTo(result.acknowledged());
  }
}

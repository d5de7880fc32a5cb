package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No acknowledged row ends where nobody was told of, however long two machines fight. */
class FightTest {
  @TempDir Path folder;

  @Test
  void everyAcknowledgedRowIsInTheDatabaseOrInAForkThatSomebodyWasToldOf() throws Exception {
    fight(Duration.ofSeconds(8));
  }

  @Test
  @Tag("heavy")
  void theSameForFiveMinutes() throws Exception {
    fight(Duration.ofMinutes(5));
  }

  private void fight(Duration length) throws Exception {
    Fight.Result result = new Fight(folder, length).run();
    System.out.println("fight of " + length.toSeconds() + " s: " + result);
    assertThat(result.untold()).as("%s", result).isEmpty();
    assertThat(result.forks()).as("there was a fight: %s", result).isPositive();
    assertThat(result.inDatabase() + result.told()).isEqualTo(result.acknowledged());
  }
}

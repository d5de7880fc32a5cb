package io.inft.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The checked-in script is what the ledger does today; the contract's tests replay it. After a
 * change of the rules on both sides, write it anew: {@code mvn test -Dtest=LedgerScriptTest
 * -Dinft.vectors=write}.
 */
class LedgerScriptTest {
  static final long SEED = 8322;
  static final int STEPS = 120;
  private static final Path VECTORS = Path.of("contracts", "test", "vectors.json");

  @Test
  void theLedgerStillGivesTheCheckedInScriptOfSeed8322() throws Exception {
    String script = LedgerScript.json(SEED, STEPS);
    if ("write".equals(System.getProperty("inft.vectors"))) {
      Files.writeString(VECTORS, script);
    }

    assertThat(Files.readString(VECTORS)).isEqualTo(script);
  }

  @Test
  void nearlyEveryErrorOccursInTheCheckedInScript() throws Exception {
    Set<String> outcomes = new TreeSet<>();
    Matcher outcome = Pattern.compile("\"([A-Z][A-Za-z]+)\"").matcher(Files.readString(VECTORS));
    while (outcome.find()) {
      outcomes.add(outcome.group(1));
    }

    assertThat(outcomes)
        .hasSizeGreaterThanOrEqualTo(17)
        .contains("NotAuthorized", "HeadMismatch", "KeyEpochMismatch", "NotObserved", "Taken");
  }
}

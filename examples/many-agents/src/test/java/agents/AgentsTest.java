package agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentsTest {
  private static final int AGENTS = 30;
  private static final int AT_ONCE = 4;

  @TempDir Path folder;

  @BeforeEach
  void oneNetwork() {
    System.setProperty("inft.network", "embedded");
    System.setProperty("inft.embeddedDir", folder.resolve("network").toString());
    System.setProperty("inft.home", folder.resolve("here").toString());
  }

  @AfterEach
  void forget() {
    List.of("network", "embeddedDir", "home").forEach(name -> System.clearProperty("inft." + name));
  }

  private static List<Integer> turns(int each, AtomicInteger most) throws Exception {
    try (Agents agents = new Agents(AT_ONCE)) {
      List<Future<Integer>> turns = new ArrayList<>();
      for (int turn = 0; turn < each; turn++) {
        for (int agent = 0; agent < AGENTS; agent++) {
          turns.add(
              agents.turn(
                  Integer.toString(agent),
                  memory -> {
                    most.accumulateAndGet(openDatabases(), Math::max);
                    return Counter.count(memory);
                  }));
        }
      }
      return Agents.results(turns);
    }
  }

  /** Every open database has a thread of its own that publishes. */
  private static int openDatabases() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("inft-"))
            .map(thread -> thread.getName().replaceFirst(".*(agent-\\d+).*", "$1"))
            .filter(name -> name.startsWith("agent-"))
            .distinct()
            .count();
  }

  @Test
  void fewAreOpenAtATimeAndAllGoOnOnAnotherMachine() throws Exception {
    AtomicInteger most = new AtomicInteger();
    List<Integer> first = turns(2, most);
    assertThat(first.subList(AGENTS, 2 * AGENTS)).containsOnly(2);
    assertThat(most.get()).isBetween(1, AT_ONCE);
    assertThat(openDatabases()).isZero();

    System.setProperty("inft.home", folder.resolve("there").toString());

    assertThat(turns(1, most)).isEqualTo(Collections.nCopies(AGENTS, 3));
  }
}

package io.inft.jdbc;

import io.inft.devnet.DevnetFixture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several processes on a chain whose blocks come by themselves, as on a real one. */
@Tag("processes")
class DevnetProcessesTest extends DevnetProcesses {
  /** Hides the network of the other tests. */
  @BeforeAll
  static void startNetwork() throws Exception {
    network = DevnetFixture.withBlocksEvery("0.05");
  }

  @Test
  void twoProcessesWithOneKeyLoseNoUpdate() throws Exception {
    writeFromTwoProcesses(3);
  }

  @Test
  void aKilledWriterLosesNothingThatItAcknowledged() throws Exception {
    killAgainAndAgain(3, 1);
  }
}

package io.inft.jdbc;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same for longer, on a chain with a block for every transaction: anvil writes its whole state
 * every second, and after some thousand blocks it has no time left for more.
 */
@Tag("heavy")
class DevnetLongRunTest extends DevnetProcesses {
  @Test
  void twoProcessesWithOneKeyLoseNoneOfManyUpdates() throws Exception {
    writeFromTwoProcesses(20);
  }

  @Test
  void aWriterKilledAHundredTimesLosesNothingThatItAcknowledged() throws Exception {
    killAgainAndAgain(100, 2);
  }
}

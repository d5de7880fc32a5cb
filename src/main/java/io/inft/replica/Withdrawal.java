package io.inft.replica;

import io.inft.failure.InftException;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes back a staged version that must not be sent: one whose keyring the registry refused, or
 * whose new secret nobody has. The pages that rode in it are still in the database, so nothing is
 * lost: what is forgotten is only which of them differ from the version before, and so all are
 * compared.
 *
 * <p>The order matters. Without page hashes every page is compared, whatever else is believed; only
 * then may the state name the version before.
 */
final class Withdrawal {
  private Withdrawal() {}

  /**
   * Takes back everything that is staged.
   *
   * @return the state that counts now
   */
  static LineState of(Path generation, LineState state) throws InftException {
    new LeavesFile(generation).forget();
    new CaptureJournal(state.anchored(), false, new PageSet()).write(generation);
    LineState before = state.withoutOutgoing();
    before.write(generation);
    return before;
  }

  /** Whether the one version on its way changes the keyring. */
  static boolean isPossible(LineState state) {
    List<LineState.Outgoing> outgoing = state.outgoing();
    return outgoing.size() == 1 && outgoing.get(0).rotates() && state.anchored() > 0;
  }
}

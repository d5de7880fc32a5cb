package io.inft.replica.local;

import io.inft.capture.CaptureJournal;
import io.inft.capture.PageSet;
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
public final class Withdrawal {
  private Withdrawal() {}

  /**
   * Takes back everything that is staged.
   *
   * @return the state that counts now
   */
  public static WriterState of(Path generation, WriterState state) throws InftException {
    new PageHashesFile(generation).forget();
    new CaptureJournal(state.anchored(), false, new PageSet()).write(generation);
    WriterState before = state.withoutOutgoing();
    before.write(generation);
    return before;
  }

  /** What is written down otherwise while a fold is taken back. */
  @FunctionalInterface
  public interface Journal {
    /** From now on pages are compared with this version, which has those of the one taken back. */
    void renumber(long version) throws InftException;
  }

  /**
   * Takes back the only version on its way, which brings nothing but what it carries: it has the
   * pages of the version before, so that nothing need be compared. The caller writes the page
   * hashes anew, with the number of the version before.
   *
   * @param events the driver's own that it held
   * @return the state that counts now
   */
  public static WriterState ofFold(
      Path generation, WriterState state, List<WriterState.PendingEvent> events, Journal journal)
      throws InftException {
    new PageHashesFile(generation).forget();
    journal.renumber(state.anchored());
    WriterState before = state.withoutFold(events);
    before.write(generation);
    return before;
  }

  /** Whether the one version on its way changes the keyring. */
  public static boolean isPossible(WriterState state) {
    List<WriterState.Outgoing> outgoing = state.outgoing();
    return outgoing.size() == 1 && outgoing.get(0).rotates() && state.anchored() > 0;
  }
}

package io.inft.replica.publish.version;

import io.inft.capture.Pin;
import io.inft.pack.state.StateTree;
import io.inft.registry.Kind;
import io.inft.replica.local.WriterState;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Predecessor;
import io.inft.replica.restore.Tip;
import java.util.List;
import java.util.Optional;

/**
 * What the next version is to be.
 *
 * @param pin the position of the log that it is made of
 * @param tree page hashes of the newest version; becomes those of the next one
 */
public record VersionOrder(Pin pin, StateTree tree, Base base, Wanted wanted) {
  /**
   * What the version is built upon.
   *
   * @param tip the version to build on; empty if none can be, then a snapshot is made
   * @param before the version to follow; empty for the first
   * @param state names the driver's own events that are to ride in it
   * @param barrier a version that a background snapshot is being made of, 0 for none
   */
  public record Base(
      Optional<Tip> tip, Optional<Predecessor> before, WriterState state, long barrier) {}

  /**
   * What is wanted of it.
   *
   * @param keys keyring and data key of the epoch it belongs to
   * @param kind what it is called, if not by what it contains
   * @param snapshot make a snapshot whatever changed
   * @param always make a version even if nothing changed
   * @param road which way it goes out
   */
  public record Wanted(
      Keys keys, Optional<Kind> kind, boolean snapshot, boolean always, Road road) {}

  /**
   * Which way a version goes out.
   *
   * @param inlineBytes so long a commit object may go along with the anchor; 0 if it is stored
   *     whatever its length
   * @param fold whether it is wanted for the sake of those that it carries
   */
  public record Road(int inlineBytes, boolean fold) {}

  /** The version before; empty for the first. */
  Optional<Predecessor> before() {
    return base.before();
  }

  /** The version before, if it is the one to build on. */
  Optional<Tip> followed() {
    return base.tip()
        .filter(tip -> before().filter(one -> one.root().equals(tip.ref().root())).isPresent());
  }

  /** Its number. */
  long version() {
    return before().map(Predecessor::version).orElse(0L) + 1;
  }

  /** The versions before it that it carries if it is stored. */
  List<WriterState.Inlined> tail() {
    return base.state().tail();
  }

  /** Whether every page must be compared with its hash, not only those that are dirty. */
  boolean comparesAll() {
    return base.tip().isEmpty() || pin.compareAll();
  }

  /** Whether keyring or epoch change with it. */
  boolean rotates() {
    Optional<Predecessor> before = before();
    return before.isEmpty() || !before.get().keyringHash().equals(wanted.keys().keyring().hash());
  }
}

package io.inft.replica;

import io.inft.commit.DriverEvent;
import io.inft.registry.Anchored;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.KeyChange;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A whole database that is to become the next version.
 *
 * @param image the file; it is taken over
 * @param source the version whose content it is, if it is one's
 * @param epoch a new epoch that begins with it, if one was asked for
 * @param over the version that is the head and cannot be read, named by who wants it replaced;
 *     empty if only a readable head may be followed
 */
public record Replacement(
    Path image, Optional<Anchored> source, Optional<KeyChange.NewEpoch> epoch, OptionalLong over) {
  public static Replacement file(Path image, OptionalLong over) {
    return new Replacement(image, Optional.empty(), Optional.empty(), over);
  }

  /** What the event log will say of it; empty for a file from outside. */
  Optional<WriterState.PendingEvent> event(long timeMillis) {
    return source.map(
        from -> pending(timeMillis, DriverEvent.recovered(from.version(), from.anchor().root())));
  }

  /** What the event log will say of the head that nobody can read. */
  static WriterState.PendingEvent replaced(long timeMillis, Anchored head) {
    return pending(timeMillis, DriverEvent.replaced(head.version(), head.anchor().root()));
  }

  private static WriterState.PendingEvent pending(long timeMillis, DriverEvent event) {
    return new WriterState.PendingEvent(timeMillis, event.type(), event.payloadJson());
  }
}

package io.inft.replica;

import io.inft.commit.DriverEvent;
import io.inft.registry.Anchored;
import io.inft.registry.Kind;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.KeyChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * @param imported what the event log will say of where it comes from, if it is to begin a database
 *     and not to follow one; else empty
 */
public record Replacement(
    Path image,
    Optional<Anchored> source,
    Optional<KeyChange.NewEpoch> epoch,
    OptionalLong over,
    List<DriverEvent> imported) {
  public Replacement {
    imported = List.copyOf(imported);
  }

  /** A file that is to follow the newest version. */
  public static Replacement file(Path image, OptionalLong over) {
    return new Replacement(image, Optional.empty(), Optional.empty(), over, List.of());
  }

  /** A past version that is to follow the newest one. */
  static Replacement past(
      Path image, Anchored source, Optional<KeyChange.NewEpoch> epoch, OptionalLong over) {
    return new Replacement(image, Optional.of(source), epoch, over, List.of());
  }

  /** A file that is to begin a database. */
  static Replacement beginning(Path image, List<DriverEvent> imported) {
    return new Replacement(
        image, Optional.empty(), Optional.empty(), OptionalLong.empty(), imported);
  }

  boolean begins() {
    return !imported.isEmpty();
  }

  /** What the registry will call the version, if not by what it contains. */
  Optional<Kind> kind() {
    return begins() ? Optional.of(Kind.IMPORT) : source.map(unused -> Kind.RESTORE);
  }

  /** What the event log will say of it; nothing for a file that follows a version. */
  List<WriterState.PendingEvent> events(long timeMillis) {
    List<DriverEvent> events = new ArrayList<>(imported);
    source.ifPresent(
        from -> events.add(DriverEvent.recovered(from.version(), from.anchor().root())));
    return events.stream().map(event -> pending(timeMillis, event)).toList();
  }

  /** What the event log will say of the head that nobody can read. */
  static WriterState.PendingEvent replaced(long timeMillis, Anchored head) {
    return pending(timeMillis, DriverEvent.replaced(head.version(), head.anchor().root()));
  }

  private static WriterState.PendingEvent pending(long timeMillis, DriverEvent event) {
    return new WriterState.PendingEvent(timeMillis, event.type(), event.payloadJson());
  }
}

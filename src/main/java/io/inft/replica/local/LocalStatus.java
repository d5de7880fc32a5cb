package io.inft.replica.local;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What lies on this machine of one database, told from files alone: nothing is opened, no lock is
 * taken, and a process may be using it.
 *
 * @param folder of the working copy; it need not exist
 * @param generations all that lie there, oldest first
 * @param current the one that goes on
 * @param version the newest version of it that was anchored, 0 before the first
 * @param staged the newest version of it that was made
 * @param outbox versions of it that are made and not known to be anchored, oldest first
 * @param unpublished what of it the registry does not know
 * @param forks what was put aside, oldest first, acknowledged or not
 */
public record LocalStatus(
    Path folder,
    List<Path> generations,
    Optional<Path> current,
    long version,
    long staged,
    List<WriterState.Outgoing> outbox,
    Lag unpublished,
    List<Fork> forks) {
  public LocalStatus {
    outbox = List.copyOf(outbox);
    generations = List.copyOf(generations);
    forks = List.copyOf(forks);
  }

  /** What was put aside and nobody has acknowledged. */
  public List<Fork> pending() {
    return forks.stream().filter(Fork::isPending).toList();
  }

  public static LocalStatus of(Path folder) throws InftException {
    List<Path> generations = WorkingCopy.generations(folder);
    List<Fork> forks = WorkingCopy.forks(folder);
    Optional<Path> current = WorkingCopy.current(folder);
    if (current.isPresent() && WriterState.isIn(current.get())) {
      try {
        WriterState state = WriterState.read(current.get());
        if (state.putAside().isEmpty()) {
          return new LocalStatus(
              folder,
              generations,
              current,
              state.anchored(),
              state.newest(),
              state.outgoing(),
              new IdleGeneration(current.get(), state).unpublished(),
              forks);
        }
      } catch (CorruptObjectException | FormatTooNewException | FormatTooOldException e) {
        // It is listed among those that were put aside, with this reason.
      }
    }
    return new LocalStatus(
        folder,
        generations,
        current.filter(Files::isDirectory),
        0,
        0,
        List.of(),
        Lag.NOTHING,
        forks);
  }
}

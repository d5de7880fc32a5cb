package io.inft.replica;

import io.inft.bytes.Scratch;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.UnreadableHeadException;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.replica.local.Network;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.restore.Unreadable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Goes on from an older version: makes what it held the content of a new one. History keeps all of
 * them. Both ways publish over a head that cannot be read, if it is named.
 */
public final class Recovery {
  private Recovery() {}

  /**
   * What was published.
   *
   * @param version the new one
   * @param from the version whose content it has
   */
  public record Restored(Session.Published version, Session.Published from) {}

  /**
   * Publishes the content of a past version as the next one.
   *
   * @param settings with the past state in {@code at}
   * @param over the version that is the head and cannot be read; empty if it can
   * @throws UnreadableHeadException the head cannot be read, and another one or none was named
   */
  public static Restored restore(EngineSettings settings, Network network, OptionalLong over)
      throws InftException {
    try (Past past = Past.of(settings, network)) {
      return publish(settings, network, past, Optional.empty(), over);
    }
  }

  /**
   * Begins a new key epoch over a head that cannot be read, with the content of the newest version
   * before it that can.
   *
   * @param over that head
   * @throws UnreadableHeadException another version is the head
   */
  public static Restored rotate(
      EngineSettings settings, Network network, KeyChange.NewEpoch change, long over)
      throws InftException {
    Head head = network.registry().head(settings.id());
    if (head.newest().isEmpty()) {
      throw new NotRegisteredException(settings.id().toString(), network.registry().describe());
    }
    try (Past past = newestBefore(settings, network, Math.min(over, head.version()))) {
      return publish(settings, network, past, Optional.of(change), OptionalLong.of(over));
    }
  }

  /** What is only out of reach now ends the search: it must not be gone back behind. */
  private static Past newestBefore(EngineSettings settings, Network network, long version)
      throws InftException {
    for (long candidate = version - 1; ; candidate--) {
      try {
        return Past.of(settings.at(Optional.of(Long.toString(candidate))), network);
      } catch (InftException e) {
        if (!Unreadable.isWrong(e)) {
          throw e;
        }
      }
    }
  }

  private static Restored publish(
      EngineSettings settings,
      Network network,
      Past past,
      Optional<KeyChange.NewEpoch> epoch,
      OptionalLong over)
      throws InftException {
    Replacement what = Replacement.past(past.image(), past.version(), epoch, over);
    Anchored anchored = Engines.push(settings.at(Optional.empty()), network, what);
    return new Restored(published(anchored), published(past.version()));
  }

  private static Session.Published published(Anchored version) {
    return new Session.Published(version.version(), version.anchor().root());
  }

  /**
   * A past version and a copy of its database that may be taken over.
   *
   * @param scratch holds the copy, gone when it was
   */
  private record Past(Anchored version, Scratch scratch) implements AutoCloseable {
    static Past of(EngineSettings settings, Network network) throws InftException {
      try (Session session = PastStates.openNewest(settings.whole(), network)) {
        Anchored version = network.registry().version(settings.id(), session.version(), 0);
        Scratch scratch = Scratch.inHome(settings.home(), "restore");
        boolean made = false;
        try (OutputStream out = Files.newOutputStream(scratch.make("image.sqlite"))) {
          Files.copy(session.databaseFile(), out);
          made = true;
          return new Past(version, scratch);
        } catch (IOException e) {
          throw new LocalStorageException(scratch.folder(), "write", e);
        } finally {
          if (!made) {
            scratch.close();
          }
        }
      }
    }

    Path image() {
      return scratch.file("image.sqlite");
    }

    @Override
    public void close() throws LocalStorageException {
      scratch.close();
    }
  }
}

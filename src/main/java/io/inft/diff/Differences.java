package io.inft.diff;

import io.inft.bytes.Scratch;
import io.inft.capture.SourceDatabase;
import io.inft.failure.InftException;
import io.inft.failure.PastStateException;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Forks;
import io.inft.replica.Session;
import io.inft.replica.local.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what differs between two states of a database. */
public final class Differences {
  private Differences() {}

  /**
   * Compares two states, and tells of it while it goes on. Versions are restored as {@code at=}
   * restores them and need the secret; nothing is changed, published or made current.
   *
   * @return all but the rows, which only the listener is told of
   * @throws PastStateException there is no such version
   * @throws io.inft.failure.ForeignFileException nothing was put aside under such a name
   * @throws io.inft.failure.NotComparableException SQLite cannot hold the two against each other
   */
  public static DatabaseDiff find(
      EngineSettings settings,
      Network network,
      DiffState left,
      DiffState right,
      DiffOptions options,
      DiffListener listener)
      throws InftException {
    try (Opened opened = new Opened(settings, network)) {
      return Comparison.of(opened.file(left), opened.file(right), options, listener);
    }
  }

  /** Database files of states, for as long as this is open. */
  private static final class Opened implements AutoCloseable {
    private final EngineSettings settings;
    private final Network network;

    // Mutable: what is to be closed, the newest last.
    private final List<AutoCloseable> open = new ArrayList<>();

    Opened(EngineSettings settings, Network network) {
      this.settings = settings;
      this.network = network;
    }

    Path file(DiffState state) throws InftException {
      if (state instanceof DiffState.Version version) {
        return session(version.at()).databaseFile();
      }
      Path image = scratch().make("image.sqlite");
      if (state instanceof DiffState.PutAside aside) {
        Forks.export(settings, network, aside.generation(), image, true);
      } else if (state instanceof DiffState.Local local) {
        SourceDatabase.copy(local.file(), image);
      } // nothing is what the image is anyway
      return image;
    }

    private Session session(String at) throws InftException {
      String version = at.equals(DiffState.Version.HEAD) ? Long.toString(head()) : at;
      Session session = Engines.open(settings.whole().at(Optional.of(version)), network);
      open.add(session);
      return session;
    }

    private long head() throws InftException {
      return Databases.headVersion(settings, network)
          .orElseThrow(
              () ->
                  new PastStateException(
                      "head of '" + settings.id() + "'", "nothing was published yet"));
    }

    private Scratch scratch() throws InftException {
      Scratch scratch = Scratch.inHome(settings.home(), "diff");
      open.add(scratch);
      return scratch;
    }

    @Override
    public void close() throws InftException {
      InftException failed = null;
      for (int i = open.size() - 1; i >= 0; i--) {
        try {
          open.get(i).close();
        } catch (InftException e) {
          failed = e;
        } catch (Exception e) {
          throw new IllegalStateException("what is open here fails in one of our ways", e);
        }
      }
      if (failed != null) {
        throw failed;
      }
    }
  }
}

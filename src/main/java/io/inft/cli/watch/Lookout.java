package io.inft.cli.watch;

import io.inft.cli.watch.Notice.Kind;
import io.inft.cli.watch.Notice.Level;
import io.inft.failure.RpcErrorException;
import io.inft.jdbc.Target;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Watches one database from when its network can be reached: a watch that begins while the chain is
 * away says so and goes on trying. For one thread.
 */
final class Lookout {
  private final String id;
  private final Properties given;
  private final Expected expected;
  private final @Nullable SeenFile file;
  private final Clock clock;

  // Mutable: what is watched, once it was reached, and whether it was said that it is not.
  private @Nullable Watched watched;
  private boolean away;

  /**
   * @param given as a connection takes them
   * @param file where what was seen is kept; null to keep it nowhere
   */
  Lookout(String id, Properties given, Expected expected, @Nullable SeenFile file, Clock clock) {
    this.id = id;
    this.given = given;
    this.expected = expected;
    this.file = file;
    this.clock = clock;
  }

  /**
   * Looks once; never fails for what is wrong with chain or storage.
   *
   * @throws SQLException what was given is wrong, and will be tomorrow
   */
  List<Notice> look() throws SQLException, IOException {
    List<Notice> found = new ArrayList<>();
    Watched there = watched;
    if (there == null) {
      try {
        there = open();
      } catch (SQLException e) {
        if (!mayPass(e)) {
          throw e;
        }
        if (!away) {
          found.add(notice(Level.WARNING, String.valueOf(e.getMessage())));
        }
        away = true;
        return found;
      }
      if (away) {
        found.add(notice(Level.OVER, "the network answers again"));
      }
      watched = there;
    }
    found.addAll(there.look());
    if (file != null && there.seen().isPresent()) {
      file.keep(key(there.target()), there.seen().get());
    }
    return found;
  }

  private Watched open() throws SQLException {
    Target target = Target.of(id, given, false);
    Optional<Seen> before = file == null ? Optional.empty() : file.of(key(target));
    return new Watched(target, expected, clock, before);
  }

  /** Whether another time may be better: nobody answered, or the chain's endpoint with an error. */
  private static boolean mayPass(SQLException e) {
    return e instanceof SQLTransientConnectionException
        || e.getCause() instanceof RpcErrorException;
  }

  private Notice notice(Level level, String message) {
    return new Notice(clock.instant(), id, level, Kind.UNREACHABLE, 0, message);
  }

  private static String key(Target target) {
    return target.settings().id() + " in " + target.network().registry().describe();
  }
}

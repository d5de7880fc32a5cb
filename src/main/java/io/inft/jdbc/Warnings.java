package io.inft.jdbc;

import io.inft.jdbc.errors.SqlExceptions;
import io.inft.replica.Session;
import java.sql.SQLWarning;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection's chain of warnings, the engine's and the driver's own. Safe for many threads. */
final class Warnings {
  private @Nullable SQLWarning first; // guarded by this

  synchronized void add(String message) {
    SQLWarning warning = SqlExceptions.warning(message);
    if (first == null) {
      first = warning;
    } else {
      first.setNextWarning(warning);
    }
  }

  /** All that were not cleared yet, with what the engine has to say by now. */
  synchronized @Nullable SQLWarning all(Session session) {
    Optional<String> ofEngine = session.takeWarning();
    while (ofEngine.isPresent()) {
      add(ofEngine.get());
      ofEngine = session.takeWarning();
    }
    return first;
  }

  synchronized void clear() {
    first = null;
  }
}

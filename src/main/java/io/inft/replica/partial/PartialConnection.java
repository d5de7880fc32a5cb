package io.inft.replica.partial;

import io.inft.failure.InftException;
import io.inft.lazy.PartialDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * One connection of SQLite's to a database whose pages may not all be here. For the thread that
 * uses the connection; {@link #abort} may come from any.
 */
public final class PartialConnection {
  private final Optional<PartialDatabase> database;
  private final Runnable hydration;

  // Mutable; the first is looked at by any thread.
  private volatile @Nullable SQLiteConnection connection;
  private Duration waitAtMost = Duration.ZERO;
  private boolean hydrating;

  /**
   * @param database empty if all pages are here
   * @param hydration brings what nobody asked for, from when it is run
   */
  public PartialConnection(Optional<PartialDatabase> database, Runnable hydration) {
    this.database = database;
    this.hydration = hydration;
  }

  /** Opens it. */
  @FunctionalInterface
  public interface Opening<C extends SQLiteConnection> {
    C open(String fileName) throws SQLException;
  }

  /**
   * Opens it, once.
   *
   * @param fileName what is opened if all pages are here
   */
  public <C extends SQLiteConnection> C connect(String fileName, Opening<C> opening)
      throws InftException, SQLException {
    if (database.isEmpty()) {
      return opening.open(fileName);
    }
    C opened = database.get().connect(opening::open);
    connection = opened;
    return opened;
  }

  public boolean isPartial() {
    return database.isPresent() && !database.get().isWhole();
  }

  /** To be called before everything that reaches SQLite. */
  public void enter() {
    SQLiteConnection of = connection;
    if (of != null && database.isPresent()) {
      database.get().enter(of, waitAtMost);
    }
  }

  /** How long calls wait for pages from the next {@link #enter} on; 0 for ever. */
  public void waitAtMost(Duration limit) {
    waitAtMost = limit;
  }

  /** What stands behind an input/output error that was just thrown, once. */
  public Optional<InftException> takeFailure() {
    SQLiteConnection of = connection;
    return of == null ? Optional.empty() : database.flatMap(partial -> partial.takeFailure(of));
  }

  /** What nobody asked for comes once somebody had what he asked for. */
  public void afterCall() {
    if (!hydrating) {
      hydrating = true;
      hydration.run();
    }
  }

  /** Ends its wait for a page, and all later ones. */
  public void abort() {
    SQLiteConnection of = connection;
    if (of != null) {
      database.ifPresent(partial -> partial.abort(of));
    }
  }
}

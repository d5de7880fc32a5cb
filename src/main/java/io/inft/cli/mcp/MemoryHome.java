package io.inft.cli.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.agents.search.Embedder;
import io.inft.agents.search.Memories;
import io.inft.failure.InftException;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.Recovery;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database of a server: a connection that keeps it open, one for each call beside it, and going
 * back to a version while nobody else is in it. May be shared between threads.
 */
final class MemoryHome implements AutoCloseable {
  /** What is of no use to a connection that stays at a version. */
  private static final List<InftProperty> LIVE =
      List.of(InftProperty.DURABILITY, InftProperty.MODE, InftProperty.REFRESH);

  private final String id;
  private final Properties properties;
  private final String space;
  private final Target target;
  private final Memories memories;
  private final ReentrantReadWriteLock inside = new ReentrantReadWriteLock(true);

  // Mutable, under the write lock: null while it is not open.
  private @Nullable Connection kept;

  /** What is done with it while it stays as it is. */
  @FunctionalInterface
  interface Work {
    void run() throws ToolFailure, SQLException;
  }

  /**
   * Opens it.
   *
   * @param properties of the driver; with {@code mode=ro} it is only read
   * @param space whose memories these are
   */
  MemoryHome(String id, Properties properties, String space, Optional<Embedder> embedder)
      throws SQLException {
    this.id = id;
    this.properties = properties;
    this.space = space;
    this.target = Target.of(id, properties, true);
    Memories plain = Memories.in(new Connections());
    this.memories = embedder.map(plain::with).orElse(plain);
    this.kept = connect();
  }

  /**
   * Opens it with the embedding model that the class path brings, if it brings one.
   *
   * @param model which, if it brings several; null if nobody said
   * @throws IllegalArgumentException several and none was named, or there is none of that name
   */
  static MemoryHome open(String id, Properties properties, String space, @Nullable String model)
      throws SQLException {
    return new MemoryHome(id, properties, space, embedder(model));
  }

  private static Optional<Embedder> embedder(@Nullable String model) {
    List<Embedder> found = new ArrayList<>();
    try {
      ServiceLoader.load(Embedder.class).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw new IllegalArgumentException(
          "an embedding model on the class path cannot be used: " + e.getMessage(), e);
    }
    List<String> names = found.stream().map(Embedder::model).toList();
    if (model != null) {
      found.removeIf(each -> !each.model().equals(model));
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "--model '" + model + "' is not on the class path; there: " + names);
      }
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "several embedding models are on the class path: say --model, one of " + names);
    }
    return found.stream().findFirst();
  }

  String id() {
    return id;
  }

  String space() {
    return space;
  }

  /**
   * What a subject's key is called: one space's tools have nothing to do with the keys of another,
   * nor with those of an application. Without its length, a space's name could end where it likes.
   */
  String scoped(String subject) {
    return prefix() + subject;
  }

  /** The subject as its tool was given it; one that an application named, as it is. */
  String unscoped(String named) {
    return named.startsWith(prefix()) ? named.substring(prefix().length()) : named;
  }

  private String prefix() {
    return "mcp:" + space.codePointCount(0, space.length()) + ":" + space + ":";
  }

  Memories memories() {
    return memories;
  }

  Target target() {
    return target;
  }

  /** A connection of its own; the caller closes it. */
  Connection connect() throws SQLException {
    return Objects.requireNonNull(new InftDriver().connect("jdbc:inft:" + id, properties));
  }

  /** A connection to a published version, all of whose pages are here; the caller closes it. */
  Connection connect(long version) throws SQLException {
    Properties past = new Properties();
    properties.stringPropertyNames().forEach(n -> past.setProperty(n, properties.getProperty(n)));
    for (InftProperty live : LIVE) {
      past.remove(live.propertyName());
    }
    past.setProperty(InftProperty.AT.propertyName(), Long.toString(version));
    past.setProperty(InftProperty.OPEN.propertyName(), "full");
    return Objects.requireNonNull(new InftDriver().connect("jdbc:inft:" + id, past));
  }

  /** Runs something while nobody goes back to a version. */
  void inside(Work work) throws ToolFailure, SQLException {
    inside.readLock().lock();
    try {
      work.run();
    } finally {
      inside.readLock().unlock();
    }
  }

  /** Says of an answer which version it stands on, and whether anything waits to be published. */
  void standing(ObjectNode answer) throws SQLException {
    try (Connection connection = connect()) {
      DatabaseStatus status = connection.unwrap(InftConnection.class).status();
      Optional<DatabaseStatus.WrittenLine> line = status.line();
      boolean nothing = line.map(written -> written.unpublished().isNothing()).orElse(true);
      boolean aside = line.map(DatabaseStatus.WrittenLine::isFork).orElse(false);
      answer.put("version", status.version());
      answer.put("anchored", nothing && !aside);
      if (!nothing) {
        answer.put("unpublished", line.orElseThrow().unpublished().sentence(Instant.now()));
      }
      if (aside) {
        answer.put(
            "putAside",
            "another writer was first: what this server writes goes nowhere; restart it");
      }
      line.flatMap(DatabaseStatus.WrittenLine::lastFailure)
          .ifPresent(failure -> answer.put("publishingFailed", failure));
    }
  }

  /**
   * Makes the content of an older version the newest version. Everybody else waits, or has left.
   *
   * @return the new version
   */
  Recovery.Restored goBack(long version) throws SQLException, ToolFailure {
    // The calling tool is inside too, and a read lock cannot become a write lock.
    inside.writeLock().lock();
    try {
      close();
      try {
        long newest = target.newest().version();
        if (version >= newest) {
          throw new ToolFailure(
              "there is no version "
                  + version
                  + " to go back to: the newest is "
                  + newest
                  + ", history lists them");
        }
        Target past = target.at(Optional.of(Long.toString(version)));
        return Recovery.restore(past.settings(), past.network(), OptionalLong.empty());
      } finally {
        kept = connect();
      }
    } catch (InftException e) {
      throw Target.failure(e);
    } finally {
      inside.writeLock().unlock();
    }
  }

  /** Publishes what is not published, as closing a connection does. */
  @Override
  public void close() throws SQLException {
    inside.writeLock().lock();
    try {
      Connection open = kept;
      kept = null;
      if (open != null) {
        open.close();
      }
    } finally {
      inside.writeLock().unlock();
    }
  }

  /** Connections for the memories, by the options of the command. */
  private final class Connections implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      return connect();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      throw new SQLFeatureNotSupportedException("the options of the command say who opens it");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
      return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
      // Nothing is written there.
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
      throw new SQLFeatureNotSupportedException("there is no timeout of opening");
    }

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
      throw new SQLFeatureNotSupportedException("the driver logs by slf4j");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLException("there is no " + type.getName() + " in here");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }
}

package io.inft.api;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import io.inft.seal.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One connection a database, opened when it is needed and kept, so that what is appended gathers
 * instead of being published by each close. Used by one caller at a time each.
 */
final class Desks implements AutoCloseable {
  private final Properties properties;
  private final Map<String, Desk> desks = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Desks(Properties properties) {
    this.properties = properties;
  }

  private static final class Desk {
    // Guarded by the desk itself.
    private @Nullable Connection connection;

    /** What this client rotated to, in place of what its properties say. */
    private volatile Optional<Secret> secret = Optional.empty();
  }

  /** Something to do with a connection of this driver. */
  @FunctionalInterface
  interface Call<T> {
    T run(InftConnection connection) throws SQLException;
  }

  /** Something to do with SQL. */
  @FunctionalInterface
  interface SqlCall {
    void run(Connection connection) throws SQLException;
  }

  /** Something to do while there is no connection. */
  @FunctionalInterface
  interface Task<T> {
    T run() throws SQLException;
  }

  <T> T run(String id, Call<T> call) throws SQLException {
    Desk desk = desk(id);
    synchronized (desk) {
      return call.run(open(id, desk).unwrap(InftConnection.class));
    }
  }

  void sql(String id, SqlCall call) throws SQLException {
    Desk desk = desk(id);
    synchronized (desk) {
      call.run(open(id, desk));
    }
  }

  /** Closes this client's own connection and keeps others from opening one meanwhile. */
  <T> T without(String id, Task<T> task) throws SQLException {
    Desk desk = desk(id);
    synchronized (desk) {
      close(desk);
      return task.run();
    }
  }

  /** A database with the secret that this client rotated to. */
  Target current(String id, Target target) throws SQLException {
    requireOpen();
    Desk desk = desks.get(id);
    return desk == null ? target : desk.secret.map(target::with).orElse(target);
  }

  void remember(String id, Secret secret) throws SQLException {
    desk(id).secret = Optional.of(secret);
  }

  private Desk desk(String id) throws SQLException {
    requireOpen();
    return desks.computeIfAbsent(id, name -> new Desk());
  }

  private void requireOpen() throws SQLException {
    if (closed) {
      throw Target.closed("the client");
    }
  }

  /** A connection that lost against another writer, or was closed by it, is replaced. */
  private Connection open(String id, Desk desk) throws SQLException {
    Connection open = desk.connection;
    if (open != null && !open.isValid(0)) {
      close(desk);
      open = null;
    }
    if (open == null) {
      open = Target.connect(id, properties, desk.secret);
      desk.connection = open;
    }
    return open;
  }

  private static void close(Desk desk) throws SQLException {
    Connection open = desk.connection;
    desk.connection = null;
    if (open != null) {
      open.close();
    }
  }

  /** Closes all, also if one fails. */
  @Override
  public void close() throws SQLException {
    closed = true;
    SQLException failure = null;
    for (Desk desk : desks.values()) {
      try {
        synchronized (desk) {
          close(desk);
        }
      } catch (SQLException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

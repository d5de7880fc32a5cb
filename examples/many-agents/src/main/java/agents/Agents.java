package agents;

import io.inft.jdbc.InftDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Any number of agents, each with a database of its own, of which at most {@code atOnce} are open.
 * A database that is closed costs nothing but its folder: no thread, no file handle, no memory. The
 * work of one agent is done in order, that of different agents side by side.
 */
public final class Agents implements AutoCloseable {
  private final ExecutorService workers;
  private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

  public Agents(int atOnce) {
    workers = Executors.newFixedThreadPool(atOnce);
  }

  /** What an agent does in a turn. */
  public interface Turn<T> {
    T take(Connection memory) throws SQLException;
  }

  /** Lets an agent take a turn; when the result is there, it is stored and anchored. */
  public <T> Future<T> turn(String agent, Turn<T> turn) {
    return workers.submit(
        () -> {
          ReentrantLock lock = turns.computeIfAbsent(agent, name -> new ReentrantLock(true));
          lock.lock();
          try (Connection memory = database(agent).getConnection()) {
            return turn.take(memory);
          } finally {
            lock.unlock();
          }
        });
  }

  private static InftDataSource database(String agent) throws SQLException {
    InftDataSource database = new InftDataSource();
    database.setUrl("jdbc:inft:agent-" + agent);
    // The last close publishes and then nothing stays open.
    database.setLinger("0s");
    return database;
  }

  /** Waits for all of them. */
  public static <T> List<T> results(List<Future<T>> turns)
      throws InterruptedException, ExecutionException {
    List<T> results = new ArrayList<>();
    for (Future<T> turn : turns) {
      results.add(turn.get());
    }
    return results;
  }

  /** Waits for the turns that are under way. */
  @Override
  public void close() throws InterruptedException {
    workers.shutdown();
    if (!workers.awaitTermination(Duration.ofMinutes(5).toMillis(), TimeUnit.MILLISECONDS)) {
      workers.shutdownNow();
    }
  }
}

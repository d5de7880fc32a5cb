package replica;

import io.inft.jdbc.InftDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Reads a database that somebody else writes. Connections of {@code mode=ro} stay at the version
 * they were opened at, so a query never sees the data change under it; a new connection sees the
 * newest version. That is why every question here opens its own: only pages that changed are
 * fetched.
 */
public final class Replica {
  private final InftDataSource database;

  public Replica(String id) throws SQLException {
    database = new InftDataSource();
    database.setUrl("jdbc:inft:" + id);
    database.setMode("ro");
    database.setRefresh("200ms");
  }

  /** The first column of every row, in the newest version. */
  public List<String> ask(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> answers = new ArrayList<>();
      while (rows.next()) {
        answers.add(rows.getString(1));
      }
      return answers;
    }
  }

  /** Asks again and again until the answer is as wanted. */
  public List<String> follow(String sql, Predicate<List<String>> wanted, Duration patience)
      throws SQLException, InterruptedException, TimeoutException {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      List<String> answers = ask(sql);
      if (wanted.test(answers)) {
        return answers;
      }
      if (System.nanoTime() > until) {
        throw new TimeoutException("the last answer was " + answers);
      }
      Thread.sleep(100);
    }
  }
}

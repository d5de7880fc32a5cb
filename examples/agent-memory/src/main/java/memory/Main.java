package memory;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDataSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A conversation with an agent of the framework that the argument names: a line in, a line out. A
 * turn is published once, and its answer printed once it can no longer be lost; what it cost is
 * printed beside it.
 */
public final class Main {
  private Main() {}

  private static Agent agent(String framework, DataSource database) throws Exception {
    return switch (framework) {
      case "spring" -> new SpringAgent(database);
      case "adk" -> new AdkAgent(database);
      case "graph" -> new GraphAgent(database);
      default ->
          throw new IllegalArgumentException("spring, adk or graph, not '" + framework + "'");
    };
  }

  public static void main(String[] arguments) throws Exception {
    String framework = arguments.length > 0 ? arguments[0] : "spring";
    InftDataSource database = new InftDataSource();
    database.setUrl("jdbc:inft:agent-" + framework);
    database.setSyncInterval("1h"); // a turn says itself when it is to be published
    try (Connection connection = database.getConnection()) {
      InftConnection memory = connection.unwrap(InftConnection.class);
      Agent agent = agent(framework, database);
      System.out.println("I know " + agent.known() + " messages.");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String answer = agent.say(line);
        memory.sync(Duration.ofMinutes(2));
        System.err.println(framework + ": " + cost(connection));
        System.out.println(answer);
      }
    }
  }

  /** What the turn took, where publishing costs anything. */
  private static String cost(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT inft_version(), s ->> 'bytes', s ->> 'gas', s ->> 'price0G' FROM (SELECT"
                    + " inft_status() -> '$.money.lastPublish' AS s)")) {
      row.next();
      String version = "version " + row.getLong(1);
      return row.getString(3) == null
          ? version
          : version
              + ", "
              + row.getLong(2)
              + " bytes, "
              + row.getLong(3)
              + " gas, "
              + row.getString(4)
              + " 0G";
    }
  }
}

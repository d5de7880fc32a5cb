package replica;

import io.inft.jdbc.InftDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * {@code write <text>} adds a line to the database {@code journal}; {@code follow} prints every
 * line as it arrives.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 1 && arguments[0].equals("write")) {
      write(String.join(" ", List.of(arguments).subList(1, arguments.length)));
    } else if (arguments.length == 1 && arguments[0].equals("follow")) {
      follow();
    } else {
      System.err.println("write <text> or follow");
    }
  }

  static void write(String text) throws Exception {
    InftDataSource database = new InftDataSource();
    database.setUrl("jdbc:inft:journal");
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS line(id INTEGER PRIMARY KEY, text TEXT)");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO line(text) VALUES (?)")) {
        insert.setString(1, text);
        insert.executeUpdate();
      }
    }
  }

  private static void follow() throws Exception {
    Replica replica = new Replica("journal");
    int seen = 0;
    while (true) {
      int known = seen;
      List<String> lines =
          replica.follow(
              "SELECT text FROM line ORDER BY id",
              answers -> answers.size() > known,
              Duration.ofDays(1));
      lines.subList(seen, lines.size()).forEach(System.out::println);
      seen = lines.size();
    }
  }
}

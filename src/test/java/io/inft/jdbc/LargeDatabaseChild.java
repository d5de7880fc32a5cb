package io.inft.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/**
 * Publishes a large database from one home and restores it in another, in a heap that is much
 * smaller. Arguments: folder, MiB of random rows, MiB of zeros.
 */
final class LargeDatabaseChild {
  private LargeDatabaseChild() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int random = Integer.parseInt(args[1]);
    int zeros = Integer.parseInt(args[2]);
    long began = System.nanoTime();
    try (Connection connection = open(folder, "here");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(n INTEGER PRIMARY KEY, filler BLOB)");
      for (int n = 0; n < random + zeros; n++) {
        String filler = n < random ? "randomblob(1048576)" : "zeroblob(1048576)";
        statement.execute("INSERT INTO t VALUES (" + n + ", " + filler + ")");
      }
      sync(statement);
      began = say("published", began);
      statement.execute("DELETE FROM t WHERE n % 16 = 3");
      statement.execute("VACUUM");
      began = say("vacuumed", began);
      sync(statement);
      began = say("published again", began);
      statement.execute("UPDATE t SET filler = NULL WHERE n = 0");
      sync(statement);
      began = say("published a change", began);
    }
    say("closed", began);
    began = System.nanoTime();
    try (Connection connection = open(folder, "there");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*), sum(length(filler)) FROM t")) {
      began = say("restored", began);
      System.out.println("rows " + row.getLong(1));
      System.out.println("bytes " + row.getLong(2));
    }
    System.out.println("done");
  }

  private static Connection open(Path folder, String machine) throws Exception {
    return DriverManager.getConnection(
        "jdbc:inft:large?network=embedded&open=full&linger=0&syncInterval=1h&maxLag=2h&closeTimeout=10m&home="
            + folder.resolve(machine)
            + "&embeddedDir="
            + folder.resolve("network"));
  }

  private static void sync(Statement statement) throws Exception {
    statement.execute("SELECT inft_sync(600000)");
  }

  private static long say(String what, long began) {
    long now = System.nanoTime();
    System.out.println("time " + what + " after " + (now - began) / 1_000_000 + " ms");
    return System.nanoTime();
  }
}

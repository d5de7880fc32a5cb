package io.inft.jdbc;

import io.inft.seal.Secret;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * A process that is made to be killed: it changes the secret of a database again and again, by new
 * epochs and by rewraps, while another connection writes. It says which secret and which rows are
 * acknowledged. Arguments: id, file with connection properties, number of the secret that opens.
 */
final class DevnetRotator {
  private DevnetRotator() {}

  /** The raw key with this number, in hex. */
  static String key(int number) {
    return String.format(java.util.Locale.ROOT, "%064x", 0xb0b0_0000L + number);
  }

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[1]))) {
      properties.load(reader);
    }
    int secret = Integer.parseInt(args[2]);
    InftDriver driver = new InftDriver();
    Connection connection = driver.connect("jdbc:inft:" + args[0], properties);
    Connection writer = driver.connect("jdbc:inft:" + args[0], properties);
    Thread writing = new Thread(() -> write(writer), "rows");
    writing.setDaemon(true);
    writing.start();
    InftConnection inft = connection.unwrap(InftConnection.class);
    while (true) {
      Secret next = Secret.parseKey(key(++secret));
      if (secret % 2 == 0) {
        inft.rotateKey(next);
      } else {
        inft.replaceKey(next);
      }
      System.out.println("secret " + secret);
    }
  }

  private static void write(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      while (true) {
        statement.execute("INSERT INTO t(n) VALUES ((SELECT coalesce(max(n), 0) + 1 FROM t))");
        System.out.println("row");
      }
    } catch (SQLException e) {
      System.out.println("failed " + e);
    }
  }
}

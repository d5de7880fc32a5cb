package io.inft.it;

import io.inft.jdbc.InftConnection;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.Properties;

/**
 * A program that says what it sees: words, numbers and times as the driver reads and writes them.
 * Wherever it runs it must see the same.
 */
final class Probe {
  private final PrintStream out;
  private final Properties settings = new Properties();

  private Probe(PrintStream out, String home, String network) {
    this.out = out;
    settings.setProperty("home", home);
    settings.setProperty("embeddedDir", network);
    // Capital I, and i, are what Turkish changes.
    settings.setProperty("network", "embedded");
    settings.setProperty("durability", "local");
    settings.setProperty("linger", "0s");
    settings.setProperty("syncInterval", "250ms");
    settings.setProperty("transaction_mode", "IMMEDIATE");
    settings.setProperty("password", "İstanbul ısı ılık – a long enough one");
    settings.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Probe probe = new Probe(out, arguments[1], arguments[2]);
    if (arguments[0].equals("write")) {
      probe.write();
    }
    probe.read();
  }

  private void write() throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:inft:TITLE-i", settings);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE TITLE(ID INTEGER PRIMARY KEY, Iı TEXT, AT, PRICE)");
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO title(Iı, at, price) VALUES (?, ?, ?)")) {
        insert.setString(1, "İIiı");
        insert.setTimestamp(2, new Timestamp(1_700_000_000_123L));
        insert.setBigDecimal(3, new BigDecimal("1234567.89"));
        insert.executeUpdate();
      }
      connection.commit();
      connection.setAutoCommit(true);
      try (Statement event = connection.createStatement()) {
        event.execute("INSERT INTO INFT_EVENTS(TIME, TYPE, PAYLOAD) VALUES (5, 'I', '{\"i\":1}')");
      }
      try (Statement another = connection.createStatement()) {
        another.execute("VACUUM");
        another.execute("PRAGMA WAL_CHECKPOINT(TRUNCATE)");
      }
      connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(1));
    }
  }

  private void read() throws SQLException {
    settings.setProperty("mode", "ro");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:TITLE-i", settings);
        Statement statement = connection.createStatement()) {
      say(statement, "SELECT Iı, typeof(at), at, price, lower('I'), upper('i') FROM Title");
      say(statement, "SELECT seq, time, type, payload FROM inft_events");
      say(statement, "SELECT json_extract(inft_status(), '$.id')");
      say(statement, "SELECT json_array_length(inft_history()) > 0, json_valid(inft_log())");
      say(statement, "PRAGMA integrity_check");
      try (ResultSet rows = statement.executeQuery("SELECT at FROM title")) {
        out.println(rows.getTimestamp(1).toInstant());
      }
      refused(statement, "INSERT INTO title(price) VALUES (1)");
      refused(statement, "SELECT ı FROM title");
      refused(statement, "SELECT inft_sync('I')");
    }
    settings.setProperty("durabılıty", "local");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:TITLE-i", settings)) {
      out.println("an unknown property was taken: " + connection);
    } catch (SQLException e) {
      out.println(e.getSQLState() + " " + e.getMessage());
    }
  }

  private void say(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          out.print(rows.getString(i) + " | ");
        }
        out.println();
      }
    }
  }

  private void refused(Statement statement, String sql) {
    try {
      statement.execute(sql);
      out.println("not refused: " + sql);
    } catch (SQLException e) {
      out.println(e.getSQLState() + " " + e.getMessage());
    }
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What compresses before it is encrypted tells by its size how much it repeats: somebody who may
 * write beside a secret, and sees the sizes of what is published, guesses the secret piece by
 * piece.
 */
class SizesTest {
  private static final String SECRET = "session_token=kW7pQ2zR9vT4";
  private static final int NOTES = 8;

  @TempDir Path folder;
  private int databases;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  @Test
  void withoutPaddingTheSizeOfASnapshotTellsTheRightGuessFromAWrongOne() throws Exception {
    assertThat(toldApart("none")).isEqualTo(NOTES);
  }

  @Test
  void withPaddingItDoesSoForFewContentsOnly() throws Exception {
    assertThat(toldApart("padme")).isLessThanOrEqualTo(NOTES / 2);
  }

  /** For how many contents beside them a guess and a wrong one end in different sizes. */
  private int toldApart(String padding) throws Exception {
    int apart = 0;
    for (int note = 0; note < NOTES; note++) {
      Set<Long> sizes = new TreeSet<>();
      for (String guess : new String[] {SECRET, "session_token=bJ3mXsN0uD1c"}) {
        sizes.add(size(padding, guess, 9 * note));
      }
      apart += sizes.size() - 1;
    }
    return apart;
  }

  /** Bytes of the snapshot of a database with the secret, a guess of it and a random note. */
  private long size(String padding, String guess, int noteBytes) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("padding", padding);
    String url = "jdbc:inft:sizes-" + padding + databases++;
    try (Connection connection = DriverManager.getConnection(url, properties);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE TABLE secrets(value TEXT)");
      statement.execute("CREATE TABLE guesses(value TEXT)");
      statement.execute("CREATE TABLE notes(value BLOB)");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO guesses SELECT ? FROM secrets")) {
        statement.execute("INSERT INTO secrets VALUES ('" + SECRET + "')");
        insert.setString(1, guess);
        insert.executeUpdate();
      }
      byte[] note = new byte[noteBytes];
      new Random(noteBytes).nextBytes(note);
      try (PreparedStatement insert = connection.prepareStatement("INSERT INTO notes VALUES (?)")) {
        insert.setBytes(1, note);
        insert.executeUpdate();
      }
      connection.commit();
      connection.setAutoCommit(true);
      try (ResultSet row =
          statement.executeQuery(
              "SELECT json_extract(inft_status(), '$.packBytes') WHERE inft_sync(60000) > 0")) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}

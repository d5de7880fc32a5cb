package team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both halves are the team's, or one is and the other the embedded network's. */
class TeamNetworkTest {
  @TempDir Path folder;

  private String tables(String file) {
    return "team:jdbc:sqlite:" + folder.resolve(file);
  }

  private Properties both() {
    Properties properties = new Properties();
    properties.setProperty("network", tables("team.db"));
    return properties;
  }

  private Properties objectsHere() {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("store", tables("objects.db"));
    return properties;
  }

  private Properties headsHere() {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("registry", tables("heads.db"));
    return properties;
  }

  private Connection open(String machine, Properties network) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(network);
    properties.setProperty("embeddedDir", folder.resolve("embedded").toString());
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("privateKey", "33".repeat(32));
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("create", "true");
    properties.setProperty("linger", "0");
    return DriverManager.getConnection("jdbc:inft:notes", properties);
  }

  private void whatOneMachineWritesAnotherReads(Properties network) throws Exception {
    try (Connection connection = open("machine-a", network);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE note(text TEXT)");
      statement.execute("INSERT INTO note VALUES ('water the plants')");
    }
    try (Connection connection = open("machine-b", network);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT text FROM note")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("water the plants");
    }
  }

  @Test
  void objectsAndHeadsInOneDatabase() throws Exception {
    whatOneMachineWritesAnotherReads(both());
    assertThat(folder.resolve("team.db")).exists();
    assertThat(folder.resolve("embedded")).doesNotExist();
  }

  @Test
  void objectsInTablesHeadsElsewhere() throws Exception {
    whatOneMachineWritesAnotherReads(objectsHere());
    assertThat(folder.resolve("objects.db")).exists();
    assertThat(folder.resolve("embedded/registry")).exists();
    assertThat(folder.resolve("embedded/store")).doesNotExist();
  }

  @Test
  void headsInATableObjectsElsewhere() throws Exception {
    whatOneMachineWritesAnotherReads(headsHere());
    assertThat(folder.resolve("heads.db")).exists();
    assertThat(folder.resolve("embedded/store")).exists();
    assertThat(folder.resolve("embedded/registry")).doesNotExist();
  }

  @Test
  void whoWritesSecondIsToldAndOverwritesNothing() throws Exception {
    try (Connection first = open("machine-a", both());
        Statement here = first.createStatement()) {
      here.execute("CREATE TABLE note(text TEXT)");
      here.execute("SELECT inft_sync(60000)");
      try (Connection second = open("machine-b", both());
          Statement there = second.createStatement()) {
        here.execute("INSERT INTO note VALUES ('first')");
        here.execute("SELECT inft_sync(60000)");
        there.execute("INSERT INTO note VALUES ('second')");
        assertThatThrownBy(() -> there.execute("SELECT inft_sync(60000)"))
            .hasFieldOrPropertyWithValue("SQLState", "40001");
      }
    }
  }
}

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

class TeamNetworkTest {
  @TempDir Path folder;

  private Connection open(String machine) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "team");
    properties.setProperty("rpc", "jdbc:sqlite:" + folder.resolve("team.db"));
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("privateKey", "33".repeat(32));
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("create", "true");
    properties.setProperty("linger", "0");
    return DriverManager.getConnection("jdbc:inft:notes", properties);
  }

  @Test
  void whatOneMachineWritesAnotherReads() throws Exception {
    try (Connection connection = open("machine-a");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE note(text TEXT)");
      statement.execute("INSERT INTO note VALUES ('water the plants')");
    }
    try (Connection connection = open("machine-b");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT text FROM note")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("water the plants");
    }
  }

  @Test
  void whoWritesSecondIsToldAndOverwritesNothing() throws Exception {
    try (Connection first = open("machine-a");
        Statement here = first.createStatement()) {
      here.execute("CREATE TABLE note(text TEXT)");
      here.execute("SELECT inft_sync(60000)");
      try (Connection second = open("machine-b");
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

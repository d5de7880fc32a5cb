package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application's test on a 0G of its own: what one machine anchors, another restores. */
@Timeout(240)
class DevnetTest {
  @TempDir Path folder;

  private Connection connect(Devnet network, String machine) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", network.rpc().toString());
    properties.setProperty("indexer", network.indexerAddress().toString());
    properties.setProperty("contract", network.registry().toString());
    properties.setProperty("privateKey", network.key().revealHex());
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("create", "true");
    properties.setProperty("durability", "anchored");
    properties.setProperty("linger", "0");
    return DriverManager.getConnection("jdbc:inft:notes", properties);
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      return rows.getLong(1);
    }
  }

  @Test
  void aDatabaseOutlivesItsMachine() throws Exception {
    DevnetOptions options = DevnetOptions.standard(Path.of("target", "npm-packages"));
    try (Devnet network = Devnet.open(folder.resolve("devnet"), options, words -> {})) {
      try (Connection connection = connect(network, "here");
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE note(text)");
        statement.execute("INSERT INTO note VALUES ('water the plants')");
        assertThat(number(statement, "SELECT inft_version()")).isEqualTo(2);
      }
      try (Connection connection = connect(network, "there");
          Statement statement = connection.createStatement()) {
        assertThat(number(statement, "SELECT count(*) FROM note")).isEqualTo(1);
      }
    }
  }
}

package io.inft.jdbc.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.InftDriver;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network belongs to what uses it, and ends with the last. */
class NetworksTest {
  private static final int TENANTS = 25;

  @TempDir Path folder;

  private Connection open(int tenant) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("linger", "0");
    properties.setProperty("privateKey", String.format(Locale.ROOT, "%064x", tenant));
    properties.setProperty("encryptionKey", "22".repeat(32));
    return new InftDriver().connect("jdbc:inft:tenant-" + tenant, properties);
  }

  @Test
  void tenantsThatLeftLeaveNothing() throws Exception {
    int before = Networks.held();
    for (int tenant = 1; tenant <= TENANTS; tenant++) {
      try (Connection connection = open(tenant);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t(x)");
      }
    }
    try (Connection stays = open(TENANTS);
        Statement statement = stays.createStatement()) {
      for (int look = 0; look < 50 && Networks.held() > before + 1; look++) {
        System.gc();
      }
      assertThat(Networks.held()).isLessThanOrEqualTo(before + 1);
      try (Connection another = open(TENANTS);
          Statement second = another.createStatement()) {
        statement.execute("INSERT INTO t VALUES (1)");
        assertThat(second.executeQuery("SELECT x FROM t").next()).isTrue();
      }
    }
    Engines.endIdle();
  }
}

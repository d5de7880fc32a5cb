package io.inft.faults.insider;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.SigningKey;
import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.Target;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.Engines;
import io.inft.store.DirectoryStore;
import io.inft.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database keeps the kind of state root that it was begun with, and the packs that go with it.
 */
class StateRootKindsTest {
  private static final String ID = "agent-1";
  private static final SigningKey OWNER = SigningKey.parse("11".repeat(32));

  @TempDir Path world;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Properties properties(String home) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", world.resolve(home).toString());
    properties.setProperty("embeddedDir", world.resolve("network").toString());
    properties.setProperty("privateKey", "11".repeat(32));
    properties.setProperty("encryptionKey", "00".repeat(32));
    properties.setProperty("linger", "0");
    properties.setProperty("refresh", "0");
    return properties;
  }

  private void execute(String home, String... statements) throws SQLException {
    try (Connection connection = new InftDriver().connect("jdbc:inft:" + ID, properties(home));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
        connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30));
      }
    }
    Engines.endIdle();
  }

  private int rows(String home) throws SQLException {
    try (Connection connection = new InftDriver().connect("jdbc:inft:" + ID, properties(home));
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT count(*) FROM t")) {
      return result.getInt(1);
    } finally {
      Engines.endIdle();
    }
  }

  /** Packs of its kind have no directory that proves itself, and nothing tells where they end. */
  private int readLazily(String home) throws SQLException {
    Properties properties = properties(home);
    properties.setProperty("mode", "ro");
    properties.setProperty("open", "lazy");
    try (Connection connection = new InftDriver().connect("jdbc:inft:" + ID, properties);
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT count(*), inft_status() FROM t WHERE length(x) > 0")) {
      assertThat(result.getString(2)).contains("\"open\":\"lazy\"");
      return result.getInt(1);
    } finally {
      Engines.endIdle();
    }
  }

  private Insider opened(Registry registry, Store store) throws Exception {
    return new Insider(registry, store, DatabaseId.parse(ID), OWNER, Insider.SECRET);
  }

  private StateKey keyOfHead() throws Exception {
    try (Registry registry =
            DirectoryRegistry.open(
                world.resolve("network/registry"), Optional.of(OWNER), Clock.systemUTC());
        Store store = DirectoryStore.open(world.resolve("network/store"))) {
      return opened(registry, store).stateKey;
    }
  }

  /** The next version is what an earlier build would have published. */
  private StateKey publishAsBefore() throws Exception {
    Path file = world.resolve("before.db");
    try (Connection connection =
            new org.sqlite.JDBC().connect("jdbc:sqlite:" + file, new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      statement.execute(
          "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 900)"
              + " SELECT hex(randomblob(40)) FROM n");
    }
    try (Registry registry =
            DirectoryRegistry.open(
                world.resolve("network/registry"), Optional.of(OWNER), Clock.systemUTC());
        Store store = DirectoryStore.open(world.resolve("network/store"))) {
      Insider before = opened(registry, store);
      before.stateKey = new StateKey(StateRoot.PAGES, before.stateKey.key());
      Insider.Draft draft = new Insider.Draft();
      draft.pages = Insider.pages(Files.readAllBytes(file), 4096);
      before.publish(draft);
      return before.stateKey;
    }
  }

  @Test
  void aDatabaseOfTheFirstKindGoesOnAsOne() throws Exception {
    execute("one", "CREATE TABLE t(x)");
    assertThat(keyOfHead().kind()).isEqualTo(StateRoot.NEWEST);
    StateKey first = publishAsBefore();
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      changes.add("INSERT INTO t VALUES (" + i + ")");
    }
    changes.add("UPDATE t SET x = hex(randomblob(90)) WHERE rowid < 600"); // more than a delta
    changes.add("DELETE FROM t WHERE rowid = 1");

    execute("two", changes.toArray(String[]::new));

    assertThat(keyOfHead()).isEqualTo(first);
    assertThat(rows("two")).isEqualTo(900 + 14 - 1);
    assertThat(rows("three")).as("restored").isEqualTo(900 + 14 - 1);
    execute("three", "INSERT INTO t VALUES ('more')");
    assertThat(rows("two")).isEqualTo(900 + 14);
    assertThat(readLazily("five")).isEqualTo(900 + 14);
    CustodyReport report =
        Target.of(ID, properties("four"), true)
            .verify(Verification.Depth.FULL, 3, Long.MAX_VALUE, Progress.NONE);
    assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.VALID);
  }
}

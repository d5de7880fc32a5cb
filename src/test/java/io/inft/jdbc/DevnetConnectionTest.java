package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.custody.CustodyReport;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainTally;
import io.inft.doctor.Doctor;
import io.inft.doctor.DoctorStep;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Rights;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.TestToken;
import io.inft.replica.Engines;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What programs see on the development network. */
class DevnetConnectionTest extends OnDevnet {
  private static HikariDataSource pool(String id, Properties properties) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:inft:" + id);
    config.setDataSourceProperties(properties);
    config.setMaximumPoolSize(4);
    return new HikariDataSource(config);
  }

  @Test
  void aDatabaseOutlivesItsMachine() throws Exception {
    try (HikariDataSource pool = pool("agent", on("one"));
        Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      run(connection, "create table memory(id integer primary key, thought text)");
      run(connection, "insert into memory(thought) values ('one'), ('two')");
      connection.commit();
      assertThat(number(connection, "select inft_version()")).isEqualTo(1);
      run(connection, "insert into memory(thought) values ('three')");
      connection.commit();
      assertThat(number(connection, "select inft_version()")).isEqualTo(2);
    }
    Engines.endIdle();
    DurableFiles.deleteTree(folder.resolve("one"));

    try (HikariDataSource pool = pool("agent", on("two"));
        Connection connection = pool.getConnection()) {
      assertThat(number(connection, "select count(*) from memory")).isEqualTo(3);
      assertThat(number(connection, "select inft_version()")).isEqualTo(2);
      assertThat(connection.unwrap(InftConnection.class).verify(Verification.Depth.FULL).findings())
          .isEmpty();
      run(connection, "insert into memory(thought) values ('four')");
    }
    Engines.endIdle();

    Properties reader = on("three");
    reader.remove("privateKey");
    try (Connection connection = connect("agent", reader)) {
      assertThat(number(connection, "select count(*) from memory")).isEqualTo(4);
      assertThat(connection.getWarnings().getMessage()).contains("ZERO_G_PRIVATE_KEY");
      assertThatThrownBy(() -> run(connection, "delete from memory"))
          .hasMessageContaining("no private key is set")
          .hasFieldOrPropertyWithValue("SQLState", "25006");
    }
  }

  @Test
  void theSpendCapStopsPublishingAndLosesNothing() throws Exception {
    Properties properties = on("one");
    properties.setProperty("maxFeePerHour", "0.002");
    properties.setProperty("anchorTimeout", "2s");
    properties.setProperty("closeTimeout", "1s");
    long committed = 0;
    try (Connection connection = connect("thrifty", properties)) {
      run(connection, "create table t(x)");
      SQLException reached = null;
      while (reached == null) {
        assertThat(committed).isLessThan(10);
        try {
          run(connection, "insert into t values (1)");
          committed++;
        } catch (SQLException e) {
          reached = e;
        }
      }
      // Mostly it is seen before; then nothing was committed.
      assertThat(reached.getSQLState()).isIn("53400", "08007");
      committed += reached.getSQLState().equals("08007") ? 1 : 0;
      assertThat(reached.getMessage()).contains("maxFeePerHour");
    } catch (SQLException notPublishedAtClose) {
      assertThat(notPublishedAtClose.getSQLState()).isEqualTo("08007");
    }
    Engines.endIdle();

    properties.setProperty("maxFeePerHour", "1");
    try (Connection connection = connect("thrifty", properties)) {
      run(connection, "select inft_sync(60000)");
      assertThat(number(connection, "select count(*) from t")).isEqualTo(committed);
    }
  }

  @Test
  void twoKeysShareOneDatabaseAndOverwriteNothing() throws Exception {
    SigningKey agent = network.account();
    try (Connection owner = connect("shared", on("one"))) {
      run(owner, "create table t(who text)");
      registry(key)
          .grant(
              DatabaseId.parse("shared"),
              agent.address(),
              Rights.WRITER,
              Instant.now().plusSeconds(1_000_000),
              0);
      Properties second = on("two", network.devnet().rpc(), agent);
      try (Connection other = connect("shared", second)) {
        run(other, "insert into t values ('agent')");

        assertThatThrownBy(() -> run(owner, "insert into t values ('owner, too late')"))
            .hasFieldOrPropertyWithValue("SQLState", "40001");
        assertThatThrownBy(() -> run(owner, "select 1"))
            .hasFieldOrPropertyWithValue("SQLState", "08003");
      }
    }
    Engines.endIdle();
    try (Connection owner = connect("shared", on("one"))) {
      run(owner, "insert into t values ('owner')");
      assertThat(number(owner, "select count(*) from t")).isEqualTo(2);
      assertThat(number(owner, "select inft_version()")).isEqualTo(3);
    }
    assertThat(registry(key).history(DatabaseId.parse("shared"), 1, 9))
        .extracting(Anchored::author)
        .containsExactly(key.address(), agent.address(), key.address());
  }

  @Test
  void everyCommitThatWaitsWhenAPublishStartsRidesInIt() throws Exception {
    Properties properties = on("one");
    List<Connection> connections = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(20);
    Anvil chain = network.devnet().anvil();
    try (Connection look = connect("group", properties)) {
      run(look, "create table t(x)");
      for (int i = 0; i < 20; i++) {
        connections.add(connect("group", properties));
      }
      chain.control("evm_setAutomine", false);
      List<Future<?>> waiting = new ArrayList<>();
      for (Connection connection : connections) {
        waiting.add(
            threads.submit(
                () -> {
                  run(connection, "insert into t values (1)");
                  return true;
                }));
      }
      while (number(look, "select count(*) from t") < 20) {
        Thread.sleep(20);
      }
      chain.control("evm_setAutomine", true);
      chain.control("evm_mine");
      for (Future<?> one : waiting) {
        one.get(120, TimeUnit.SECONDS);
      }
      assertThat(number(look, "select inft_version()"))
          .as("one publish that was on its way, one for all the rest")
          .isLessThanOrEqualTo(3);
      for (Connection connection : connections) {
        connection.close();
      }
    } finally {
      chain.control("evm_setAutomine", true);
      threads.shutdownNow();
    }
  }

  @Test
  void aRevokedAgentKeepsItsCommitsAndPublishesNoMore() throws Exception {
    DatabaseId id = DatabaseId.parse("revoked");
    SigningKey agent = network.account();
    try (Connection owner = connect("revoked", on("one"))) {
      run(owner, "create table t(x)");
    }
    OnchainRegistry registry = registry(key);
    registry.grant(id, agent.address(), Rights.WRITER, Instant.now().plusSeconds(1_000_000), 0);
    Properties second = on("two", network.devnet().rpc(), agent);
    second.setProperty("closeTimeout", "1s");
    try (Connection other = connect("revoked", second)) {
      run(other, "insert into t values (1)");
      registry.revoke(id, agent.address());

      assertThatThrownBy(() -> run(other, "insert into t values (2)"))
          .hasFieldOrPropertyWithValue("SQLState", "42501")
          .hasMessageContaining(agent.address() + " may not anchor");
      assertThat(number(other, "select count(*) from t")).isEqualTo(2);
    } catch (SQLException notPublishedAtClose) {
      assertThat(notPublishedAtClose.getSQLState()).isEqualTo("42501");
    }
    Engines.endIdle();
    assertThatThrownBy(() -> connect("revoked", second))
        .hasFieldOrPropertyWithValue("SQLState", "42501");
    assertThat(registry.head(id).version()).isEqualTo(2);

    registry.grant(id, agent.address(), Rights.WRITER, Instant.now().plusSeconds(1_000_000), 0);
    try (Connection again = connect("revoked", second)) {
      run(again, "insert into t values (3)");
      assertThat(number(again, "select count(*) from t")).isEqualTo(3);
    }
    assertThat(registry.head(id).version()).isGreaterThan(2);
  }

  @Test
  void aGrantThatRunsOutInMidSessionEndsPublishing() throws Exception {
    DatabaseId id = DatabaseId.parse("expired");
    SigningKey agent = network.account();
    try (Connection owner = connect("expired", on("one"))) {
      run(owner, "create table t(x)");
    }
    long now = network.chain().block("latest").orElseThrow().time().getEpochSecond();
    registry(key).grant(id, agent.address(), Rights.WRITER, Instant.ofEpochSecond(now + 500), 0);
    Properties second = on("two", network.devnet().rpc(), agent);
    second.setProperty("closeTimeout", "1s");
    try (Connection other = connect("expired", second)) {
      run(other, "insert into t values (1)");
      network.devnet().anvil().control("evm_increaseTime", 1000);
      network.devnet().anvil().control("evm_mine");

      assertThatThrownBy(() -> run(other, "insert into t values (2)"))
          .hasFieldOrPropertyWithValue("SQLState", "58000")
          .hasMessageContaining("the time of the grant is over");
    } catch (SQLException notPublishedAtClose) {
      assertThat(notPublishedAtClose.getSQLState()).isEqualTo("58000");
    }
    Engines.endIdle();
    assertThatThrownBy(() -> connect("expired", second))
        .hasFieldOrPropertyWithValue("SQLState", "42501");
    assertThat(registry(key).head(id).version()).isEqualTo(2);
  }

  @Test
  void anNftThatIsSoldInMidSessionTakesItsDatabaseAlong() throws Exception {
    SigningKey buyer = network.account();
    TestToken token = TestToken.deploy(sender(network.account()));
    token.set(BigInteger.ONE, key.address());
    String name = "eip155:" + Anvil.CHAIN_ID + "/erc721:" + token.contract() + "/1";
    DatabaseId id = DatabaseId.parse(name);
    Thread blocks = blocks();
    try {
      Properties first = on("one");
      first.setProperty("closeTimeout", "1s");
      try (Connection seller = connect(name, first)) {
        run(seller, "create table t(x)");
        token.set(BigInteger.ONE, buyer.address());

        assertThatThrownBy(() -> run(seller, "insert into t values ('not mine any more')"))
            .hasFieldOrPropertyWithValue("SQLState", "42501")
            .hasMessageContaining("may not anchor");
      } catch (SQLException notPublishedAtClose) {
        assertThat(notPublishedAtClose.getSQLState()).isEqualTo("42501");
      }
      Engines.endIdle();
      assertThatThrownBy(() -> connect(name, first))
          .hasFieldOrPropertyWithValue("SQLState", "42501");
      Properties second = on("two", network.devnet().rpc(), buyer);
      assertThatThrownBy(() -> connect(name, second))
          .hasFieldOrPropertyWithValue("SQLState", "42501");

      registry(buyer).observeOwner(id);
      registry(buyer).observeOwner(id);
      try (Connection owner = connect(name, second)) {
        run(owner, "insert into t values ('mine')");
        assertThat(number(owner, "select count(*) from t")).isEqualTo(1);
      }
      assertThat(registry(buyer).history(id, 1, 9))
          .extracting(Anchored::author)
          .containsExactly(key.address(), buyer.address());
    } finally {
      blocks.interrupt();
      blocks.join();
    }
  }

  /** Observing an owner takes blocks, and this chain makes none by itself. */
  private static Thread blocks() {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  network.devnet().anvil().control("evm_mine");
                  Thread.sleep(100);
                }
              } catch (InterruptedException | InftException ended) {
                // the test is over
              }
            },
            "blocks");
    thread.start();
    return thread;
  }

  @Test
  void isVerifiedAndFoundHealthy() throws Exception {
    Properties settings = on("checked");
    try (Connection connection = connect("checked", settings)) {
      run(connection, "create table memory(id integer primary key, thought text)");
      for (int i = 0; i < 4; i++) {
        run(connection, "insert into memory(thought) values ('one')");
        connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(60));
      }

      CustodyReport report =
          connection.unwrap(InftConnection.class).verify(Verification.Depth.FULL);

      assertThat(report.findings()).isEmpty();
      assertThat(report.verdict()).isEqualTo(Verdict.VALID);
      assertThat(report.versions()).isGreaterThanOrEqualTo(4);
      assertThat(report.sealed().rebuilt()).isEqualTo(report.versions());
    }
    Engines.endIdle();

    Doctor.Wishes all = new Doctor.Wishes(Optional.of("checked"), true, true);
    List<String> asked = new ArrayList<>();
    ChainTally tally = ChainTally.begin(network);
    List<DoctorStep> refused = Doctor.examine(all, settings, step -> {}, cost -> !asked.add(cost));
    assertThat(asked).singleElement().asString().contains("random bytes for ", "gwei", " gas, ");
    assertThat(refused)
        .filteredOn(step -> step.state() == DoctorStep.State.FAILED)
        .extracting(DoctorStep::name)
        .containsExactly("write");
    assertThat(tally.flow(key.address()).transactions()).as("nobody agreed").isZero();

    List<DoctorStep> steps = Doctor.examine(all, settings, step -> {}, cost -> true);

    assertThat(steps).filteredOn(step -> step.state() != DoctorStep.State.OK).isEmpty();
    assertThat(steps)
        .extracting(DoctorStep::name)
        .contains("chain", "contract", "balance", "storage", "storage dates", "write", "restore");
  }
}

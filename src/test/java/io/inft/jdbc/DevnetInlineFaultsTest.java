package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.devnet.ChainProxy;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.replica.Engines;
import io.inft.replica.Forks;
import io.inft.store.merkle.MerkleRoot;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What chains and endpoints do to versions that lie in the chain's log alone. */
class DevnetInlineFaultsTest extends OnDevnet {
  private ChainProxy proxy;

  @BeforeEach
  void startProxy() throws Exception {
    proxy = new ChainProxy(network.devnet().rpc());
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  /** Its last close and its end leave things to a test. */
  private Properties throughProxy(String machine) {
    Properties properties = on(machine, proxy.address(), key);
    properties.setProperty("inline", "auto");
    properties.setProperty("onClose", "background");
    properties.setProperty("linger", "0s");
    return properties;
  }

  private static void await(String what, Condition holds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!holds.isTrue()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private interface Condition {
    boolean isTrue() throws Exception;
  }

  /** Another machine was quicker to anchor again: what only carried others is nobody's loss. */
  @Test
  void aCarrierThatAReorganisationTookAwayIsNoFork() throws Exception {
    DatabaseId id = DatabaseId.parse("carried-away");
    OnchainRegistry registry = registry(key);
    Properties properties = throughProxy("one");
    properties.setProperty("inlineMaxAge", "1s");
    try (Connection connection = connect(id.toString(), properties)) {
      run(connection, "create table t(x)");
      run(connection, "insert into t values ('a')");
      await(
          "carried",
          () ->
              registry.head(id).version() == 3
                  && registry.head(id).newest().orElseThrow().anchor().kind().equals(Kind.ARCHIVE));
      await("noted", () -> number(connection, "select inft_version()") == 3);
      Anchored third = registry.head(id).newest().orElseThrow();
      proxy.failAtRandom(100, 1);
      network.devnet().anvil().control("anvil_reorg", 1, List.of());
      anotherAfter(registry, id);
      int calls = proxy.calls();
      proxy.behave();
      await("it looks", () -> proxy.calls() > calls + 20);
      Thread.sleep(3000);
      assertThat(registry.version(id, 3, 0).anchor()).isNotEqualTo(third.anchor());
      assertThat(number(connection, "select count(*) from t")).isEqualTo(1);
      assertThat(warnings(connection)).doesNotContain("another writer");
    }
    Engines.endIdle();
    Target target = Target.of(id.toString(), properties, true);
    assertThat(Forks.list(target.settings(), target.network())).isEmpty();
  }

  private static String warnings(Connection connection) throws SQLException {
    StringBuilder all = new StringBuilder();
    for (SQLWarning one = connection.getWarnings(); one != null; one = one.getNextWarning()) {
      all.append(one.getMessage()).append('\n');
    }
    return all.toString();
  }

  /** As another machine would publish it; nobody reads it here. */
  private static void anotherAfter(OnchainRegistry registry, DatabaseId id) throws Exception {
    Anchored head = registry.head(id).newest().orElseThrow();
    byte[] bytes = {1, 2, 3};
    registry.anchor(
        id,
        new Anchor(
            head.version() + 1,
            head.anchor().root(),
            MerkleRoot.of(ByteSource.of(bytes)),
            bytes.length,
            Digest.sha256(bytes),
            head.anchor().keyEpoch(),
            head.anchor().keyringHash(),
            Kind.DELTA));
  }

  /**
   * The commit waits, its transaction is replaced at a higher price, and is paid and anchored once.
   */
  @Tag("heavy")
  @Test
  void anInsertWhoseAnchorIsStuckIsAnchoredOnceWhenItIsReplaced() throws Exception {
    DatabaseId id = DatabaseId.parse("stuck");
    Properties properties = throughProxy("one");
    properties.setProperty("anchorTimeout", "120s");
    Connection connection = connect(id.toString(), properties);
    run(connection, "create table t(x)");
    long nonce = network.chain().minedNonce(key.address());
    network.devnet().anvil().control("evm_setAutomine", false);
    CompletableFuture<Void> insert;
    try {
      insert =
          CompletableFuture.runAsync(
              () -> {
                try {
                  run(connection, "insert into t values ('a')");
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      await("replaced", () -> proxy.calls("eth_sendRawTransaction") >= 5 || insert.isDone());
      assertThat(insert).isNotDone();
    } finally {
      network.devnet().anvil().control("evm_setAutomine", true);
      network.devnet().anvil().control("evm_mine");
    }
    insert.get(60, TimeUnit.SECONDS);
    assertThat(network.chain().minedNonce(key.address())).isEqualTo(nonce + 1);
    List<Anchored> all = registry(key).history(id, 1, 9);
    assertThat(all).extracting(Anchored::inlined).containsExactly(false, true);
    run(connection, "insert into t values ('b')");
    assertThat(registry(key).history(id, 1, 9)).hasSize(3);
    connection.close();
    Engines.endIdle();
  }

  private enum Lie {
    NO_LOGS(p -> p.dropLogs()),
    OTHER_BYTES(p -> p.rewrite("eth_getLogs", each(log -> log.put("data", flipped(log, 200))))),
    CUT_SHORT(
        p ->
            p.rewrite(
                "eth_getLogs",
                each(
                    log -> {
                      String data = log.get("data").asText();
                      log.put("data", data.substring(0, 2 + (data.length() - 2) / 128 * 64));
                    }))),
    LOGS_OF_OTHERS(p -> p.rewrite("eth_getLogs", answer -> exchanged(answer))),
    LOGS_TWICE(
        p ->
            p.rewrite(
                "eth_getLogs",
                answer -> {
                  if (answer.get("result") instanceof ArrayNode logs) {
                    logs.addAll(logs.deepCopy());
                  }
                  return answer;
                })),
    NO_LIST(p -> p.lie("eth_getLogs", "0x")),
    OTHER_CALLS(
        p -> {
          p.dropLogs();
          p.rewrite("eth_getBlockByHash", answer -> calls(answer, true));
          p.rewrite("eth_getBlockByNumber", answer -> calls(answer, true));
        }),
    NO_CALLS(
        p -> {
          p.dropLogs();
          p.rewrite("eth_getBlockByHash", answer -> calls(answer, false));
          p.rewrite("eth_getBlockByNumber", answer -> calls(answer, false));
        }),
    BLOCK_OF_ANOTHER_CHAIN(
        p -> {
          p.rewrite("eth_getBlockByHash", answer -> withHash(answer));
          p.rewrite("eth_getBlockByNumber", answer -> withHash(answer));
        });

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without captured state
    final java.util.function.Consumer<ChainProxy> tell;

    Lie(java.util.function.Consumer<ChainProxy> tell) {
      this.tell = tell;
    }

    private static UnaryOperator<JsonNode> each(java.util.function.Consumer<ObjectNode> change) {
      return answer -> {
        answer.path("result").forEach(log -> change.accept((ObjectNode) log));
        return answer;
      };
    }

    private static String flipped(ObjectNode log, int at) {
      char[] data = log.get("data").asText().toCharArray();
      if (data.length > at) {
        data[at] = data[at] == '0' ? '1' : '0';
      }
      return new String(data);
    }

    /** Each log has the data of the next one. */
    private static JsonNode exchanged(JsonNode answer) {
      if (answer.get("result") instanceof ArrayNode logs && logs.size() > 1) {
        JsonNode first = logs.get(0).get("data");
        for (int i = 0; i + 1 < logs.size(); i++) {
          ((ObjectNode) logs.get(i)).set("data", logs.get(i + 1).get("data"));
        }
        ((ObjectNode) logs.get(logs.size() - 1)).set("data", first);
      }
      return answer;
    }

    private static JsonNode calls(JsonNode answer, boolean bent) {
      if (answer.path("result").get("transactions") instanceof ArrayNode calls) {
        for (JsonNode call : calls) {
          if (call instanceof ObjectNode one && one.has("input")) {
            String input = one.get("input").asText();
            one.put("input", bent ? input.replace('7', '8') : "0x");
          }
        }
      }
      return answer;
    }

    private static JsonNode withHash(JsonNode answer) {
      if (answer.get("result") instanceof ObjectNode block && block.has("hash")) {
        block.put("hash", "0x" + "5a".repeat(32));
      }
      return answer;
    }
  }

  /** Somebody who has nothing yet, or has an older version, asks an endpoint that lies. */
  @ParameterizedTest
  @EnumSource(
      value = Lie.class,
      names = {"OTHER_BYTES", "CUT_SHORT", "BLOCK_OF_ANOTHER_CHAIN"})
  void whoeverIsLiedToGetsTheTruthOrATypedFailure(Lie lie) throws Exception {
    tell(lie);
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource(Lie.class)
  void whateverTheLieIs(Lie lie) throws Exception {
    tell(lie);
  }

  private void tell(Lie lie) throws Exception {
    DatabaseId id = DatabaseId.parse("lied-" + lie);
    Connection writer = connect(id.toString(), throughProxy("one"));
    run(writer, "create table t(x)");
    run(writer, "insert into t values ('a')");
    reads("older", id, "a");
    run(writer, "insert into t values ('b')");
    run(writer, "insert into t values ('c')");
    writer.close();
    Engines.endIdle();
    assertThat(registry(key).history(id, 1, 9))
        .extracting(Anchored::inlined)
        .containsExactly(false, true, true, true);

    lie.tell.accept(proxy);
    String[] allowed = {"abc", ""};
    assertThat(reads("fresh", id, "abc")).isIn((Object[]) allowed);
    assertThat(reads("older", id, "abc")).isIn((Object[]) allowed);
    Properties past = reading("past");
    past.setProperty("at", "3");
    assertThat(rows(id, past)).isIn("ab", "");
    proxy.behave();
    Engines.endIdle();

    assertThat(reads("fresh", id, "abc")).isEqualTo("abc");
    Connection next = connect(id.toString(), throughProxy("two"));
    lie.tell.accept(proxy);
    String published;
    try {
      run(next, "insert into t values ('d')");
      published = "abcd";
    } catch (SQLException e) {
      requireTyped(e);
      published = "";
    }
    proxy.behave();
    next.close();
    Engines.endIdle();
    if (!published.isEmpty()) {
      assertThat(reads("last", id, published)).isEqualTo(published);
    }
  }

  private Properties reading(String machine) {
    Properties properties = throughProxy(machine);
    properties.remove("create");
    properties.setProperty("mode", "ro");
    properties.setProperty("refresh", "0");
    return properties;
  }

  private String reads(String machine, DatabaseId id, String most) {
    String rows = rows(id, reading(machine));
    assertThat(most).startsWith(rows);
    return rows;
  }

  /** All rows, one after the other; nothing after a failure, which must be typed. */
  private static String rows(DatabaseId id, Properties properties) {
    try (Connection connection = connect(id.toString(), properties);
        java.sql.Statement statement = connection.createStatement();
        java.sql.ResultSet rows =
            statement.executeQuery(
                "select group_concat(x, '') from (select x from t order by 1)")) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      requireTyped(e);
      return "";
    }
  }

  private static void requireTyped(SQLException e) {
    assertThat(e.getSQLState()).as("%s", e).isNotBlank();
    assertThat(e.getCause()).isInstanceOf(InftException.class);
  }
}

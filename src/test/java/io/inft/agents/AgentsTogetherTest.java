package io.inft.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import io.inft.api.BatchProgress;
import io.inft.api.BatchResult;
import io.inft.api.InftStorage;
import io.inft.devnet.DevnetFixture;
import io.inft.evm.Chain;
import io.inft.jdbc.Target;
import io.inft.registry.Anchored;
import io.inft.replica.Engines;
import io.inft.store.zerog.ShardConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents of one owner in one process, each with a database of its own, anchored together. */
class AgentsTogetherTest {
  @TempDir Path folder;
  private final Random random = new Random(7);
  private final List<HikariDataSource> open = new ArrayList<>();

  @AfterEach
  void end() {
    open.forEach(HikariDataSource::close);
    Engines.endIdle();
  }

  private Properties embedded() {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    return on("here", properties);
  }

  private static Properties devnet(DevnetFixture network) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", network.devnet().rpc().toString());
    properties.setProperty("indexer", network.devnet().indexerAddress().toString());
    properties.setProperty("contract", network.devnet().registry().toString());
    properties.setProperty("privateKey", network.account().revealHex());
    return properties;
  }

  private Properties on(String machine, Properties network) {
    Properties properties = new Properties();
    properties.putAll(network);
    properties.setProperty("encryptionKey", "ab".repeat(32));
    properties.setProperty("create", "true");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("syncInterval", "1h");
    properties.setProperty("linger", "0");
    return properties;
  }

  /** An agent: its memory, on a pool of its own that keeps a connection. */
  private final class Agent {
    final String id;
    final Properties properties;
    final InftChatMemoryStore memory;

    Agent(int number, Properties properties) {
      this.id = "agent-" + number;
      this.properties = properties;
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl("jdbc:inft:" + id);
      config.setDataSourceProperties(properties);
      config.setMaximumPoolSize(1);
      HikariDataSource pool = new HikariDataSource(config);
      open.add(pool);
      this.memory = new InftChatMemoryStore(pool);
    }

    /** A question and an answer of some 220 characters each. */
    void turn() {
      List<ChatMessage> window = new ArrayList<>(memory.getMessages("c"));
      window.add(UserMessage.from(text()));
      memory.updateMessages("c", window);
      window.add(AiMessage.from(text()));
      memory.updateMessages("c", window);
    }

    Anchored head() throws SQLException {
      return Target.of(id, properties, false).newest();
    }
  }

  private String text() {
    List<String> words = List.of("memory", "agent", "storage", "chain", "wallet", "order", "asks");
    StringJoiner text = new StringJoiner(" ");
    for (int i = 0; i < 30; i++) {
      text.add(words.get(random.nextInt(words.size()))).add(String.valueOf(random.nextInt(100)));
    }
    return text.toString();
  }

  private List<Agent> agents(int count, Properties properties) {
    List<Agent> agents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      agents.add(new Agent(i, properties));
    }
    return agents;
  }

  /** A turn of each, and then one call for all. */
  private static void turnTogether(InftStorage storage, List<Agent> agents) throws SQLException {
    agents.forEach(Agent::turn);
    List<BatchResult> results =
        storage.batchSync(agents.stream().map(agent -> agent.id).toList(), 8, BatchProgress.NONE);
    assertThat(results).hasSize(agents.size()).allMatch(one -> one.failure().isEmpty());
  }

  private static List<Anchored> heads(List<Agent> agents) throws SQLException {
    List<Anchored> heads = new ArrayList<>();
    for (Agent agent : agents) {
      heads.add(agent.head());
    }
    return heads;
  }

  @Test
  void headsOfManyAgentsMoveInOneBlock() throws Exception {
    Properties properties = embedded();
    List<Agent> agents = agents(8, properties);
    try (InftStorage storage = InftStorage.of(properties)) {
      turnTogether(storage, agents);
      turnTogether(storage, agents);
    }
    assertThat(heads(agents)).allMatch(head -> head.version() == 2);
    assertThat(heads(agents).stream().map(Anchored::block).distinct()).hasSize(1);
  }

  @Tag("heavy")
  @Test
  void aTurnOfThirtyTwoAgentsIsOneTransaction() throws Exception {
    try (DevnetFixture network = DevnetFixture.start(new ShardConfig(0, 1))) {
      Properties chain = devnet(network);
      Properties properties = on("here", chain);
      List<Agent> agents = agents(32, properties);
      try (InftStorage storage = InftStorage.of(properties)) {
        turnTogether(storage, agents);
        for (int turn = 2; turn <= 6; turn++) {
          long before = network.chain().blockNumber();

          turnTogether(storage, agents);

          long version = turn;
          List<Anchored> heads = heads(agents);
          assertThat(heads).allMatch(head -> head.version() == version);
          assertThat(heads.stream().map(Anchored::block).distinct()).hasSize(1);
          List<Long> gas = gas(network, before);
          assertThat(gas).as("gas of all transactions since").hasSize(1);
          System.out.printf(
              Locale.ROOT,
              "turn %d of 32 agents: 1 transaction, %,d gas, %,d a turn, %.7f 0G a turn at 4 gwei;"
                  + " %,d bytes a turn, %s%n",
              turn,
              gas.get(0),
              gas.get(0) / 32,
              gas.get(0) / 32 * 4e-9,
              heads.stream().mapToLong(head -> head.anchor().sizeBytes()).sum() / 32,
              heads.stream().allMatch(Anchored::inlined) ? "inlined" : "stored");
        }
      }
      end();
      open.clear();
      Agent there = new Agent(31, on("there", chain));
      assertThat(there.memory.getMessages("c")).hasSize(12);
    }
  }

  /** Of each transaction in the blocks after this one. */
  private static List<Long> gas(DevnetFixture network, long before) throws Exception {
    List<Long> all = new ArrayList<>();
    for (long number = before + 1; number <= network.chain().blockNumber(); number++) {
      JsonNode block =
          network.devnet().anvil().rpc().call("eth_getBlockByNumber", Chain.hex(number), false);
      long gas = Long.decode(block.get("gasUsed").asText());
      IntStream.range(0, block.get("transactions").size()).forEach(i -> all.add(gas));
    }
    return all;
  }
}

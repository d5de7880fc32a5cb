package io.inft.agents.langgraph4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.LinkedList;
import java.util.Map;
import org.bsc.langgraph4j.RunnableConfig;
import org.bsc.langgraph4j.checkpoint.Checkpoint;
import org.bsc.langgraph4j.serializer.std.ObjectStreamStateSerializer;
import org.bsc.langgraph4j.state.AgentState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InftCheckpointSaverTest {
  @TempDir Path folder;
  private InftDataSource source;

  @BeforeEach
  void open() throws Exception {
    source = new InftDataSource();
    source.setUrl("jdbc:inft:agent");
    source.setNetwork("embedded");
    source.setHome(folder.resolve("here").toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    source.setSyncInterval("1h");
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  @SuppressWarnings("JdkObsolete") // LangGraph4j says LinkedList.
  private static void insert(InftCheckpointSaver saver, RunnableConfig config, int number)
      throws Exception {
    saver.insertedCheckpoint(
        config,
        new LinkedList<>(),
        Checkpoint.builder()
            .nodeId("think")
            .nextNodeId("answer")
            .state(Map.of("number", number))
            .build());
  }

  /** States of the beginning are not asked for what is added at the end. */
  @Test
  void anInsertReadsFromTheLastWholeStateOn() throws Exception {
    InftCheckpointSaver saver =
        new InftCheckpointSaver(source, new ObjectStreamStateSerializer<>(AgentState::new));
    RunnableConfig config = RunnableConfig.builder().threadId("t").build();
    for (int i = 1; i <= 258; i++) {
      insert(saver, config, i);
    }
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT * FROM inft_graph_checkpoint WHERE seq = 2");
      statement.execute("UPDATE inft_graph_checkpoint SET state = x'00' WHERE seq = 2");

      insert(saver, config, 259);

      statement.execute(
          "UPDATE inft_graph_checkpoint SET state = (SELECT state FROM kept) WHERE seq = 2");
    }
    LinkedList<Checkpoint> all = saver.loadCheckpoints(config);
    assertThat(all).hasSize(259);
    assertThat(all.getFirst().getState()).containsEntry("number", 259);
    assertThat(all.getLast().getState()).containsEntry("number", 1);
  }
}

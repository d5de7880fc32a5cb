package io.inft.agents.langgraph4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
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

  private static RunnableConfig put(InftCheckpointSaver saver, RunnableConfig config, int number)
      throws Exception {
    return saver.put(
        config,
        Checkpoint.builder()
            .nodeId("think")
            .nextNodeId("answer")
            .state(Map.of("number", number))
            .build());
  }

  /** States of the beginning are asked neither for what is added at the end nor for the newest. */
  @Test
  void readsFromTheLastWholeStateOn() throws Exception {
    InftCheckpointSaver saver =
        new InftCheckpointSaver(source, new ObjectStreamStateSerializer<>(AgentState::new));
    RunnableConfig config = RunnableConfig.builder().threadId("t").build();
    RunnableConfig third = config;
    for (int i = 1; i <= 258; i++) {
      RunnableConfig one = put(saver, config, i);
      third = i == 3 ? one : third;
    }
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT * FROM inft_graph_checkpoint WHERE seq = 2");
      statement.execute("UPDATE inft_graph_checkpoint SET state = x'00' WHERE seq = 2");

      RunnableConfig newest = put(saver, config, 259);
      assertThat(saver.get(config).orElseThrow().getState()).containsEntry("number", 259);
      put(saver, newest, 260);
      assertThat(saver.get(newest)).as("its name is another one now").isEmpty();

      statement.execute(
          "UPDATE inft_graph_checkpoint SET state = (SELECT state FROM kept) WHERE seq = 2");
    }
    assertThat(saver.get(third).orElseThrow().getState()).containsEntry("number", 3);
    List<Checkpoint> all = List.copyOf(saver.list(config));
    assertThat(all).hasSize(259);
    assertThat(all.get(0).getState()).containsEntry("number", 260);
    assertThat(all.get(258).getState()).containsEntry("number", 1);
  }

  @Test
  void saysWhichCheckpointIsNotThere() throws Exception {
    InftCheckpointSaver saver =
        new InftCheckpointSaver(source, new ObjectStreamStateSerializer<>(AgentState::new));
    RunnableConfig config = RunnableConfig.builder().threadId("t").build();
    assertThat(saver.get(config)).isEmpty();
    put(saver, config, 1);
    RunnableConfig other = RunnableConfig.builder(config).checkPointId("none").build();

    assertThatThrownBy(() -> put(saver, other, 2))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessageContaining("'t'")
        .hasMessageContaining("'none'");
  }
}

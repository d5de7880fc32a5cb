package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.agents.langgraph4j.InftCheckpointSaver;
import io.inft.jdbc.InftDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bsc.langgraph4j.CompileConfig;
import org.bsc.langgraph4j.CompiledGraph;
import org.bsc.langgraph4j.GraphInput;
import org.bsc.langgraph4j.RunnableConfig;
import org.bsc.langgraph4j.StateGraph;
import org.bsc.langgraph4j.action.AsyncNodeAction;
import org.bsc.langgraph4j.checkpoint.BaseCheckpointSaver;
import org.bsc.langgraph4j.checkpoint.Checkpoint;
import org.bsc.langgraph4j.checkpoint.MemorySaver;
import org.bsc.langgraph4j.serializer.StateSerializer;
import org.bsc.langgraph4j.serializer.std.ObjectStreamStateSerializer;
import org.bsc.langgraph4j.state.AgentState;
import org.bsc.langgraph4j.state.Channel;
import org.bsc.langgraph4j.state.Channels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a saver of checkpoints does, shown on LangGraph4j's own in memory and on ours. */
class CheckpointsTest {
  private static final StateSerializer<AgentState> SERIALIZER =
      new ObjectStreamStateSerializer<>(AgentState::new);

  private static final Map<String, Channel<?>> SCHEMA =
      Map.of("messages", Channels.appenderWithDuplicate(ArrayList::new));

  @RegisterExtension final Machines machines = new Machines("HttpClient-");

  private static InftDataSource dataSource() {
    InftDataSource dataSource = new InftDataSource();
    dataSource.setUrl("jdbc:inft:agent");
    return dataSource;
  }

  private static BaseCheckpointSaver ours() {
    return new InftCheckpointSaver(dataSource(), SERIALIZER);
  }

  private static AsyncNodeAction<AgentState> says(String text) {
    return AsyncNodeAction.node_async(state -> Map.of("messages", text));
  }

  private static CompiledGraph<AgentState> graph(BaseCheckpointSaver saver, boolean stops)
      throws Exception {
    CompileConfig.Builder config =
        CompileConfig.builder().checkpointSaver(saver).releaseThread(false);
    if (stops) {
      config.interruptBefore("answer");
    }
    return new StateGraph<>(SCHEMA, SERIALIZER)
        .addNode("think", says("thought"))
        .addNode("answer", says("answered"))
        .addEdge(StateGraph.START, "think")
        .addEdge("think", "answer")
        .addEdge("answer", StateGraph.END)
        .compile(config.build());
  }

  private static RunnableConfig thread(String name) {
    return RunnableConfig.builder().threadId(name).build();
  }

  private static List<String> messages(CompiledGraph<AgentState> graph, String thread) {
    return graph.lastStateOf(thread(thread)).orElseThrow().state().value("messages", List.of());
  }

  private static void run(CompiledGraph<AgentState> graph, String thread, String question) {
    graph.invoke(GraphInput.args(Map.of("messages", question)), thread(thread));
  }

  @Test
  void aGraphThatStoppedGoesOnOnAnotherMachine() throws Exception {
    run(graph(ours(), true), "t", "asked");
    assertThat(messages(graph(ours(), true), "t")).containsExactly("asked", "thought");

    machines.lose();

    CompiledGraph<AgentState> there = graph(ours(), true);
    there.invoke(GraphInput.resume(), thread("t"));
    assertThat(messages(there, "t")).containsExactly("asked", "thought", "answered");
    assertThat(machines.query("jdbc:inft:agent", "SELECT DISTINCT type FROM inft_events"))
        .containsExactly("graph.checkpoint");
  }

  @Test
  void historiesAreThoseOfTheSaverInMemory() throws Exception {
    List<List<String>> histories = new ArrayList<>();
    for (BaseCheckpointSaver saver : List.of(new MemorySaver(), ours())) {
      CompiledGraph<AgentState> graph = graph(saver, false);
      for (int i = 0; i < 90; i++) {
        run(graph, "a", "question " + i);
        run(graph, "b", "other " + i);
      }
      histories.add(
          graph.getStateHistory(thread("a")).stream()
              .map(one -> one.node() + " " + one.next() + " " + one.state().data())
              .toList());
    }

    assertThat(histories.get(1)).hasSizeGreaterThan(257).isEqualTo(histories.get(0));
  }

  @Test
  void anUpdateOfAnOlderStateChangesThatOneOnly() throws Exception {
    for (BaseCheckpointSaver saver : List.of(new MemorySaver(), ours())) {
      CompiledGraph<AgentState> graph = graph(saver, false);
      run(graph, "t", "asked");
      List<Checkpoint> before = List.copyOf(saver.list(thread("t")));
      Checkpoint older = before.get(1);
      RunnableConfig config =
          RunnableConfig.builder().threadId("t").checkPointId(older.getId()).build();

      graph.updateState(config, Map.of("mood", "calm"));

      List<Checkpoint> after = List.copyOf(saver.list(thread("t")));
      assertThat(after).hasSameSizeAs(before);
      assertThat(after.get(1).getState()).containsEntry("mood", "calm");
      assertThat(after.get(0).getState()).isEqualTo(before.get(0).getState());
    }
  }

  @Test
  void aReleasedThreadBeginsAnew() throws Exception {
    for (BaseCheckpointSaver saver : List.of(new MemorySaver(), ours())) {
      CompiledGraph<AgentState> graph = graph(saver, false);
      run(graph, "t", "asked");
      run(graph, "u", "kept");

      BaseCheckpointSaver.Tag tag = saver.release(thread("t"));

      assertThat(tag.threadId()).isEqualTo("t");
      assertThat(tag.checkpoints()).isNotEmpty();
      assertThat(saver.list(thread("t"))).isEmpty();
      assertThat(messages(graph, "u")).containsExactly("kept", "thought", "answered");
      run(graph, "t", "again");
      assertThat(messages(graph, "t")).containsExactly("again", "thought", "answered");
    }
    assertThat(
            machines.query(
                "jdbc:inft:agent", "SELECT count(*) FROM inft_graph_checkpoint WHERE released"))
        .containsExactly(3);
  }

  @Test
  void aTurnIsSmallThoughEachStateHasTheWholeWindow() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      BaseCheckpointSaver saver = ours();
      AsyncNodeAction<AgentState> answers =
          AsyncNodeAction.node_async(
              state -> Map.of("messages", state.<String>value("answer").orElseThrow()));
      CompiledGraph<AgentState> graph =
          new StateGraph<>(SCHEMA, SERIALIZER)
              .addNode("answer", answers)
              .addEdge(StateGraph.START, "answer")
              .addEdge("answer", StateGraph.END)
              .compile(CompileConfig.builder().checkpointSaver(saver).releaseThread(false).build());
      long bytes =
          cost.measure(
              "LangGraph4j, InftCheckpointSaver",
              dataSource(),
              (question, answer) ->
                  graph.invoke(
                      GraphInput.args(Map.of("messages", question, "answer", answer)),
                      thread("t")));
      assertThat(bytes).isLessThan(8_192);
      assertThat(messages(graph, "t")).hasSizeGreaterThan(TurnCost.WINDOW);
    }
  }
}

package memory;

import io.inft.agents.langgraph4j.InftCheckpointSaver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.bsc.langgraph4j.CompileConfig;
import org.bsc.langgraph4j.CompiledGraph;
import org.bsc.langgraph4j.GraphInput;
import org.bsc.langgraph4j.GraphStateException;
import org.bsc.langgraph4j.RunnableConfig;
import org.bsc.langgraph4j.StateGraph;
import org.bsc.langgraph4j.action.AsyncNodeAction;
import org.bsc.langgraph4j.serializer.StateSerializer;
import org.bsc.langgraph4j.serializer.std.ObjectStreamStateSerializer;
import org.bsc.langgraph4j.state.AgentState;
import org.bsc.langgraph4j.state.Channels;

/** A graph of LangGraph4j: each step is a checkpoint in the database. */
public final class GraphAgent implements Agent {
  private static final String MESSAGES = "messages";
  private static final StateSerializer<AgentState> SERIALIZER =
      new ObjectStreamStateSerializer<>(AgentState::new);

  private final RunnableConfig thread = RunnableConfig.builder().threadId("main").build();
  private final CompiledGraph<AgentState> graph;

  public GraphAgent(DataSource database) throws GraphStateException {
    graph =
        new StateGraph<>(
                Map.of(MESSAGES, Channels.appenderWithDuplicate(ArrayList::new)), SERIALIZER)
            .addNode(
                "answer",
                AsyncNodeAction.node_async(
                    state -> Map.of(MESSAGES, Agent.answer(asked(messages(state))))))
            .addEdge(StateGraph.START, "answer")
            .addEdge("answer", StateGraph.END)
            .compile(
                CompileConfig.builder()
                    .checkpointSaver(new InftCheckpointSaver(database, SERIALIZER))
                    .releaseThread(false)
                    .build());
  }

  private static List<String> messages(AgentState state) {
    return state.<List<String>>value(MESSAGES).orElse(List.of());
  }

  /** Questions and answers take turns. */
  private static List<String> asked(List<String> messages) {
    return IntStream.range(0, messages.size())
        .filter(i -> i % 2 == 0)
        .mapToObj(messages::get)
        .toList();
  }

  @Override
  public int known() {
    return graph.lastStateOf(thread).map(state -> messages(state.state()).size()).orElse(0);
  }

  @Override
  public String say(String text) {
    List<String> messages =
        messages(graph.invoke(GraphInput.args(Map.of(MESSAGES, text)), thread).orElseThrow());
    return messages.get(messages.size() - 1);
  }
}

package io.inft.cli.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.JsonMappers;
import io.modelcontextprotocol.spec.McpSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The tools of a server, and calling them: so many at once, and failures as answers. */
final class ToolBox {
  private static final int MOST_AT_ONCE = 8;
  private static final int PATIENCE_SECONDS = 30;
  private static final ObjectMapper JSON = JsonMappers.plain();

  private final MemoryHome home;
  private final List<Tool> tools;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE, true);

  /**
   * @param readOnly whether there are only tools that read
   */
  ToolBox(MemoryHome home, List<Tool> tools, boolean readOnly) {
    this.home = home;
    this.tools = tools.stream().filter(tool -> !readOnly || !tool.writes()).toList();
  }

  List<Tool> tools() {
    return tools;
  }

  /** Calls a tool. Whatever goes wrong is in the answer. */
  McpSchema.CallToolResult call(Tool tool, @Nullable Map<String, Object> given) {
    boolean inside = false;
    try {
      inside = room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!inside) {
        return failed(MOST_AT_ONCE + " calls are at work already: call again later");
      }
      return answer(tool, given == null ? Map.of() : given);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("the server is ending: nothing was done");
    } finally {
      if (inside) {
        room.release();
      }
    }
  }

  private McpSchema.CallToolResult answer(Tool tool, Map<String, Object> given) {
    ObjectNode answer = JSON.createObjectNode();
    try {
      ToolArguments arguments = ToolArguments.of(given, tool);
      if (tool.alone()) {
        tool.body().run(arguments, answer);
        home.inside(() -> home.standing(answer));
      } else {
        home.inside(
            () -> {
              tool.body().run(arguments, answer);
              home.standing(answer);
            });
      }
    } catch (ToolFailure e) {
      return failed(String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      return failed(words(tool, answer, e));
    } catch (IllegalArgumentException | IllegalStateException e) {
      return failed(tool.name() + ": " + e.getMessage());
    }
    return McpSchema.CallToolResult.builder()
        .addTextContent(JsonMappers.text(answer))
        .structuredContent(answer)
        .isError(false)
        .build();
  }

  private static String words(Tool tool, ObjectNode answer, SQLException failure) {
    List<String> words = new ArrayList<>();
    words.add(tool.name() + ": " + failure.getMessage());
    if (failure.getSQLState() != null) {
      words.add("(SQLSTATE " + failure.getSQLState() + ")");
    }
    if (!answer.isEmpty()) {
      words.add("Before that this was done: " + JsonMappers.text(answer));
    }
    return String.join(" ", words);
  }

  private static McpSchema.CallToolResult failed(String why) {
    return McpSchema.CallToolResult.builder().addTextContent(why).isError(true).build();
  }

  /** Waits until no call is at work, at most so long. */
  void awaitQuiet() throws InterruptedException {
    if (room.tryAcquire(MOST_AT_ONCE, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      room.release(MOST_AT_ONCE);
    }
  }
}

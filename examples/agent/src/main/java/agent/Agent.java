package agent;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.inft.agents.InftChatMemoryStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * An agent: a model, a conversation, and a tool that keeps facts in a table. Conversation, tool
 * calls and facts live in one database; the agent has no other state, so it may die at any line.
 */
public final class Agent {
  private final DataSource database;
  private final ChatModel model;
  private final ChatMemory memory;

  public Agent(DataSource database, ChatModel model) throws SQLException {
    this.database = database;
    this.model = model;
    this.memory =
        MessageWindowChatMemory.builder()
            .id("main")
            .maxMessages(200)
            .chatMemoryStore(new InftChatMemoryStore(database))
            .build();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS fact(name TEXT PRIMARY KEY, value TEXT NOT NULL)");
    }
  }

  /** One turn. When it returns, everything that was said and done in it is stored. */
  public String say(String text) throws SQLException {
    memory.add(UserMessage.from(text));
    while (true) {
      AiMessage answer =
          model.chat(ChatRequest.builder().messages(memory.messages()).build()).aiMessage();
      memory.add(answer);
      if (!answer.hasToolExecutionRequests()) {
        return answer.text();
      }
      for (ToolExecutionRequest request : answer.toolExecutionRequests()) {
        memory.add(ToolExecutionResultMessage.from(request, run(request)));
      }
    }
  }

  /** What the conversation has so far. */
  public int messages() {
    return memory.messages().size();
  }

  private String run(ToolExecutionRequest request) throws SQLException {
    // A real agent would read JSON here.
    String[] words = request.arguments().split("=", 2);
    return switch (request.name()) {
      case "remember" -> remember(words[0], words[1]);
      case "recall" -> recall(words[0]);
      default -> "there is no tool " + request.name();
    };
  }

  private String remember(String name, String value) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO fact VALUES (?, ?)"
                    + " ON CONFLICT (name) DO UPDATE SET value = excluded.value")) {
      upsert.setString(1, name);
      upsert.setString(2, value);
      upsert.executeUpdate();
      return "remembered";
    }
  }

  private String recall(String name) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT value FROM fact WHERE name = ?")) {
      query.setString(1, name);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getString(1) : "unknown";
      }
    }
  }
}

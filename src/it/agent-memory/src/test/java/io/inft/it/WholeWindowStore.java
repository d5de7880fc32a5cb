package io.inft.it;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/**
 * What a SQL store for LangChain4j usually is: a row a conversation with all of its messages as one
 * JSON value, written again at every message, with a connection for every call. It stands here for
 * the one of langchain4j-community, which works so.
 */
final class WholeWindowStore implements ChatMemoryStore {
  private final DataSource dataSource;

  WholeWindowStore(DataSource dataSource) throws SQLException {
    this.dataSource = dataSource;
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS chat_memory(memory_id VARCHAR(255) PRIMARY KEY, content TEXT)");
    }
  }

  @Override
  public List<ChatMessage> getMessages(Object memoryId) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT content FROM chat_memory WHERE memory_id = ?")) {
      query.setObject(1, memoryId);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next()
            ? ChatMessageDeserializer.messagesFromJson(rows.getString(1))
            : List.of();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void updateMessages(Object memoryId, List<ChatMessage> messages) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO chat_memory(memory_id, content) VALUES (?, ?)"
                    + " ON CONFLICT (memory_id) DO UPDATE SET content = EXCLUDED.content")) {
      upsert.setObject(1, memoryId);
      upsert.setString(2, ChatMessageSerializer.messagesToJson(messages));
      upsert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void deleteMessages(Object memoryId) {
    throw new UnsupportedOperationException();
  }
}

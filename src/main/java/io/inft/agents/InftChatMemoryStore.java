package io.inft.agents;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.inft.agents.rows.Lender;
import io.inft.agents.rows.Sealing;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * LangChain4j's chat memory in a {@code jdbc:inft:} database. It keeps whatever a message has; it
 * appends to a conversation instead of writing the window again at every message; media are stored
 * as bytes; and every message is also an event of type {@code chat.user}, {@code chat.ai}, {@code
 * chat.system} or {@code chat.tool_execution_result} in the event log, which names its row. What
 * leaves the window stays in the table, marked, until the conversation is deleted.
 *
 * <p>Each call is a transaction of its own. The tables {@code inft_chat_langchain4j} and {@code
 * inft_chat_langchain4j_media} are made by the first update. May be shared between threads.
 */
public final class InftChatMemoryStore implements ChatMemoryStore {
  private final ChatTable table;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   */
  public InftChatMemoryStore(DataSource dataSource) {
    this(dataSource, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param sealing of what is saved from now on
   */
  public InftChatMemoryStore(DataSource dataSource, Sealing sealing) {
    this.table = new ChatTable("inft_chat_langchain4j", Lender.of(dataSource), sealing);
  }

  /**
   * The messages of a conversation, oldest first; empty if there is none. Exchanges of which
   * something is sealed and cannot be opened here are left out.
   */
  @Override
  public List<ChatMessage> getMessages(Object memoryId) {
    try {
      List<ChatMessage> messages = new ArrayList<>();
      for (ChatTable.Entry entry : table.messages(String.valueOf(memoryId))) {
        messages.add(LangChainMessages.decoded(entry));
      }
      return messages;
    } catch (SQLException e) {
      throw new ChatMemoryException("read", String.valueOf(memoryId), e);
    }
  }

  /** Makes these the messages of the conversation; each new one is also an event. */
  @Override
  public void updateMessages(Object memoryId, List<ChatMessage> messages) {
    List<ChatTable.Entry> entries = messages.stream().map(LangChainMessages::encoded).toList();
    try {
      table.replace(String.valueOf(memoryId), entries);
    } catch (SQLException e) {
      throw new ChatMemoryException("update", String.valueOf(memoryId), e);
    }
  }

  /**
   * Deletes the messages, those that left the window too, with an event {@code chat.deleted}; the
   * versions published before have them.
   */
  @Override
  public void deleteMessages(Object memoryId) {
    try {
      table.delete(String.valueOf(memoryId));
    } catch (SQLException e) {
      throw new ChatMemoryException("delete", String.valueOf(memoryId), e);
    }
  }
}

package io.inft.agents;

import io.inft.agents.rows.Sealing;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.messages.Message;

/**
 * Spring AI's chat memory in a {@code jdbc:inft:} database. It keeps tool calls, tool results,
 * media and metadata; it appends to a conversation instead of writing the window again; and every
 * message is also an event of type {@code chat.user}, {@code chat.assistant}, {@code chat.system}
 * or {@code chat.tool} in the event log, which names its row. What leaves the window stays in the
 * table, marked, until the conversation is deleted.
 *
 * <p>It takes part in Spring's transaction on the same DataSource; without one, each call is a
 * transaction of its own. Metadata that are no JSON values come back as text. The tables {@code
 * inft_chat_spring} and {@code inft_chat_spring_media} are made by the first save. May be shared
 * between threads.
 */
public final class InftChatMemoryRepository implements ChatMemoryRepository {
  private final ChatTable table;

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   */
  public InftChatMemoryRepository(DataSource dataSource) {
    this(dataSource, Sealing.none());
  }

  /**
   * @param dataSource of connections to {@code jdbc:inft:}
   * @param sealing of what is saved from now on
   */
  public InftChatMemoryRepository(DataSource dataSource, Sealing sealing) {
    this.table = new ChatTable("inft_chat_spring", new SpringLender(dataSource), sealing);
  }

  /** The conversations there are, in the order of their names. */
  @Override
  public List<String> findConversationIds() {
    try {
      return table.conversations();
    } catch (SQLException e) {
      throw SpringLender.translated("find conversations", e);
    }
  }

  /**
   * The messages of a conversation, oldest first; empty if there is none. Exchanges of which
   * something is sealed and cannot be opened here are left out.
   */
  @Override
  public List<Message> findByConversationId(String conversationId) {
    try {
      List<Message> messages = new ArrayList<>();
      for (ChatTable.Entry entry : table.messages(conversationId)) {
        messages.add(SpringMessages.decoded("in conversation '" + conversationId + "'", entry));
      }
      return messages;
    } catch (SQLException e) {
      throw SpringLender.translated("read a conversation", e);
    }
  }

  /** Makes these the messages of the conversation; each new one is also an event. */
  @Override
  public void saveAll(String conversationId, List<Message> messages) {
    List<ChatTable.Entry> entries = messages.stream().map(SpringMessages::encoded).toList();
    try {
      table.replace(conversationId, entries);
    } catch (SQLException e) {
      throw SpringLender.translated("save a conversation", e);
    }
  }

  /**
   * Deletes the messages, those that left the window too, with an event {@code chat.deleted}; the
   * versions published before have them.
   */
  @Override
  public void deleteByConversationId(String conversationId) {
    try {
      table.delete(conversationId);
    } catch (SQLException e) {
      throw SpringLender.translated("delete a conversation", e);
    }
  }
}

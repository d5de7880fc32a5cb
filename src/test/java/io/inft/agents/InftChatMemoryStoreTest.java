package io.inft.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InftChatMemoryStoreTest {
  @TempDir Path folder;
  private InftDataSource dataSource;
  private InftChatMemoryStore memory;

  @BeforeEach
  void open() throws Exception {
    dataSource = dataSource("here");
    memory = new InftChatMemoryStore(dataSource);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private InftDataSource dataSource(String machine) throws Exception {
    InftDataSource source = new InftDataSource();
    source.setUrl("jdbc:inft:agent");
    source.setNetwork("embedded");
    source.setHome(folder.resolve(machine).toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    return source;
  }

  private List<String> rows(String sql) throws Exception {
    List<String> found = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private static List<ChatMessage> turn() {
    return List.of(
        SystemMessage.from("You have tools."),
        UserMessage.from(
            "ada",
            List.of(
                TextContent.from("What is this?"),
                ImageContent.from("AQID", "image/png"),
                ImageContent.from("https://example.org/x.png"),
                PdfFileContent.from("not quite Base64!", "application/pdf"),
                ImageContent.from("BAUGBw==", "image/jpeg"))),
        AiMessage.from(
            "I look.",
            List.of(
                ToolExecutionRequest.builder()
                    .id("c1")
                    .name("look")
                    .arguments("{\"at\":1}")
                    .build())),
        ToolExecutionResultMessage.from("c1", "look", "a cat ☃"),
        AiMessage.from("A cat."));
  }

  @Test
  void everythingComesBackOnAnotherMachine() throws Exception {
    memory.updateMessages(42, turn());
    Engines.endIdle();

    InftChatMemoryStore there = new InftChatMemoryStore(dataSource("there"));

    assertThat(there.getMessages(42)).isEqualTo(turn());
    assertThat(there.getMessages(43)).isEmpty();
  }

  @Test
  void mediaAreStoredAsBytesAndNothingOfAMessageInTheEventLog() throws Exception {
    memory.updateMessages("c", turn());

    assertThat(rows("select hex(data) from inft_chat_langchain4j_media order by position"))
        .containsExactly("010203", "04050607");
    assertThat(rows("select message from inft_chat_langchain4j where role = 'user'"))
        .first()
        .asString()
        .contains("sha256")
        .doesNotContain("AQID");
    assertThat(rows("select payload from inft_events where type = 'chat.user'"))
        .first()
        .isEqualTo("{\"conversation\":\"c\",\"message\":2}");
  }

  @Test
  void aMessageThatIsAddedIsTheOnlyOneWritten() throws Exception {
    List<ChatMessage> window = new ArrayList<>();
    for (ChatMessage message : turn()) {
      window.add(message);
      memory.updateMessages("c", window);
    }
    window.remove(1);
    memory.updateMessages("c", window);
    memory.updateMessages("c", window);

    assertThat(memory.getMessages("c")).isEqualTo(window);
    assertThat(rows("select id || ' ' || gone from inft_chat_langchain4j order by id"))
        .containsExactly("1 0", "2 1", "3 0", "4 0", "5 0");
    assertThat(rows("select type from inft_events order by seq"))
        .containsExactly(
            "chat.system", "chat.user", "chat.ai", "chat.tool_execution_result", "chat.ai");
    assertThat(rows("select message from inft_chat_langchain4j_media")).containsExactly("2", "2");
  }

  @Test
  void deletingTakesWhatIsGoneTooAndKeepsTheEvents() throws Exception {
    memory.updateMessages("c", turn());
    memory.updateMessages("c", turn().subList(2, 5));
    memory.updateMessages("d", turn().subList(0, 1));

    memory.deleteMessages("c");

    assertThat(memory.getMessages("c")).isEmpty();
    assertThat(rows("select conversation from inft_chat_langchain4j")).containsExactly("d");
    assertThat(rows("select count(*) from inft_chat_langchain4j_media")).containsExactly("0");
    assertThat(rows("select count(*) from inft_events")).containsExactly("7");
  }

  @Test
  void aFailureNamesTheConversationAndLeavesNothingHalfDone() throws Exception {
    memory.updateMessages("c", List.of(UserMessage.from("before")));
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create trigger no before insert on inft_chat_langchain4j when new.role = 'ai'"
              + " begin select raise(abort, 'not today'); end");
    }

    assertThatThrownBy(
            () ->
                memory.updateMessages(
                    "c", List.of(UserMessage.from("new"), AiMessage.from("answer"))))
        .isInstanceOf(ChatMemoryException.class)
        .hasMessageContaining("'c'")
        .hasMessageContaining("not today")
        .hasCauseInstanceOf(SQLException.class);

    assertThat(memory.getMessages("c")).containsExactly(UserMessage.from("before"));
  }
}

package io.inft.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.content.MediaContent;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.MimeType;

class InftChatMemoryRepositoryTest {
  private static final MimeType PNG = MimeType.valueOf("image/png");

  @TempDir Path folder;
  private InftDataSource dataSource;
  private InftChatMemoryRepository memory;

  @BeforeEach
  void open() throws Exception {
    dataSource = dataSource("here");
    memory = new InftChatMemoryRepository(dataSource);
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

  /** A turn with everything that a message can carry. */
  private static List<Message> turn() {
    return List.of(
        new SystemMessage("You have tools."),
        UserMessage.builder()
            .text("What is in this picture?")
            .metadata(Map.of("user", "ada", "nested", Map.of("b", List.of(1, 2.5, true), "a", "x")))
            .media(
                Media.builder()
                    .mimeType(PNG)
                    .name("photo")
                    .id("m1")
                    .data(new ByteArrayResource(new byte[] {1, 2, 3}))
                    .build(),
                Media.builder()
                    .mimeType(PNG)
                    .name("link")
                    .data(URI.create("https://example.org/x.png"))
                    .build())
            .build(),
        AssistantMessage.builder()
            .content(null)
            .properties(Map.of("finish", "tool_calls"))
            .toolCalls(
                List.of(
                    new AssistantMessage.ToolCall("c1", "function", "look", "{\"at\":\"photo\"}"),
                    new AssistantMessage.ToolCall("c2", "function", "measure", "{}")))
            .build(),
        ToolResponseMessage.builder()
            .responses(
                List.of(
                    new ToolResponseMessage.ToolResponse("c1", "look", "a cat ☃"),
                    new ToolResponseMessage.ToolResponse("c2", "measure", "{\"cm\":30}")))
            .build(),
        AssistantMessage.builder()
            .content("A cat.")
            .media(
                List.of(
                    Media.builder()
                        .mimeType(MimeType.valueOf("audio/wav"))
                        .name("voice")
                        .data(new ByteArrayResource("meow".getBytes(StandardCharsets.UTF_8)))
                        .build()))
            .build());
  }

  /** Media are equal only to themselves, so messages that have some are too. */
  private static List<List<Object>> described(List<Message> messages) {
    List<List<Object>> described = new ArrayList<>();
    for (Message message : messages) {
      List<Object> parts = new ArrayList<>();
      parts.add(message.getMessageType());
      parts.add(String.valueOf(message.getText()));
      parts.add(message.getMetadata());
      if (message instanceof AssistantMessage assistant) {
        parts.add(assistant.getToolCalls());
      }
      if (message instanceof ToolResponseMessage tool) {
        parts.add(tool.getResponses());
      }
      if (message instanceof MediaContent content) {
        content.getMedia().forEach(media -> parts.add(media.getMimeType() + media.getName()));
      }
      described.add(parts);
    }
    return described;
  }

  @Test
  void toolCallsToolResultsMediaAndMetadataComeBackOnAnotherMachine() throws Exception {
    memory.saveAll("c", turn());
    Engines.endIdle();

    List<Message> back =
        new InftChatMemoryRepository(dataSource("there")).findByConversationId("c");

    assertThat(described(back)).isEqualTo(described(turn()));
    UserMessage user = (UserMessage) back.get(1);
    assertThat(user.getMedia().get(0).getDataAsByteArray()).containsExactly(1, 2, 3);
    assertThat(user.getMedia().get(0).getId()).isEqualTo("m1");
    assertThat(user.getMedia().get(0).getName()).isEqualTo("photo");
    assertThat(user.getMedia().get(1).getData()).isEqualTo("https://example.org/x.png");
    AssistantMessage answer = (AssistantMessage) back.get(4);
    assertThat(answer.getMedia().get(0).getDataAsByteArray()).asString().isEqualTo("meow");
    assertThat(((AssistantMessage) back.get(2)).getToolCalls()).hasSize(2);
    assertThat(back.get(2).getText()).isNull();
  }

  @Test
  void whatWasSavedIsNotWrittenAgain() throws Exception {
    memory.saveAll("c", turn());
    List<String> before = rows("select id || ' ' || gone from inft_chat_spring order by id");
    List<Message> window = new ArrayList<>(memory.findByConversationId("c"));
    window.add(new UserMessage("And now?"));
    window.remove(1);

    memory.saveAll("c", window);

    assertThat(described(memory.findByConversationId("c"))).isEqualTo(described(window));
    List<String> after = rows("select id || ' ' || gone from inft_chat_spring order by id");
    assertThat(before).hasSize(5);
    assertThat(after)
        .containsExactly(before.get(0), "2 1", before.get(2), before.get(3), before.get(4), "6 0");
    assertThat(rows("select count(*) from inft_events")).containsExactly("6");
  }

  @Test
  void aChangedMessageReplacesWhatFollowsIt() {
    memory.saveAll("c", List.of(new UserMessage("1"), new UserMessage("2"), new UserMessage("3")));
    List<Message> edited =
        List.of(new UserMessage("1"), new UserMessage("two"), new UserMessage("3"));

    memory.saveAll("c", edited);

    assertThat(memory.findByConversationId("c")).isEqualTo(edited);
  }

  @Test
  void everyMessageIsAnEventThatNamesItsRow() throws Exception {
    memory.saveAll("c", turn());

    assertThat(rows("select type from inft_events order by seq"))
        .containsExactly(
            "chat.system", "chat.user", "chat.assistant", "chat.tool", "chat.assistant");
    String joined =
        " from inft_events e join inft_chat_spring c on c.id = e.payload ->> 'message' where seq ="
            + " ";
    assertThat(rows("select c.message ->> 'text'" + joined + 5)).containsExactly("A cat.");
    assertThat(rows("select c.message ->> '$.media[0].sha256'" + joined + 2))
        .first()
        .asString()
        .matches("0x[0-9a-f]{64}");
    assertThat(rows("select payload ->> 'conversation' from inft_events where seq = 5"))
        .containsExactly("c");
  }

  @Test
  void conversationsAreApart() throws Exception {
    assertThat(memory.findConversationIds()).isEmpty();
    assertThat(memory.findByConversationId("a")).isEmpty();
    memory.saveAll("b", List.of(new UserMessage("for b")));
    memory.saveAll("a", List.of(new UserMessage("for a")));

    memory.deleteByConversationId("b");
    memory.deleteByConversationId("never was");

    assertThat(memory.findConversationIds()).containsExactly("a");
    assertThat(memory.findByConversationId("b")).isEmpty();
    assertThat(
            rows("select payload ->> 'conversation' from inft_events where type ='chat.deleted'"))
        .containsExactly("b");
  }

  @Test
  void aSaveCommitsAndRollsBackWithSpringsTransaction() throws Exception {
    memory.saveAll("c", List.of(new UserMessage("before")));
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(dataSource));

    transaction.executeWithoutResult(
        status -> {
          memory.saveAll("c", List.of(new UserMessage("before"), new UserMessage("undone")));
          assertThat(memory.findByConversationId("c")).hasSize(2);
          status.setRollbackOnly();
        });

    assertThat(memory.findByConversationId("c")).containsExactly(new UserMessage("before"));
    assertThat(rows("select count(*) from inft_events")).containsExactly("1");
  }

  @Test
  void aFailureIsSpringsAndLeavesNothingHalfDone() throws Exception {
    memory.saveAll("c", List.of(new UserMessage("before")));
    rows("select 1");
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create trigger no before insert on inft_chat_spring when new.role = 'assistant'"
              + " begin select raise(abort, 'not today'); end");
    }

    assertThatThrownBy(
            () ->
                memory.saveAll(
                    "c", List.of(new UserMessage("new"), new AssistantMessage("answer"))))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("not today");

    assertThat(memory.findByConversationId("c")).containsExactly(new UserMessage("before"));
    assertThat(rows("select count(*) from inft_events")).containsExactly("1");
  }
}

package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import io.inft.agents.InftChatMemoryRepository;
import io.inft.agents.InftChatMemoryStore;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDataSource;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.ChatMemoryRepository;
import org.springframework.ai.chat.memory.repository.jdbc.JdbcChatMemoryRepository;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/** The frameworks' chat memories as they are, ours, and what a turn costs with each. */
class ChatMemoriesTest {
  private static final int WINDOW = TurnCost.WINDOW;

  @RegisterExtension final Machines machines = new Machines("HttpClient-");

  private InftDataSource dataSource;

  @BeforeEach
  void open() throws Exception {
    dataSource = new InftDataSource();
    dataSource.setUrl("jdbc:inft:agent");
    // A publish for every turn, when the turn says so.
    dataSource.setSyncInterval("1h");
  }

  private JdbcChatMemoryRepository springs() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      ScriptUtils.executeSqlScript(
          connection,
          new ClassPathResource(
              "org/springframework/ai/chat/memory/repository/jdbc/schema-sqlite.sql"));
    }
    return JdbcChatMemoryRepository.builder().dataSource(dataSource).build();
  }

  @Test
  void springsOwnRepositoryWorksAsItIs() throws Exception {
    List<Message> messages =
        List.of(new SystemMessage("s"), new UserMessage("u ☃"), new AssistantMessage("a"));
    springs().saveAll("c", messages);
    springs().saveAll("d", messages.subList(0, 1));
    springs().deleteByConversationId("d");

    machines.lose();

    assertThat(springs().findConversationIds()).containsExactly("c");
    assertThat(springs().findByConversationId("c").stream().map(Message::getText))
        .containsExactly("s", "u ☃", "a");
  }

  @Test
  void oursKeepsTheToolsThatSpringsLoses() throws Exception {
    List<Message> messages =
        List.of(
            new UserMessage("u"),
            AssistantMessage.builder()
                .content("One moment.")
                .toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "look", "{}")))
                .build(),
            ToolResponseMessage.builder()
                .responses(List.of(new ToolResponseMessage.ToolResponse("1", "look", "42")))
                .build(),
            new AssistantMessage("42."));
    springs().saveAll("c", messages);
    new InftChatMemoryRepository(dataSource).saveAll("c", messages);

    machines.lose();

    List<Message> theirs = springs().findByConversationId("c");
    assertThat(theirs.toString()).doesNotContain("look");
    assertThat(new InftChatMemoryRepository(dataSource).findByConversationId("c"))
        .isEqualTo(messages);
  }

  @Test
  void aWindowOfLangChain4jGoesOnOnAnotherMachine() throws Exception {
    for (boolean ours : List.of(true, false)) {
      MessageWindowChatMemory here = window(store(ours));
      here.add(dev.langchain4j.data.message.UserMessage.from("u"));
      here.add(AiMessage.from("a"));
    }

    machines.lose();

    for (boolean ours : List.of(true, false)) {
      assertThat(window(store(ours)).messages())
          .containsExactly(dev.langchain4j.data.message.UserMessage.from("u"), AiMessage.from("a"));
    }
  }

  private ChatMemoryStore store(boolean ours) throws Exception {
    return ours ? new InftChatMemoryStore(dataSource) : new WholeWindowStore(dataSource);
  }

  private static MessageWindowChatMemory window(ChatMemoryStore store) {
    return MessageWindowChatMemory.builder()
        .id("c")
        .maxMessages(WINDOW)
        .chatMemoryStore(store)
        .build();
  }

  private static TurnCost.Turn spring(ChatMemoryRepository repository) {
    ChatMemory memory =
        org.springframework.ai.chat.memory.MessageWindowChatMemory.builder()
            .chatMemoryRepository(repository)
            .maxMessages(WINDOW)
            .build();
    return (question, answer) -> {
      memory.add("c", new UserMessage(question));
      memory.add("c", new AssistantMessage(answer));
    };
  }

  private static TurnCost.Turn langChain4j(ChatMemoryStore store) {
    MessageWindowChatMemory memory = window(store);
    return (question, answer) -> {
      memory.add(dev.langchain4j.data.message.UserMessage.from(question));
      memory.add(AiMessage.from(answer));
    };
  }

  @Test
  void aTurnOfSpringsOwnIsSmallThoughTheWindowIsWrittenAgain() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      long bytes = cost.measure("Spring AI, its own repository", dataSource, spring(springs()));
      assertThat(bytes).isLessThan(6_144);

      List<String> here = texts();
      cost.elsewhere(machines.folder().resolve("elsewhere"));

      assertThat(here).hasSize(WINDOW);
      assertThat(texts()).isEqualTo(here);
    }
  }

  private List<String> texts() throws Exception {
    return springs().findByConversationId("c").stream().map(Message::getText).toList();
  }

  @Test
  void aTurnOfOursForSpringIsSmall() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      assertThat(
              cost.measure(
                  "Spring AI, InftChatMemoryRepository",
                  dataSource,
                  spring(new InftChatMemoryRepository(dataSource))))
          .isLessThan(6_144);
    }
  }

  @Test
  void aTurnOfOneValueForLangChain4jIsSmallThoughTheWindowIsWrittenAgain() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      long bytes =
          cost.measure(
              "LangChain4j, the window as one JSON value",
              dataSource,
              langChain4j(new WholeWindowStore(dataSource)));
      assertThat(bytes).isLessThan(6_144);

      List<ChatMessage> here = new WholeWindowStore(dataSource).getMessages("c");
      cost.elsewhere(machines.folder().resolve("elsewhere"));

      assertThat(here).hasSize(WINDOW);
      assertThat(new WholeWindowStore(dataSource).getMessages("c")).isEqualTo(here);
    }
  }

  @Test
  void aTurnOfOursForLangChain4jIsSmall() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      assertThat(
              cost.measure(
                  "LangChain4j, InftChatMemoryStore",
                  dataSource,
                  langChain4j(new InftChatMemoryStore(dataSource))))
          .isLessThan(6_144);
    }
  }

  @Test
  void everyMessageOfAnAgentIsInTheEventLog() throws Exception {
    new InftChatMemoryRepository(dataSource).saveAll("c", List.of(new UserMessage("hello")));
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(1));
      var rows = statement.executeQuery("SELECT inft_log()");
      assertThat(rows.getString(1)).contains("chat.user").contains("conversation");
    }
  }
}

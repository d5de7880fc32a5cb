package io.inft.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.session.EventFilter;
import org.springframework.ai.session.Session;
import org.springframework.ai.session.SessionEvent;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.MimeTypeUtils;

class InftSessionRepositoryTest {
  private static final Instant TIME = Instant.parse("2026-11-30T12:00:00.123456789Z");

  @TempDir Path folder;
  private InftDataSource dataSource;
  private InftSessionRepository sessions;

  @BeforeEach
  void open() throws Exception {
    dataSource = dataSource("here");
    sessions = new InftSessionRepository(dataSource);
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

  private static Session session(String id, String user) {
    return Session.builder()
        .id(id)
        .userId(user)
        .createdAt(TIME)
        .expiresAt(TIME.plusSeconds(60))
        .metadata(Map.of("mood", "good", "tries", 3))
        .build();
  }

  private static SessionEvent event(String session, Message message) {
    return SessionEvent.builder()
        .id(UUID.randomUUID().toString())
        .sessionId(session)
        .timestamp(TIME)
        .message(message)
        .metadata("topic", "weather")
        .branch("root.weather")
        .build();
  }

  private static List<Message> turn() {
    return List.of(
        UserMessage.builder()
            .text("What is this?")
            .metadata(Map.of("lang", "en"))
            .media(
                Media.builder()
                    .mimeType(MimeTypeUtils.IMAGE_PNG)
                    .name("picture")
                    .data(new ByteArrayResource(new byte[] {1, 2, 3}))
                    .build())
            .build(),
        AssistantMessage.builder()
            .content("I look.")
            .toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "look", "{\"x\":1}")))
            .build(),
        ToolResponseMessage.builder()
            .responses(List.of(new ToolResponseMessage.ToolResponse("1", "look", "a cat")))
            .build(),
        new AssistantMessage("A cat."));
  }

  private List<String> log() throws Exception {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT type FROM inft_events ORDER BY seq")) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  @Test
  void aSessionComesBackOnAnotherMachineWithAllItHad() throws Exception {
    sessions.save(session("s", "ada"));
    List<SessionEvent> events = turn().stream().map(message -> event("s", message)).toList();
    events.forEach(sessions::appendEvent);
    Engines.endIdle();

    InftSessionRepository there = new InftSessionRepository(dataSource("there"));
    Session found = there.findById("s");

    assertThat(found).usingRecursiveComparison().isEqualTo(session("s", "ada"));
    List<SessionEvent> again = there.findEvents("s", EventFilter.all());
    assertThat(again).isEqualTo(events);
    assertThat(again.get(0).getMessage()).isEqualTo(events.get(0).getMessage());
    assertThat(((UserMessage) again.get(0).getMessage()).getMedia().get(0).getData())
        .isEqualTo(new byte[] {1, 2, 3});
    assertThat(((AssistantMessage) again.get(1).getMessage()).getToolCalls())
        .isEqualTo(((AssistantMessage) events.get(1).getMessage()).getToolCalls());
    assertThat(again.get(1).getTimestamp()).isEqualTo(TIME);
    assertThat(again.get(2).getMetadata()).isEqualTo(Map.of("topic", "weather"));
    assertThat(again.get(3).getBranch()).isEqualTo("root.weather");
    assertThat(log())
        .containsExactly(
            "session.created",
            "session.user",
            "session.assistant",
            "session.tool",
            "session.assistant");
  }

  @Test
  void compactionArchivesAndKeepsTheOrder() throws Exception {
    sessions.save(session("s", "ada"));
    List<SessionEvent> events = turn().stream().map(message -> event("s", message)).toList();
    events.forEach(sessions::appendEvent);
    SessionEvent summary = event("s", new AssistantMessage("It was a cat."));
    long version = sessions.getEventVersion("s");

    assertThat(sessions.compactEvents("s", events, List.of(summary), version - 1)).isFalse();
    boolean done =
        sessions.compactEvents("s", events.subList(0, 3), List.of(summary, events.get(3)), version);

    assertThat(done).isTrue();
    assertThat(sessions.getEventVersion("s")).isEqualTo(version + 1);
    assertThat(sessions.findEvents("s", EventFilter.active()))
        .containsExactly(summary, events.get(3));
    assertThat(sessions.findEvents("s", EventFilter.all()))
        .extracting(SessionEvent::getId)
        .containsExactly(
            events.get(0).getId(),
            events.get(1).getId(),
            events.get(2).getId(),
            summary.getId(),
            events.get(3).getId());
    assertThat(log().subList(5, 7)).containsExactly("session.assistant", "session.compacted");
  }

  @Test
  void usersAndSessionsAreApart() throws Exception {
    sessions.save(session("s", "ada"));
    sessions.save(session("t", "bob"));
    sessions.appendEvent(event("s", new UserMessage("for s")));
    sessions.appendEvent(event("t", new UserMessage("for t")));

    sessions.delete("s");

    assertThat(sessions.findByUserId("ada")).isEmpty();
    assertThat(sessions.findById("s")).isNull();
    assertThat(sessions.findEvents("s", EventFilter.all())).isEmpty();
    assertThat(sessions.findEvents("t", EventFilter.keywordSearch("FOR"))).hasSize(1);
    assertThat(sessions.findExpiredSessionIds(TIME.plusSeconds(61))).containsExactly("t");
    assertThatThrownBy(() -> sessions.appendEvent(event("s", new UserMessage("lost"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'s'");
  }

  @Test
  void aTransactionOfSpringThatRollsBackLeavesNothing() {
    sessions.save(session("s", "ada"));
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(dataSource));

    transaction.executeWithoutResult(
        status -> {
          sessions.appendEvent(event("s", new UserMessage("no")));
          status.setRollbackOnly();
        });

    assertThat(sessions.findEvents("s", EventFilter.all())).isEmpty();
    assertThat(sessions.getEventVersion("s")).isZero();
  }
}

package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.session.CreateSessionRequest;
import org.springframework.ai.session.DefaultSessionService;
import org.springframework.ai.session.EventFilter;
import org.springframework.ai.session.Session;
import org.springframework.ai.session.SessionEvent;
import org.springframework.ai.session.SessionRepository;
import org.springframework.ai.session.SessionService;
import org.springframework.ai.session.compaction.SlidingWindowCompactionStrategy;
import org.springframework.ai.session.compaction.TurnCountTrigger;

/** What a repository of sessions does, whoever wrote it. */
abstract class SessionContract {
  private static final Instant TIME = Instant.parse("2026-11-30T12:00:00.123Z");

  private SessionRepository sessions;

  abstract SessionRepository repository() throws Exception;

  @BeforeEach
  void begin() throws Exception {
    sessions = repository();
  }

  private Session save(String id, String user) {
    return sessions.save(
        Session.builder()
            .id(id)
            .userId(user)
            .createdAt(TIME)
            .expiresAt(null)
            .metadata(Map.of("name", id))
            .build());
  }

  private SessionEvent append(String session, String id, Message message) {
    return append(session, id, message, TIME, null);
  }

  private SessionEvent append(
      String session, String id, Message message, Instant time, String branch) {
    SessionEvent event =
        SessionEvent.builder()
            .id(id)
            .sessionId(session)
            .timestamp(time)
            .message(message)
            .branch(branch)
            .build();
    sessions.appendEvent(event);
    return event;
  }

  private List<String> ids(String session, EventFilter filter) {
    return sessions.findEvents(session, filter).stream().map(SessionEvent::getId).toList();
  }

  /** Whether it gives an end to sessions that were saved without one. */
  boolean endsEverySession() {
    return false;
  }

  @Test
  void aSavedSessionIsFound() {
    Session saved = save("s", "ada");

    Session found = sessions.findById("s");

    assertThat(found.userId()).isEqualTo("ada");
    assertThat(found.createdAt()).isEqualTo(saved.createdAt());
    assertThat(found.expiresAt() != null).isEqualTo(endsEverySession());
    assertThat(found.metadata()).isEqualTo(Map.of("name", "s"));
    assertThat(sessions.findById("none")).isNull();
  }

  @Test
  void savingAgainChangesTheSessionAndKeepsItsEvents() {
    save("s", "ada");
    append("s", "1", new UserMessage("hello"));

    save("s", "bob");

    assertThat(sessions.findById("s").userId()).isEqualTo("bob");
    assertThat(ids("s", EventFilter.all())).containsExactly("1");
    assertThat(sessions.getEventVersion("s")).isEqualTo(1);
  }

  @Test
  void sessionsOfAUser() {
    save("a", "ada");
    save("b", "bob");
    save("c", "ada");

    assertThat(sessions.findByUserId("ada")).extracting(Session::id).containsOnly("a", "c");
    assertThat(sessions.findByUserId("nobody")).isEmpty();
  }

  @Test
  void expiredSessions() {
    save("never", "ada");
    for (int seconds : List.of(10, 20)) {
      sessions.save(
          Session.builder()
              .id("after " + seconds)
              .userId("ada")
              .createdAt(TIME)
              .expiresAt(TIME.plusSeconds(seconds))
              .build());
    }

    assertThat(sessions.findExpiredSessionIds(TIME)).isEmpty();
    assertThat(sessions.findExpiredSessionIds(TIME.plusSeconds(15))).containsExactly("after 10");
    assertThat(sessions.findExpiredSessionIds(TIME.plusSeconds(60))).hasSize(2);
  }

  @Test
  void messagesOfAllKindsInTheirOrder() {
    save("s", "ada");
    append("s", "1", new SystemMessage("rules"));
    append("s", "2", new UserMessage("look ☃"));
    append(
        "s",
        "3",
        AssistantMessage.builder()
            .content("One moment.")
            .toolCalls(List.of(new AssistantMessage.ToolCall("c", "function", "look", "{}")))
            .build());
    append(
        "s",
        "4",
        ToolResponseMessage.builder()
            .responses(List.of(new ToolResponseMessage.ToolResponse("c", "look", "snow")))
            .build());

    List<SessionEvent> events = sessions.findEvents("s", EventFilter.all());

    assertThat(events).extracting(SessionEvent::getId).containsExactly("1", "2", "3", "4");
    assertThat(events.get(1).getMessage().getText()).isEqualTo("look ☃");
    assertThat(((AssistantMessage) events.get(2).getMessage()).getToolCalls().get(0).name())
        .isEqualTo("look");
    assertThat(
            ((ToolResponseMessage) events.get(3).getMessage()).getResponses().get(0).responseData())
        .isEqualTo("snow");
    assertThat(events.get(3).getTimestamp()).isEqualTo(TIME);
  }

  @Test
  void filters() {
    save("s", "ada");
    append("s", "1", new UserMessage("Rain today"), TIME, "root");
    append("s", "2", new AssistantMessage("Take an umbrella"), TIME.plusSeconds(1), "root.a");
    append("s", "3", new UserMessage("and RAIN tomorrow?"), TIME.plusSeconds(2), "root.b");
    append("s", "4", new AssistantMessage("No."), TIME.plusSeconds(3), null);

    assertThat(ids("s", EventFilter.lastN(2))).containsExactly("3", "4");
    assertThat(ids("s", EventFilter.keywordSearch("rain"))).containsExactly("1", "3");
    assertThat(ids("s", EventFilter.keywordSearch("rain", 1, 1))).containsExactly("3");
    assertThat(ids("s", EventFilter.forBranch("root.a"))).containsExactly("1", "2", "4");
    assertThat(ids("s", EventFilter.builder().messageTypes(Set.of(MessageType.ASSISTANT)).build()))
        .containsExactly("2", "4");
    assertThat(
            ids(
                "s",
                EventFilter.builder().from(TIME.plusSeconds(1)).to(TIME.plusSeconds(2)).build()))
        .containsExactly("2", "3");
    assertThat(ids("s", EventFilter.builder().page(1).pageSize(3).build())).containsExactly("4");
    assertThat(ids("s", EventFilter.builder().page(9).pageSize(3).build())).isEmpty();
  }

  @Test
  void anEventOfNoSessionIsRefused() {
    assertThatThrownBy(() -> append("none", "1", new UserMessage("lost")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> sessions.compactEvents("none", List.of(), List.of(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(sessions.findEvents("none", EventFilter.all())).isEmpty();
    assertThat(sessions.getEventVersion("none")).isZero();
  }

  @Test
  void deletingTakesTheEventsAlong() {
    save("s", "ada");
    save("t", "ada");
    append("s", "1", new UserMessage("a"));
    append("t", "2", new UserMessage("b"));

    sessions.delete("s");
    sessions.delete("none");

    assertThat(sessions.findById("s")).isNull();
    assertThat(sessions.findEvents("s", EventFilter.all())).isEmpty();
    assertThat(ids("t", EventFilter.all())).containsExactly("2");
  }

  @Test
  void compactionIsByVersion() {
    save("s", "ada");
    SessionEvent first = append("s", "1", new UserMessage("a"));
    SessionEvent second = append("s", "2", new AssistantMessage("b"));
    SessionEvent summary =
        SessionEvent.builder()
            .id("sum")
            .sessionId("s")
            .timestamp(TIME)
            .message(new AssistantMessage("a and b"))
            .metadata(SessionEvent.METADATA_SYNTHETIC, true)
            .build();

    assertThat(sessions.compactEvents("s", List.of(first), List.of(second), 1)).isFalse();
    assertThat(ids("s", EventFilter.active())).containsExactly("1", "2");
    assertThat(sessions.compactEvents("s", List.of(first), List.of(summary, second), 2)).isTrue();

    assertThat(ids("s", EventFilter.all())).containsExactly("1", "sum", "2");
    assertThat(ids("s", EventFilter.active())).containsExactly("sum", "2");
    assertThat(ids("s", EventFilter.realOnly())).containsExactly("1", "2");
    assertThat(sessions.getEventVersion("s")).isEqualTo(3);
    append("s", "3", new UserMessage("c"));
    assertThat(ids("s", EventFilter.active())).containsExactly("sum", "2", "3");
  }

  @Test
  void theServiceCompactsByTurns() {
    SessionService service = DefaultSessionService.builder().sessionRepository(sessions).build();
    service.create(CreateSessionRequest.builder().id("s").userId("ada").build());
    for (int i = 0; i < 6; i++) {
      service.appendMessage("s", new UserMessage("q" + i));
      service.appendMessage("s", new AssistantMessage("a" + i));
    }

    service.compact(
        "s",
        new TurnCountTrigger(4),
        SlidingWindowCompactionStrategy.builder().maxEvents(4).build());

    assertThat(service.getEvents("s", EventFilter.all())).hasSize(12);
    assertThat(service.getEvents("s", EventFilter.active()))
        .extracting(event -> event.getMessage().getText())
        .containsExactly("q4", "a4", "q5", "a5");
  }

  @Test
  void manyWhoAppendAtOnceLoseNothing() throws Exception {
    save("s", "ada");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String name = "t" + i;
        all.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < 10; n++) {
                    append("s", name + "-" + n, new UserMessage("m"));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(sessions.findEvents("s", EventFilter.all())).hasSize(40);
    assertThat(sessions.getEventVersion("s")).isEqualTo(40);
  }
}

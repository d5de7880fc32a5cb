package io.inft.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.MetadataFilterBuilder;
import io.inft.agents.langgraph4j.InftCheckpointSaver;
import io.inft.agents.rows.Sealing;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.bsc.langgraph4j.RunnableConfig;
import org.bsc.langgraph4j.checkpoint.Checkpoint;
import org.bsc.langgraph4j.serializer.std.ObjectStreamStateSerializer;
import org.bsc.langgraph4j.state.AgentState;
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
import org.springframework.ai.session.SessionEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeTypeUtils;

/** What the stores of all frameworks keep of somebody, until he is forgotten. */
class SealedStoresTest {
  private static final float[] VECTOR = {0.7731f, -0.1234f, 0.5567f};

  /** The names of subjects are nowhere; those of conversations are in the clear. */
  private static final Sealing SEALED =
      Sealing.bySubject(origin -> "person behind " + origin.conversation());

  @TempDir Path folder;
  private Published published;
  private InftDataSource here;

  /** Or each call of a store would be followed by a version. */
  private Connection open;

  @BeforeEach
  void open() throws Exception {
    published = new Published(folder);
    here = open("here");
  }

  @AfterEach
  void end() throws Exception {
    open.close();
    Engines.endIdle();
  }

  private InftDataSource open(String machine) throws Exception {
    InftDataSource source = published.machine(machine);
    open = source.getConnection();
    return source;
  }

  /** Publishes, and lets the machine go. */
  private long leave(InftDataSource source) throws Exception {
    long newest = Published.sync(source);
    end();
    return newest;
  }

  /** What they replace they must be able to read. */
  private static final Set<Store> REPLACING = EnumSet.of(Store.SPRING_SESSIONS, Store.LANGGRAPH4J);

  private static InftCheckpointSaver saver(InftDataSource source, Sealing sealing) {
    return new InftCheckpointSaver(
        source, new ObjectStreamStateSerializer<>(AgentState::new), sealing);
  }

  private static RunnableConfig thread(String name) {
    return RunnableConfig.builder().threadId(name).build();
  }

  /** A store of a framework: a turn with all that it can keep, and all that it tells of it. */
  enum Store {
    SPRING_CHAT {
      @Override
      void turn(InftDataSource source, Sealing sealing, String conversation, String said) {
        InftChatMemoryRepository memory = new InftChatMemoryRepository(source, sealing);
        List<Message> window = new ArrayList<>(memory.findByConversationId(conversation));
        window.addAll(spring(said));
        memory.saveAll(conversation, window);
      }

      @Override
      List<String> told(InftDataSource source, String conversation) {
        return new InftChatMemoryRepository(source)
            .findByConversationId(conversation).stream().map(Store::text).toList();
      }
    },

    SPRING_SESSIONS {
      @Override
      void turn(InftDataSource source, Sealing sealing, String conversation, String said) {
        InftSessionRepository sessions = new InftSessionRepository(source, sealing);
        sessions.save(
            org.springframework.ai.session.Session.builder()
                .id(conversation)
                .userId("u1")
                .createdAt(Instant.EPOCH)
                .metadata(Map.of("of", said))
                .build());
        for (Message message : spring(said)) {
          sessions.appendEvent(
              SessionEvent.builder()
                  .sessionId(conversation)
                  .timestamp(Instant.EPOCH)
                  .message(message)
                  .metadata("of", said)
                  .build());
        }
      }

      @Override
      List<String> told(InftDataSource source, String conversation) {
        InftSessionRepository sessions = new InftSessionRepository(source);
        List<String> told = new ArrayList<>();
        told.addAll(
            sessions.findEvents(conversation, EventFilter.all()).stream()
                .map(event -> text(event.getMessage()) + event.getMetadata())
                .toList());
        List<String> last =
            sessions.findEvents(conversation, EventFilter.lastN(1)).stream()
                .map(event -> text(event.getMessage()) + event.getMetadata())
                .toList();
        assertThat(last).isEqualTo(told.subList(Math.max(0, told.size() - 1), told.size()));
        Map<String, Object> metadata = sessions.findById(conversation).metadata();
        metadata.forEach((key, value) -> told.add(key + value));
        return told;
      }
    },

    LANGCHAIN4J_CHAT {
      @Override
      void turn(InftDataSource source, Sealing sealing, String conversation, String said) {
        InftChatMemoryStore memory = new InftChatMemoryStore(source, sealing);
        List<ChatMessage> window = new ArrayList<>(memory.getMessages(conversation));
        window.add(
            dev.langchain4j.data.message.UserMessage.from(
                TextContent.from(said),
                ImageContent.from(
                    Base64.getEncoder().encodeToString(Published.bytes("image of " + said)),
                    "image/png")));
        window.add(
            AiMessage.from(
                ToolExecutionRequest.builder().id("1").name("look").arguments(said).build()));
        window.add(ToolExecutionResultMessage.from("1", "look", "seen " + said));
        window.add(AiMessage.from("It is " + said));
        memory.updateMessages(conversation, window);
      }

      @Override
      List<String> told(InftDataSource source, String conversation) {
        return new InftChatMemoryStore(source)
            .getMessages(conversation).stream().map(Object::toString).toList();
      }
    },

    LANGCHAIN4J_EMBEDDINGS {
      @Override
      void turn(InftDataSource source, Sealing sealing, String conversation, String said) {
        InftEmbeddingStore store = new InftEmbeddingStore(source, conversation, sealing);
        store.add(
            Embedding.from(VECTOR),
            TextSegment.from(
                said, dev.langchain4j.data.document.Metadata.from(Map.of("of", said))));
        store.add(Embedding.from(new float[] {VECTOR[0], 0, 1}));
      }

      @Override
      List<String> told(InftDataSource source, String conversation) {
        InftEmbeddingStore store = new InftEmbeddingStore(source, conversation);
        EmbeddingSearchRequest.EmbeddingSearchRequestBuilder all =
            EmbeddingSearchRequest.builder()
                .queryEmbedding(Embedding.from(new float[] {1, 0, 0}))
                .maxResults(100);
        List<String> told = new ArrayList<>();
        store
            .search(all.build())
            .matches()
            .forEach(match -> told.add(match.score() + " " + match.embedded() + match.embedding()));
        store
            .search(all.filter(MetadataFilterBuilder.metadataKey("of").isNotIn("none")).build())
            .matches()
            .forEach(match -> told.add(match.score() + " " + match.embedded()));
        return told;
      }
    },

    LANGGRAPH4J {
      @Override
      void turn(InftDataSource source, Sealing sealing, String conversation, String said)
          throws Exception {
        InftCheckpointSaver saver = saver(source, sealing);
        RunnableConfig config = thread(conversation);
        for (String node : List.of("think", "act")) {
          RunnableConfig put =
              saver.put(
                  config,
                  Checkpoint.builder()
                      .nodeId(node)
                      .nextNodeId("end")
                      .state(Map.of("said", said, "in", node))
                      .build());
          saver.put(
              put,
              Checkpoint.builder()
                  .id(put.checkPointId().orElseThrow())
                  .nodeId(node)
                  .nextNodeId("end")
                  .state(Map.of("said", said, "in", "corrected " + node))
                  .build());
        }
      }

      @Override
      List<String> told(InftDataSource source, String conversation) {
        InftCheckpointSaver saver = saver(source, Sealing.none());
        RunnableConfig config = thread(conversation);
        List<String> told =
            saver.list(config).stream().map(one -> one.getNodeId() + one.getState()).toList();
        assertThat(saver.get(config).isEmpty()).isEqualTo(told.isEmpty());
        return told;
      }
    };

    abstract void turn(InftDataSource source, Sealing sealing, String conversation, String said)
        throws Exception;

    /** All that a store that does not seal can tell. */
    abstract List<String> told(InftDataSource source, String conversation) throws Exception;

    private static List<Message> spring(String said) {
      return List.of(
          UserMessage.builder()
              .text(said)
              .metadata(Map.of("of", said))
              .media(
                  Media.builder()
                      .mimeType(MimeTypeUtils.IMAGE_PNG)
                      .name("picture of " + said)
                      .data(new ByteArrayResource(Published.bytes("image of " + said)))
                      .build())
              .build(),
          AssistantMessage.builder()
              .content("I look.")
              .toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "look", said)))
              .build(),
          ToolResponseMessage.builder()
              .responses(List.of(new ToolResponseMessage.ToolResponse("1", "look", said)))
              .build(),
          new AssistantMessage("It is " + said));
    }

    private static String text(Message message) {
      StringBuilder text = new StringBuilder(message.toString());
      if (message instanceof UserMessage user) {
        user.getMedia().forEach(one -> text.append(new String(one.getDataAsByteArray(), UTF_8)));
      }
      return text.toString();
    }
  }

  @Test
  void storesTellAllThatTheySealedUntilItIsForgotten() throws Exception {
    Map<Store, List<String>> clear = new EnumMap<>(Store.class);
    Map<Store, List<String>> bob = new EnumMap<>(Store.class);
    for (Store store : Store.values()) {
      store.turn(here, Sealing.none(), "clear", "tea");
      store.turn(here, SEALED, "eve", "walnut");
      store.turn(here, SEALED, "bob", "beer");
      clear.put(store, store.told(here, "clear"));
      bob.put(store, store.told(here, "bob"));
      assertThat(store.told(here, "eve")).as(store.name()).hasSameSizeAs(clear.get(store));
      assertThat(store.told(here, "eve").toString()).contains("walnut");
      assertThat(bob.get(store).toString()).contains("beer").doesNotContain("walnut");
    }

    assertThat(Sealing.forget(here, "person behind eve")).isTrue();
    assertThat(Sealing.forget(here, "person behind eve")).isFalse();

    for (Store store : Store.values()) {
      assertThat(store.told(here, "eve")).as(store.name()).isEmpty();
      assertThat(store.told(here, "bob")).isEqualTo(bob.get(store));
      assertThat(store.told(here, "clear")).isEqualTo(clear.get(store));
      if (store == Store.LANGGRAPH4J) {
        assertThatThrownBy(() -> store.turn(here, SEALED, "eve", "carried on: walnut"))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("cannot be opened here any more");
        saver(here, SEALED).release(thread("eve"));
      }
      store.turn(here, SEALED, "eve", "almond");
      assertThat(store.told(here, "eve")).as(store.name()).hasSameSizeAs(clear.get(store));
      assertThat(store.told(here, "eve").toString()).contains("almond").doesNotContain("walnut");
    }
  }

  @Test
  void aMachineWithoutTheKeysTakesNothingAway() throws Exception {
    Map<Store, List<String>> clear = new EnumMap<>(Store.class);
    for (Store store : Store.values()) {
      store.turn(here, Sealing.none(), "clear", "tea");
      store.turn(here, SEALED, "bob", "beer");
      clear.put(store, store.told(here, "clear"));
    }
    leave(here);
    InftDataSource there = open("there");
    for (Store store : Store.values()) {
      assertThat(store.told(there, "clear")).as(store.name()).isEqualTo(clear.get(store));
      assertThat(store.told(there, "bob")).as(store.name()).isEmpty();

      if (REPLACING.contains(store)) {
        for (Sealing sealing : List.of(Sealing.none(), SEALED)) {
          assertThatThrownBy(() -> store.turn(there, sealing, "bob", "wine"))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("cannot be opened here")
              .hasMessageContaining("'bob'");
        }
      } else {
        store.turn(there, Sealing.none(), "bob", "wine");
        assertThat(store.told(there, "bob").toString()).contains("wine").doesNotContain("beer");
      }
    }
    leave(there);
    here = open("here");
    for (Store store : Store.values()) {
      assertThat(store.told(here, "bob").toString())
          .as(store.name())
          .contains(REPLACING.contains(store) ? List.of("beer") : List.of("beer", "wine"));
    }
  }

  @Test
  void aStoreThatDoesNotSealCarriesNothingOnThatIsSealed() throws Exception {
    for (Store store : Store.values()) {
      if (store == Store.LANGCHAIN4J_EMBEDDINGS) {
        continue; // Each turn has names of its own.
      }
      store.turn(here, SEALED, "eve", "walnut");
      List<String> before = store.told(here, "eve");

      assertThatThrownBy(() -> store.turn(here, Sealing.none(), "eve", "almond"))
          .as(store.name())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("'eve'")
          .hasMessageContaining("inft.agents.seal")
          .hasMessageNotContaining("walnut");

      assertThat(store.told(here, "eve")).isEqualTo(before);
    }
    InftSessionRepository plain = new InftSessionRepository(here);
    List<SessionEvent> seen = plain.findEvents("eve", EventFilter.active());
    long version = plain.getEventVersion("eve");
    assertThatThrownBy(() -> plain.compactEvents("eve", List.of(), seen, version))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inft.agents.seal");
    assertThat(rows("SELECT DISTINCT typeof(message) FROM inft_session_event"))
        .containsExactly("blob");
  }

  /** It would write again, under a new key, what it read before. */
  @Test
  void aCompactionOfWhatWasForgottenSinceItWasReadIsRefused() throws Exception {
    InftSessionRepository sessions = new InftSessionRepository(here, SEALED);
    Store.SPRING_SESSIONS.turn(here, SEALED, "eve", "walnut");
    List<SessionEvent> seen = sessions.findEvents("eve", EventFilter.active());
    long version = sessions.getEventVersion("eve");
    SessionEvent summary = event("eve", new UserMessage("It was walnut."));
    Sealing.forget(here, "person behind eve");

    assertThat(sessions.compactEvents("eve", List.of(), seen, version)).isFalse();
    assertThat(sessions.compactEvents("eve", seen, List.of(summary), version)).isFalse();

    assertThat(sessions.findEvents("eve", EventFilter.all())).isEmpty();
    SessionEvent next = event("eve", new UserMessage("almond"));
    assertThat(sessions.compactEvents("eve", List.of(), List.of(next), version)).isTrue();
    assertThat(sessions.findEvents("eve", EventFilter.active())).containsExactly(next);
    assertThat(rows("SELECT sum(archived) FROM inft_session_event")).containsExactly("4");
  }

  @Test
  void aDamagedValueIsLeftOutAndAllOthersAreTold() throws Exception {
    for (Store store : Store.values()) {
      store.turn(here, SEALED, "eve", "walnut");
      store.turn(here, SEALED, "eve", "almond");
    }
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement()) {
      for (String damage :
          List.of(
              "inft_chat_spring SET message = $ WHERE id = 1",
              "inft_chat_langchain4j SET message = $ WHERE id = 1",
              "inft_session_event SET message = $ WHERE number = 1",
              "inft_embedding SET vector = $ WHERE number = 1",
              "inft_embedding SET metadata = $ WHERE number = 2",
              "inft_graph_checkpoint SET state = $ WHERE seq = 4")) {
        String column = damage.split(" ", -1)[2];
        statement.executeUpdate(
            "UPDATE " + damage.replace("$", "CAST(substr(" + column + ", 1, 60) AS BLOB)"));
      }
    }
    for (Store store : Store.values()) {
      if (store != Store.LANGGRAPH4J) {
        assertThat(store.told(here, "eve").toString()).as(store.name()).contains("almond");
      }
    }
    assertThat(saver(here, SEALED).list(thread("eve"))).hasSize(3);
    assertThat(saver(here, SEALED).get(thread("eve"))).as("the newest").isEmpty();
    Store.LANGCHAIN4J_EMBEDDINGS.turn(here, SEALED, "eve", "pear");
  }

  /** A tool's result without its call would be refused by models. */
  @Test
  void anExchangeIsKnownAsAWholeOrNotAtAll() throws Exception {
    InftChatMemoryRepository chat = new InftChatMemoryRepository(here, SEALED);
    InftSessionRepository sessions = new InftSessionRepository(here, SEALED);
    List<Message> turn = Store.spring("walnut");
    chat.saveAll("eve", List.of(turn.get(0), turn.get(1)));
    sessions.save(session("eve"));
    sessions.appendEvent(event("eve", turn.get(0)));
    sessions.appendEvent(event("eve", turn.get(1)));
    Sealing.forget(here, "person behind eve");

    chat.saveAll("eve", List.of(turn.get(2)));
    sessions.appendEvent(event("eve", turn.get(2)));

    assertThat(chat.findByConversationId("eve")).isEmpty();
    assertThat(sessions.findEvents("eve", EventFilter.all())).isEmpty();
    Message next = new UserMessage("And now?");
    chat.saveAll("eve", List.of(next));
    sessions.appendEvent(event("eve", next));
    assertThat(chat.findByConversationId("eve")).containsExactly(next);
    assertThat(sessions.findEvents("eve", EventFilter.all())).hasSize(1);
    assertThat(sessions.findEvents("eve", EventFilter.lastN(3))).hasSize(1);
    assertThat(chat.findConversationIds()).containsExactly("eve");
    chat.deleteByConversationId("eve");
    assertThat(rows("SELECT count(*) FROM inft_chat_spring")).containsExactly("0");
  }

  private static org.springframework.ai.session.Session session(String id) {
    return org.springframework.ai.session.Session.builder()
        .id(id)
        .userId("u1")
        .createdAt(Instant.EPOCH)
        .build();
  }

  private static SessionEvent event(String session, Message message) {
    return SessionEvent.builder()
        .sessionId(session)
        .timestamp(Instant.EPOCH)
        .message(message)
        .build();
  }

  @Test
  void aCompactionWhereTheKeyIsNotDeletesNothing() throws Exception {
    Store.SPRING_SESSIONS.turn(here, SEALED, "eve", "walnut");
    List<String> known = Store.SPRING_SESSIONS.told(here, "eve");
    leave(here);
    InftDataSource there = open("there");
    InftSessionRepository sessions = new InftSessionRepository(there);
    sessions.appendEvent(event("eve", new UserMessage("wine")));
    List<SessionEvent> seen = sessions.findEvents("eve", EventFilter.active());

    SessionEvent summary = event("eve", new UserMessage("It was wine."));
    sessions.compactEvents("eve", seen, List.of(summary), sessions.getEventVersion("eve"));
    sessions.save(session("eve"));

    assertThat(sessions.findEvents("eve", EventFilter.active())).containsExactly(summary);
    leave(there);
    here = open("here");
    assertThat(new InftSessionRepository(here).findEvents("eve", EventFilter.all())).hasSize(6);
    assertThat(Store.SPRING_SESSIONS.told(here, "eve")).containsAll(known);
    assertThat(new InftSessionRepository(here).findEvents("eve", EventFilter.active()))
        .as("with those that could not be read there")
        .hasSize(5);
  }

  private List<String> rows(String sql) throws Exception {
    List<String> found = new ArrayList<>();
    try (Statement statement = open.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  @Test
  void theEventLogHasNoDigestOfWhatIsSealedAndNamesNobody() throws Exception {
    Store.LANGGRAPH4J.turn(here, SEALED, "eve", "walnut");
    assertThat(
            rows(
                "SELECT e.payload ->> 'sealedSha256' FROM inft_events e"
                    + " WHERE e.type = 'graph.checkpoint' AND e.payload ->> 'sha256' IS NULL"))
        .hasSize(4)
        .allMatch(digest -> digest.startsWith("0x"));

    Sealing.forget(here, "person behind eve");

    assertThat(rows("SELECT payload FROM inft_events WHERE type = 'subject.forgotten'"))
        .isEqualTo(rows("SELECT json_object('subject', inft_subject_tag('person behind eve'))"));
  }

  @Test
  void subjectsOfSegmentsStandInTheirMetadata() throws Exception {
    InftEmbeddingStore store = new InftEmbeddingStore(here, "c", Sealing.byMetadata("person"));
    assertThatThrownBy(() -> store.add(Embedding.from(VECTOR)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'person'");
    for (String person : List.of("eve", "bob")) {
      store.add(
          Embedding.from(VECTOR),
          TextSegment.from(
              "about " + person,
              dev.langchain4j.data.document.Metadata.from(Map.of("person", person))));
    }
    assertThat(Store.LANGCHAIN4J_EMBEDDINGS.told(here, "c").toString()).contains("about eve");
    assertThatThrownBy(() -> store.add(Embedding.from(new float[] {1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have 3");
    store.removeAll(MetadataFilterBuilder.metadataKey("person").isEqualTo("bob"));
    assertThat(Store.LANGCHAIN4J_EMBEDDINGS.told(here, "c").toString())
        .contains("about eve")
        .doesNotContain("about bob");
  }

  /** A connection of its own would wait for what this one wrote. */
  @Test
  void forgetsInATransactionThatHasWritten() throws Exception {
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE TABLE t AS SELECT inft_seal('ada', 'tea') AS said");

      assertThat(Sealing.forget(connection, "ada")).isTrue();

      connection.commit();
    }
    assertThat(rows("SELECT inft_sealed_state(said) FROM t")).containsExactly("forgotten");
    assertThat(rows("SELECT count(*) FROM inft_events WHERE type = 'subject.forgotten'"))
        .containsExactly("1");
  }

  /** What cannot be read as JSON is named, and not told to the log of whoever catches that. */
  @Test
  void errorsDoNotTellWhatWasSealed() throws Exception {
    for (Store store : List.of(Store.SPRING_CHAT, Store.SPRING_SESSIONS, Store.LANGCHAIN4J_CHAT)) {
      store.turn(here, SEALED, "eve", "tea");
    }
    Store.LANGCHAIN4J_EMBEDDINGS.turn(here, SEALED, "eve", "tea");
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement()) {
      for (String column :
          List.of(
              "inft_chat_spring SET message",
              "inft_session_event SET message",
              "inft_chat_langchain4j SET message",
              "inft_embedding SET metadata")) {
        statement.executeUpdate(
            "UPDATE " + column + " = inft_seal('person behind eve', '{\"walnut\": walnut}')");
      }
    }
    for (Store store :
        List.of(
            Store.SPRING_CHAT,
            Store.SPRING_SESSIONS,
            Store.LANGCHAIN4J_CHAT,
            Store.LANGCHAIN4J_EMBEDDINGS)) {
      assertThatThrownBy(() -> store.told(here, "eve"))
          .as(store.name())
          .isInstanceOf(IllegalStateException.class)
          .hasNoCause()
          .hasMessageContaining("no JSON")
          .hasMessageNotContaining("walnut");
    }
  }

  @Test
  void aNameIsReplacedOnlyBySealedAndWhereItCanBeOpened() throws Exception {
    Embedding vector = Embedding.from(VECTOR);
    InftEmbeddingStore store = new InftEmbeddingStore(here, "c", Sealing.byConversation());
    store.add("e", vector);
    store.add("e", vector);
    assertThatThrownBy(() -> new InftEmbeddingStore(here, "c").add("e", vector))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("embedding 'e' of the collection 'c'")
        .hasMessageContaining("inft.agents.seal");
    leave(here);
    InftDataSource there = open("there");
    InftEmbeddingStore other = new InftEmbeddingStore(there, "c", Sealing.byConversation());
    assertThatThrownBy(() -> other.add("e", vector))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no key");
    other.add("f", vector);
  }

  private AnnotationConfigApplicationContext spring(Map<String, Object> settings) {
    AnnotationConfigApplicationContext app = new AnnotationConfigApplicationContext();
    app.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
    app.registerBean(DataSource.class, () -> here);
    app.register(SpringSessions.class, SpringChatMemory.class);
    return app;
  }

  @Test
  void aSettingOrABeanOfSpringSeals() throws Exception {
    List<Message> hello = List.of(new UserMessage("hello"));
    try (AnnotationConfigApplicationContext app = spring(Map.of("inft.agents.seal", "user"))) {
      app.refresh();
      InftSessionRepository sessions = app.getBean(InftSessionRepository.class);
      sessions.save(session("s"));
      sessions.appendEvent(event("s", hello.get(0)));
      assertThat(rows("SELECT typeof(message) FROM inft_session_event")).containsExactly("blob");
      assertThat(Sealing.forget(here, "u1")).isTrue();
      assertThat(sessions.findEvents("s", EventFilter.all())).isEmpty();
      InftChatMemoryRepository chat = app.getBean(InftChatMemoryRepository.class);
      assertThatThrownBy(() -> chat.saveAll("c", hello))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("whose 'c' is");
    }
    try (AnnotationConfigApplicationContext app = spring(Map.of())) {
      app.registerBean(Sealing.class, Sealing::byConversation);
      app.refresh();
      app.getBean(InftChatMemoryRepository.class).saveAll("c", hello);
      assertThat(rows("SELECT typeof(message) FROM inft_chat_spring")).containsExactly("blob");
    }
    try (AnnotationConfigApplicationContext app = spring(Map.of())) {
      app.refresh();
      app.getBean(InftChatMemoryRepository.class).saveAll("d", hello);
      assertThat(rows("SELECT typeof(message) FROM inft_chat_spring WHERE conversation = 'd'"))
          .containsExactly("text");
    }
  }

  /** Tables of a build that knew no sealing. */
  @Test
  void tablesThatWereMadeBeforeTakeSealedValuesToo() throws Exception {
    for (Store store : Store.values()) {
      store.turn(here, Sealing.none(), "clear", "tea");
    }
    try (Connection connection = here.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA writable_schema=ON");
      for (String column : List.of("message", "metadata")) {
        statement.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'typeof("
                + column
                + ") = ''blob'' OR ', '')");
      }
      statement.execute("PRAGMA writable_schema=RESET");
      statement.execute("PRAGMA schema_version=1000");
      for (Store store : Store.values()) {
        List<String> clear = store.told(here, "clear");

        store.turn(here, SEALED, "eve", "walnut");

        assertThat(store.told(here, "clear")).as(store.name()).isEqualTo(clear);
        assertThat(store.told(here, "eve")).as(store.name()).hasSameSizeAs(clear);
      }
      try (ResultSet row = statement.executeQuery("PRAGMA integrity_check")) {
        assertThat(row.getString(1)).isEqualTo("ok");
      }
    }
  }

  @Test
  void leavesNothingInAnythingThatWasEverPublished() throws Exception {
    for (Store store : Store.values()) {
      store.turn(here, Sealing.none(), "clear", "Tea is in the kitchen");
      store.turn(here, SEALED, "eve", "quokka-7731");
    }
    Published.sync(here);
    for (Store store : Store.values()) {
      store.turn(here, SEALED, "eve", "walnut");
      store.turn(here, SEALED, "bob", "beer");
    }
    Published.sync(here);
    List<byte[]> keys = published.keys("here");
    assertThat(keys).as("two subjects and the secret of names").hasSize(3);

    Sealing.forget(here, "person behind eve");

    Map<Path, String> all = published.everything(leave(here));
    assertThat(Published.holders(all, Published.bytes("Tea is in the kitchen")))
        .hasSizeGreaterThan(2);
    byte[] vector =
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(VECTOR[0])
            .putFloat(VECTOR[1])
            .array();
    assertThat(Published.holders(all, vector)).as("of the collection in the clear").isNotEmpty();
    for (String secret : List.of("quokka-7731", "quokka", "walnut", "person behind")) {
      assertThat(Published.holders(all, Published.bytes(secret))).as(secret).isEmpty();
    }
    int kept = 0;
    for (byte[] key : keys) {
      List<Path> holders = Published.holders(all, key);
      kept += holders.size();
      assertThat(holders).allMatch(file -> file.startsWith(folder.resolve("here/subjects")));
    }
    assertThat(kept).as("Bob's key and the secret of names").isEqualTo(2);
    here = open("here");
    for (Store store : Store.values()) {
      assertThat(store.told(here, "eve")).as(store.name()).isEmpty();
      assertThat(store.told(here, "bob")).as(store.name()).isNotEmpty();
    }
  }
}

package io.inft.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.NullNode;
import com.google.adk.agents.LlmAgent;
import com.google.adk.events.Event;
import com.google.adk.events.EventActions;
import com.google.adk.memory.MemoryEntry;
import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.runner.Runner;
import com.google.adk.sessions.GetSessionConfig;
import com.google.adk.sessions.Session;
import com.google.adk.sessions.SessionException;
import com.google.adk.sessions.SessionNotFoundException;
import com.google.adk.sessions.State;
import com.google.adk.tools.FunctionTool;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.Part;
import io.inft.agents.adk.InftArtifactService;
import io.inft.agents.adk.InftMemoryService;
import io.inft.agents.adk.InftSessionService;
import io.inft.agents.rows.Sealing;
import io.inft.jdbc.InftDataSource;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The three services, alone and under ADK's own runner with a model that needs no network. */
class AdkTest {
  @RegisterExtension
  final Machines machines = new Machines("Rx", "OkHttp", "OpenTelemetry", "HttpClient-");

  private static InftDataSource dataSource() {
    InftDataSource dataSource = new InftDataSource();
    dataSource.setUrl("jdbc:inft:agent");
    return dataSource;
  }

  private static InftSessionService sessions() {
    return new InftSessionService(dataSource());
  }

  private static InftArtifactService artifacts() {
    return new InftArtifactService(dataSource());
  }

  private static InftMemoryService memory() {
    return new InftMemoryService(dataSource());
  }

  private static Session session(String id) {
    return sessions().getSession("app", "ada", id, Optional.empty()).blockingGet();
  }

  /** Parts with bytes are equal to themselves only. */
  private static List<String> json(List<Event> events) {
    return events.stream().map(Event::toJson).toList();
  }

  private static Event event(String author, Part... parts) {
    return Event.builder()
        .id(Event.generateEventId())
        .author(author)
        .content(Content.fromParts(parts))
        .timestamp(1_800_000_000_123L)
        .build();
  }

  private static Event change(Map<String, Object> delta) {
    return Event.builder()
        .id(Event.generateEventId())
        .author("agent")
        .actions(EventActions.builder().stateDelta(new ConcurrentHashMap<>(delta)).build())
        .timestamp(5_500)
        .build();
  }

  @Test
  void whatIsNotThere() {
    assertThat(session("none")).isNull();
    assertThat(sessions().listSessions("app", "ada").blockingGet().sessions()).isEmpty();
    assertThat(sessions().listEvents("app", "ada", "none").blockingGet().events()).isEmpty();
    sessions().deleteSession("app", "ada", "none").blockingAwait();
    Session never = Session.builder("none").appName("app").userId("ada").build();
    assertThatThrownBy(
            () -> sessions().appendEvent(never, event("user", Part.fromText("x"))).blockingGet())
        .isInstanceOf(SessionNotFoundException.class)
        .hasMessageContaining("'none'");
  }

  @Test
  void eventsComeBackOnAnotherMachineWithAllTheirParts() throws Exception {
    Session here = sessions().createSession("app", "ada", null, "s").blockingGet();
    List<Event> events =
        List.of(
            event(
                "user",
                Part.fromText("What is this? ☃"),
                Part.fromBytes(new byte[] {1, 2, -1, 0}, "image/png")),
            event("agent", Part.fromFunctionCall("look", Map.of("data", "AQID"))),
            event("agent", Part.fromFunctionResponse("look", Map.of("seen", "a cat"))),
            event("agent", Part.fromText("A cat.")));
    events.forEach(event -> sessions().appendEvent(here, event).blockingGet());
    assertThat(here.events()).isEqualTo(events);

    machines.lose();

    assertThat(json(session("s").events())).isEqualTo(json(events));
    assertThat(session("s").lastUpdateTime()).isEqualTo(Instant.ofEpochMilli(1_800_000_000_123L));
    assertThat(json(sessions().listEvents("app", "ada", "s").blockingGet().events()))
        .isEqualTo(json(events));
    assertThat(machines.query("jdbc:inft:agent", "SELECT type FROM inft_events"))
        .containsExactly("adk.created", "adk.event", "adk.event", "adk.event", "adk.event");
  }

  @Test
  void stateOfAppUserAndSession() {
    Session first =
        sessions()
            .createSession("app", "ada", new ConcurrentHashMap<>(Map.of("start", 1)), "1")
            .blockingGet();
    sessions().createSession("app", "ada", null, "2").blockingGet();
    sessions().createSession("app", "bob", null, "3").blockingGet();

    sessions()
        .appendEvent(
            first,
            change(
                Map.of("app:model", "m", "user:name", "Ada", "mood", List.of("calm"), "temp:x", 1)))
        .blockingGet();

    assertThat(Map.copyOf(session("1").state()))
        .isEqualTo(
            Map.of("start", 1, "app:model", "m", "user:name", "Ada", "mood", List.of("calm")));
    assertThat(Map.copyOf(session("2").state()))
        .isEqualTo(Map.of("app:model", "m", "user:name", "Ada"));
    Session bobs = sessions().getSession("app", "bob", "3", Optional.empty()).blockingGet();
    assertThat(Map.copyOf(bobs.state())).isEqualTo(Map.of("app:model", "m"));

    sessions().appendEvent(first, change(Map.of("mood", State.REMOVED))).blockingGet();

    assertThat(session("1").state()).doesNotContainKey("mood");
    assertThat(session("1").events().get(1).actions().stateDelta())
        .containsEntry("mood", State.REMOVED);
    assertThat(session("1").lastUpdateTime()).isEqualTo(Instant.ofEpochMilli(5_500));
  }

  /** ADK's state can hold no null. */
  @Test
  void stateThatIsNullInJsonIsRemoved() {
    Session session = sessions().createSession("app", "ada", null, "s").blockingGet();
    sessions().appendEvent(session, change(Map.of("mood", "calm", "n", 1))).blockingGet();

    sessions().appendEvent(session, change(Map.of("mood", NullNode.getInstance()))).blockingGet();

    assertThat(Map.copyOf(session("s").state())).isEqualTo(Map.of("n", 1));
    assertThat(sessions().listSessions("app", "ada").blockingGet().sessions()).hasSize(1);
  }

  @Test
  void recentEventsAndThoseAfterATime() {
    Session session = sessions().createSession("app", "ada", null, "s").blockingGet();
    for (long time : new long[] {100, 200, 300, 400, 500}) {
      Event event = event("user", Part.fromText("at " + time));
      event.setTimestamp(time);
      sessions().appendEvent(session, event).blockingGet();
    }
    GetSessionConfig config =
        GetSessionConfig.builder()
            .numRecentEvents(4)
            .afterTimestamp(Instant.ofEpochMilli(300))
            .build();

    Session found = sessions().getSession("app", "ada", "s", Optional.of(config)).blockingGet();

    assertThat(found.events()).extracting(Event::timestamp).containsExactly(300L, 400L, 500L);
  }

  @Test
  void aSessionIsMadeOnceAndOneSubscriptionOrTwoAreOneEvent() {
    var created = sessions().createSession("app", "ada", null, "s");
    Session session = created.blockingGet();
    assertThat(created.blockingGet().id()).isEqualTo("s");
    assertThatThrownBy(() -> sessions().createSession("app", "ada", null, "s").blockingGet())
        .isInstanceOf(SessionException.class)
        .hasMessageContaining("'s'");
    var appended = sessions().appendEvent(session, event("user", Part.fromText("once")));
    appended.blockingGet();
    appended.blockingGet();
    Event partial = event("agent", Part.fromText("on"));
    partial.setPartial(true);
    sessions().appendEvent(session, partial).blockingGet();

    assertThat(session("s").events()).hasSize(1);
    assertThat(sessions().createSession("app", "ada").blockingGet().id()).isNotBlank();

    sessions().deleteSession("app", "ada", "s").blockingAwait();

    assertThat(session("s")).isNull();
    assertThat(sessions().listSessions("app", "ada").blockingGet().sessions()).hasSize(1);
  }

  @Test
  void artifactsHaveVersions() throws Exception {
    Part first = Part.fromBytes(new byte[] {1, 2, 3}, "image/png");
    Part second = Part.fromText("a text");
    assertThat(artifacts().saveArtifact("app", "ada", "s", "f", first).blockingGet()).isZero();
    assertThat(artifacts().saveArtifact("app", "ada", "s", "f", second).blockingGet()).isOne();
    artifacts().saveArtifact("app", "ada", "s", "user:own", first).blockingGet();
    artifacts().saveArtifact("app", "ada", "t", "g", first).blockingGet();

    machines.lose();

    assertThat(artifacts().loadArtifact("app", "ada", "s", "f").blockingGet()).isEqualTo(second);
    assertThat(artifacts().loadArtifact("app", "ada", "s", "f", 0).blockingGet().toJson())
        .isEqualTo(first.toJson());
    assertThat(artifacts().loadArtifact("app", "ada", "s", "f", 2).blockingGet()).isNull();
    assertThat(artifacts().loadArtifact("app", "ada", "t", "user:own").blockingGet().toJson())
        .isEqualTo(first.toJson());
    assertThat(artifacts().listVersions("app", "ada", "s", "f").blockingGet())
        .containsExactly(0, 1);
    assertThat(artifacts().listArtifactKeys("app", "ada", "s").blockingGet().filenames())
        .containsExactly("f", "user:own");
    artifacts().deleteArtifact("app", "ada", "s", "f").blockingAwait();
    assertThat(artifacts().loadArtifact("app", "ada", "s", "f").blockingGet()).isNull();
    assertThat(artifacts().loadArtifact("app", "bob", "t", "g").blockingGet()).isNull();
  }

  @Test
  void memoryIsSearchedByWordsAndBelongsToAUser() throws Exception {
    Session session = sessions().createSession("app", "ada", null, "s").blockingGet();
    for (String text : List.of("The cat sleeps.", "Prices rise, says \"the\" market.")) {
      sessions().appendEvent(session, event("user", Part.fromText(text))).blockingGet();
    }
    memory().addSessionToMemory(session).blockingAwait();
    memory().addSessionToMemory(session).blockingAwait();

    machines.lose();

    List<MemoryEntry> found =
        memory().searchMemory("app", "ada", "Is a CAT \"here\" OR NOT?").blockingGet().memories();
    assertThat(found).hasSize(1);
    assertThat(found.get(0).content()).isEqualTo(session.events().get(0).content().orElseThrow());
    assertThat(found.get(0).author()).isEqualTo("user");
    assertThat(memory().searchMemory("app", "bob", "cat").blockingGet().memories()).isEmpty();
    assertThat(memory().searchMemory("app", "ada", "?!").blockingGet().memories()).isEmpty();
  }

  /** All that the three services tell of a session. */
  private static List<String> told(String id) {
    List<String> told = new ArrayList<>();
    Session session = session(id);
    told.addAll(json(session.events()));
    session.state().forEach((key, value) -> told.add(key + value));
    for (String file : artifacts().listArtifactKeys("app", "ada", id).blockingGet().filenames()) {
      told.add(artifacts().loadArtifact("app", "ada", id, file).blockingGet().toJson());
    }
    memory()
        .searchMemory("app", "ada", "what is it of " + id)
        .blockingGet()
        .memories()
        .forEach(entry -> told.add(entry.content().toJson()));
    return told;
  }

  private static void turn(Sealing sealing, String id, String said) {
    InftSessionService sessions = new InftSessionService(dataSource(), sealing);
    Session session =
        sessions
            .getSession("app", "ada", id, Optional.empty())
            .switchIfEmpty(
                Single.defer(() -> sessions.createSession("app", "ada", Map.of("start", said), id)))
            .blockingGet();
    List<Event> events =
        List.of(
            event("user", Part.fromText(id + " asks: " + said)),
            event("agent", Part.fromFunctionCall("look", Map.of("at", said))),
            event("agent", Part.fromFunctionResponse("look", Map.of("seen", said))),
            event(
                "agent", Part.fromText("I see"), Part.fromBytes(said.getBytes(UTF_8), "image/png")),
            change(Map.of("mood", said, "app:model", "m")));
    events.forEach(event -> sessions.appendEvent(session, event).blockingGet());
    InftArtifactService artifacts = new InftArtifactService(dataSource(), sealing);
    artifacts.saveArtifact("app", "ada", id, "text", Part.fromText(said)).blockingGet();
    artifacts
        .saveArtifact("app", "ada", id, "image", Part.fromBytes(said.getBytes(UTF_8), "image/png"))
        .blockingGet();
    InftMemoryService memory = new InftMemoryService(dataSource(), sealing);
    memory.addSessionToMemory(session).blockingAwait();
    memory.addSessionToMemory(session).blockingAwait();
  }

  @Test
  void whatIsSealedIsToldUntilItIsForgotten() throws Exception {
    Sealing sealing = Sealing.bySubject(origin -> "person of " + origin.conversation());
    turn(Sealing.none(), "clear", "tea");
    turn(sealing, "eve", "walnut");
    turn(sealing, "bob", "beer");
    List<String> clear = told("clear");
    List<String> bob = told("bob");
    assertThat(told("eve")).hasSameSizeAs(clear);
    assertThat(told("eve").toString()).contains("walnut", "\"data\"").doesNotContain("beer");

    assertThat(Sealing.forget(dataSource(), "person of eve")).isTrue();

    assertThat(told("eve")).containsExactly("app:modelm");
    assertThat(told("bob")).isEqualTo(bob);
    assertThat(told("clear")).isEqualTo(clear);
    turn(sealing, "eve", "almond");
    assertThat(told("eve").toString()).contains("almond").doesNotContain("walnut");
    assertThat(session("eve").events()).hasSize(5);
    assertThat(
            sessions()
                .getSession(
                    "app",
                    "ada",
                    "eve",
                    Optional.of(GetSessionConfig.builder().numRecentEvents(2).build()))
                .blockingGet()
                .events())
        .hasSize(2);
    for (String column :
        List.of(
            "event FROM inft_adk_event",
            "value FROM inft_adk_state",
            "part FROM inft_adk_artifact",
            "content FROM inft_adk_memory")) {
      assertThat(
              machines
                  .query(
                      "jdbc:inft:agent", "SELECT CAST(" + column.replace(" FROM", " AS TEXT) FROM"))
                  .toString())
          .doesNotContain("walnut", "beer", "almond");
    }

    assertThat(
            machines.query("jdbc:inft:agent", "SELECT count(*) FROM inft_adk_memory_text_docsize"))
        .as("texts in the index: those in the clear")
        .containsExactly(2);

    machines.lose();

    assertThat(told("clear")).isEqualTo(clear);
    assertThat(told("bob")).containsExactly("app:modelm");
  }

  @Test
  void stateIsReplacedOnlyBySealedAndWhereItCanBeOpened() throws Exception {
    Sealing sealing = Sealing.byUser();
    InftSessionService sealed = new InftSessionService(dataSource(), sealing);
    Session session = sealed.createSession("app", "ada", Map.of("mood", "tea"), "s").blockingGet();
    sealed.appendEvent(session, change(Map.of("mood", "walnut"))).blockingGet();
    assertThatThrownBy(
            () -> sessions().appendEvent(session, change(Map.of("mood", "clear"))).blockingGet())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("state 'mood' of session 's'");

    machines.lose();

    assertThatThrownBy(
            () -> sealed.appendEvent(session, change(Map.of("mood", "beer"))).blockingGet())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no key");
  }

  /** Who answers a call of a long-running function is the user, and begins nothing. */
  @Test
  void whatTheUserAnswersToACallIsKnownWithTheCallOrNotAtAll() throws Exception {
    InftSessionService sealed = new InftSessionService(dataSource(), Sealing.byUser());
    Session session = sealed.createSession("app", "ada", null, "s").blockingGet();
    sealed.appendEvent(session, event("user", Part.fromText("Look."))).blockingGet();
    sealed
        .appendEvent(session, event("agent", Part.fromFunctionCall("look", Map.of("at", "sofa"))))
        .blockingGet();
    assertThat(Sealing.forget(dataSource(), "ada")).as("of another app or of none").isFalse();
    assertThat(Sealing.forget(dataSource(), "app/ada")).isTrue();

    sealed
        .appendEvent(session, event("user", Part.fromFunctionResponse("look", Map.of("is", "cat"))))
        .blockingGet();

    assertThat(session("s").events()).isEmpty();
    sealed.appendEvent(session, event("user", Part.fromText("And now?"))).blockingGet();
    assertThat(session("s").events()).hasSize(1);
  }

  @Test
  void theNewestVersionOfAFileIsTheNewestThatCanBeRead() throws Exception {
    artifacts().saveArtifact("app", "ada", "s", "f", Part.fromText("tea")).blockingGet();
    new InftArtifactService(dataSource(), Sealing.byConversation())
        .saveArtifact("app", "ada", "s", "f", Part.fromText("walnut"))
        .blockingGet();
    assertThat(Sealing.forget(dataSource(), "app/ada/s")).isTrue();

    assertThat(artifacts().loadArtifact("app", "ada", "s", "f").blockingGet().text())
        .contains("tea");
    assertThat(artifacts().loadArtifact("app", "ada", "s", "f", 1).blockingGet()).isNull();
  }

  /** Stands where a model would: calls the tool, then says what it answered. */
  private static final class Scripted extends BaseLlm {
    Scripted() {
      super("scripted");
    }

    @Override
    public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
      List<Content> contents = request.contents();
      Part last = contents.get(contents.size() - 1).parts().orElseThrow().get(0);
      Part answer =
          last.functionResponse().isPresent()
              ? Part.fromText("It says " + last.functionResponse().get().response().orElseThrow())
              : Part.builder()
                  .functionCall(
                      FunctionCall.builder().name("look").args(Map.of("where", "sofa")).build())
                  .build();
      return Flowable.just(
          LlmResponse.builder()
              .content(Content.builder().role("model").parts(answer).build())
              .build());
    }

    @Override
    public BaseLlmConnection connect(LlmRequest request) {
      throw new UnsupportedOperationException();
    }
  }

  private static List<Event> run(String text) {
    LlmAgent agent =
        LlmAgent.builder()
            .name("agent")
            .model(new Scripted())
            .tools(FunctionTool.create(Tools.class, "look"))
            .build();
    Runner runner = new Runner(agent, "app", artifacts(), sessions(), memory());
    return runner
        .runAsync("ada", "s", Content.fromParts(Part.fromText(text)))
        .toList()
        .blockingGet();
  }

  @Test
  void anAgentOfAdkGoesOnOnAnotherMachine() throws Exception {
    sessions().createSession("app", "ada", null, "s").blockingGet();
    List<Event> said = run("What is there?");
    assertThat(said.get(said.size() - 1).stringifyContent()).contains("a cat on the sofa");

    machines.lose();

    assertThat(session("s").events()).hasSize(4);
    run("And now?");
    assertThat(session("s").events()).hasSize(8);
    assertThat(session("s").events().get(1).functionCalls()).hasSize(1);
  }

  @Test
  void aTurnIsSmall() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      InftSessionService sessions = sessions();
      Session session = sessions.createSession("app", "ada", null, "s").blockingGet();
      long bytes =
          cost.measure(
              "ADK, InftSessionService",
              dataSource(),
              (question, answer) -> {
                sessions.appendEvent(session, event("user", Part.fromText(question))).blockingGet();
                sessions.appendEvent(session, event("agent", Part.fromText(answer))).blockingGet();
              });
      assertThat(bytes).isLessThan(2_560);
    }
  }
}

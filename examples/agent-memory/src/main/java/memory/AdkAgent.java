package memory;

import com.google.adk.agents.LlmAgent;
import com.google.adk.events.Event;
import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.adk.runner.Runner;
import com.google.adk.sessions.Session;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import io.inft.agents.adk.InftArtifactService;
import io.inft.agents.adk.InftMemoryService;
import io.inft.agents.adk.InftSessionService;
import io.reactivex.rxjava3.core.Flowable;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** An agent of Google's ADK, under its own runner. */
public final class AdkAgent implements Agent {
  private final InftSessionService sessions;
  private final Runner runner;

  public AdkAgent(DataSource database) {
    sessions = new InftSessionService(database);
    LlmAgent agent = LlmAgent.builder().name("agent").model(new Scripted()).build();
    runner =
        new Runner(
            agent,
            "app",
            new InftArtifactService(database),
            sessions,
            new InftMemoryService(database));
    if (session() == null) {
      sessions.createSession("app", "ada", null, "main").blockingGet();
    }
  }

  private Session session() {
    return sessions.getSession("app", "ada", "main", Optional.empty()).blockingGet();
  }

  @Override
  public int known() {
    return session().events().size();
  }

  @Override
  public String say(String text) {
    List<Event> said =
        runner
            .runAsync("ada", "main", Content.fromParts(Part.fromText(text)))
            .toList()
            .blockingGet();
    return said.get(said.size() - 1).stringifyContent();
  }

  private static final class Scripted extends BaseLlm {
    Scripted() {
      super("scripted");
    }

    @Override
    public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
      List<String> asked =
          request.contents().stream()
              .filter(content -> content.role().orElse("").equals("user"))
              .map(Content::text)
              .toList();
      Content answer =
          Content.builder().role("model").parts(Part.fromText(Agent.answer(asked))).build();
      return Flowable.just(LlmResponse.builder().content(answer).build());
    }

    @Override
    public BaseLlmConnection connect(LlmRequest request) {
      throw new UnsupportedOperationException("no live connection");
    }
  }
}

package memory;

import io.inft.agents.InftSessionRepository;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.session.CreateSessionRequest;
import org.springframework.ai.session.DefaultSessionService;
import org.springframework.ai.session.EventFilter;
import org.springframework.ai.session.SessionEvent;
import org.springframework.ai.session.SessionRepository;
import org.springframework.ai.session.SessionService;

/** Spring AI's sessions. */
public final class SpringAgent implements Agent {
  private static final String ID = "main";

  private final SessionRepository repository;
  private final SessionService sessions;

  public SpringAgent(DataSource database) {
    repository = new InftSessionRepository(database);
    sessions = DefaultSessionService.builder().sessionRepository(repository).build();
    if (repository.findById(ID) == null) {
      sessions.create(CreateSessionRequest.builder().id(ID).userId("ada").build());
    }
  }

  private List<SessionEvent> events() {
    return repository.findEvents(ID, EventFilter.all());
  }

  @Override
  public int known() {
    return events().size();
  }

  @Override
  public String say(String text) {
    sessions.appendMessage(ID, new UserMessage(text));
    String answer =
        Agent.answer(
            events().stream()
                .map(SessionEvent::getMessage)
                .filter(message -> message.getMessageType() == MessageType.USER)
                .map(message -> message.getText())
                .toList());
    sessions.appendMessage(ID, new AssistantMessage(answer));
    return answer;
  }
}

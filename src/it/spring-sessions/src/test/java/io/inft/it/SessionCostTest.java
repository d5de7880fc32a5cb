package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.agents.InftSessionRepository;
import io.inft.jdbc.InftDataSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.session.CreateSessionRequest;
import org.springframework.ai.session.DefaultSessionService;
import org.springframework.ai.session.SessionRepository;
import org.springframework.ai.session.SessionService;

class SessionCostTest {
  @RegisterExtension final Machines machines = new Machines("HttpClient-");

  private static long bytesATurn(TurnCost cost, String what, SessionRepository sessions)
      throws Exception {
    SessionService service = DefaultSessionService.builder().sessionRepository(sessions).build();
    String id = UUID.randomUUID().toString();
    service.create(CreateSessionRequest.builder().id(id).userId("ada").build());
    InftDataSource publishing = new InftDataSource();
    publishing.setUrl("jdbc:inft:agent");
    return cost.measure(
        what,
        publishing,
        (question, answer) -> {
          service.appendMessage(id, new UserMessage(question));
          service.appendMessage(id, new AssistantMessage(answer));
        });
  }

  @Test
  void aTurnOfOurs() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      InftDataSource dataSource = new InftDataSource();
      dataSource.setUrl("jdbc:inft:agent");
      assertThat(
              bytesATurn(cost, "Spring AI sessions, ours", new InftSessionRepository(dataSource)))
          .isLessThan(2_560);
    }
  }

  @Test
  void aTurnOfTheirs() throws Exception {
    try (TurnCost cost = TurnCost.in(machines.folder())) {
      assertThat(bytesATurn(cost, "Spring AI sessions, theirs", JdbcSessionsTest.theirs()))
          .isLessThan(6_144);
    }
  }
}

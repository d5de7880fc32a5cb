package io.inft.it;

import io.inft.agents.InftSessionRepository;
import io.inft.jdbc.InftDataSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.ai.session.SessionRepository;

class InftSessionsTest extends SessionContract {
  @RegisterExtension final Machines machines = new Machines();

  @Override
  SessionRepository repository() throws Exception {
    InftDataSource dataSource = new InftDataSource();
    dataSource.setUrl("jdbc:inft:agent");
    return new InftSessionRepository(dataSource);
  }
}

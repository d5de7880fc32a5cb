package io.inft.it;

import io.inft.agents.InftSessionDialect;
import io.inft.jdbc.InftDataSource;
import java.sql.Connection;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.ai.session.SessionRepository;
import org.springframework.ai.session.jdbc.JdbcSessionRepository;

/** Spring AI's own JDBC repository, with our dialect and tables. */
class JdbcSessionsTest extends SessionContract {
  @RegisterExtension final Machines machines = new Machines();

  static SessionRepository theirs() throws Exception {
    InftDataSource dataSource = new InftDataSource();
    dataSource.setUrl("jdbc:inft:agent?transaction_mode=IMMEDIATE");
    try (Connection connection = dataSource.getConnection()) {
      InftSessionDialect.createTables(connection);
    }
    return JdbcSessionRepository.builder()
        .dataSource(dataSource)
        .dialect(new InftSessionDialect())
        .build();
  }

  @Override
  SessionRepository repository() throws Exception {
    return theirs();
  }

  @Override
  boolean endsEverySession() {
    return true;
  }
}

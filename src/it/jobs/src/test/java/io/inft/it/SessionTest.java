package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring Session: a person stays logged in when the machine is lost. */
class SessionTest {
  private static final String URL = "jdbc:inft:sessions";

  @RegisterExtension final Machines machines = new Machines();

  @Test
  void aSessionGoesOnAnotherMachine() throws Exception {
    String id;
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Jobs.run(
          pool,
          Jobs.shipped(
              JdbcIndexedSessionRepository.class,
              "org/springframework/session/jdbc/schema-sqlite.sql"));
      id = begin(repository(pool));
    }
    machines.lose();

    try (HikariDataSource pool = Jobs.pool(URL)) {
      JdbcIndexedSessionRepository sessions = repository(pool);
      assertThat(sessions.findByPrincipalName("ada")).containsOnlyKeys(id);
      goOn(sessions, id);
      sessions.cleanUpExpiredSessions();
      Session session = sessions.findById(id);
      assertThat(session.<String>getAttribute("said")).isEqualTo("goodbye");
      sessions.deleteById(id);
      assertThat(sessions.findById(id)).isNull();
    }
  }

  private static <S extends Session> String begin(SessionRepository<S> sessions) {
    S session = sessions.createSession();
    session.setAttribute(FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, "ada");
    session.setAttribute("said", "hello");
    sessions.save(session);
    return session.getId();
  }

  private static <S extends Session> void goOn(SessionRepository<S> sessions, String id) {
    S session = sessions.findById(id);
    assertThat(session.<String>getAttribute("said")).isEqualTo("hello");
    session.setAttribute("said", "goodbye");
    sessions.save(session);
  }

  private static JdbcIndexedSessionRepository repository(HikariDataSource pool) {
    JdbcIndexedSessionRepository repository =
        new JdbcIndexedSessionRepository(
            new JdbcTemplate(pool), new TransactionTemplate(new JdbcTransactionManager(pool)));
    repository.setCleanupCron("-");
    repository.afterPropertiesSet();
    return repository;
  }
}

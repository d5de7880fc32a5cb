package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.envers.AuditReader;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hibernate Envers: every state of an entity, also those of another machine. */
class EnversTest {
  private static final String URL = "jdbc:inft:envers";

  @RegisterExtension final Machines machines = new Machines();

  /** What is audited. */
  @Entity(name = "Letter")
  @Audited
  public static class Letter {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    String text;
  }

  private static SessionFactory factory() {
    return new Configuration()
        .addAnnotatedClass(Letter.class)
        .setProperty("hibernate.connection.url", URL)
        .setProperty("hibernate.connection.driver_class", "io.inft.jdbc.InftDriver")
        .setProperty("hibernate.connection.transaction_mode", "IMMEDIATE")
        .setProperty("hibernate.hbm2ddl.auto", "update")
        .buildSessionFactory();
  }

  @Test
  void revisionsOfTwoMachinesAreOneHistory() throws Exception {
    try (SessionFactory factory = factory()) {
      factory.inTransaction(
          session -> {
            Letter letter = new Letter();
            letter.text = "dear";
            session.persist(letter);
          });
      factory.inTransaction(session -> session.find(Letter.class, 1L).text = "dear Ada");
    }
    machines.lose();

    try (SessionFactory factory = factory()) {
      factory.inTransaction(session -> session.find(Letter.class, 1L).text = "dear Ada, hello");
      factory.inTransaction(session -> session.remove(session.find(Letter.class, 1L)));
      factory.inTransaction(
          session -> {
            AuditReader audit = AuditReaderFactory.get(session);
            List<Number> revisions = audit.getRevisions(Letter.class, 1L);
            assertThat(revisions).hasSize(4);
            assertThat(audit.find(Letter.class, 1L, revisions.get(0)).text).isEqualTo("dear");
            assertThat(audit.find(Letter.class, 1L, revisions.get(2)).text)
                .isEqualTo("dear Ada, hello");
          });
    }
  }
}

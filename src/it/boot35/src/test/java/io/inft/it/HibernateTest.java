package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HibernateTest extends JpaContract {
  private static final Map<String, String> UPDATE = Map.of("hibernate.hbm2ddl.auto", "update");

  @Test
  void theDatabaseGivesTheIdsAndTheSchemaIsBroughtUpToDate() throws Exception {
    try (EntityManagerFactory factory = open("update", UPDATE)) {
      transaction(
          factory,
          manager -> {
            for (long i = 1; i <= 3; i++) {
              Counted counted = new Counted("number " + i);
              manager.persist(counted);
              assertThat(counted.id).isEqualTo(i);
            }
          });
    }
    machines.lose();
    machines.execute(URL, "alter table Counted drop column text");
    try (EntityManagerFactory factory = open("update", UPDATE)) {
      transaction(
          factory,
          manager -> {
            Counted counted = new Counted("again");
            manager.persist(counted);
            assertThat(counted.id).isEqualTo(4);
          });
    }
    assertThat(machines.query(URL, "select text from Counted where id = 4"))
        .containsExactly("again");
  }
}

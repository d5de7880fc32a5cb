package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.jdbc.metadata.JdbcMetadataStore;
import org.springframework.integration.jdbc.store.JdbcMessageStore;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.messaging.Message;

/** Spring Integration: locks and message groups. */
class IntegrationTest {
  private static final String URL = "jdbc:inft:integration";

  @RegisterExtension final Machines machines = new Machines();

  @Test
  void locksAndMessagesAreThereOnAnotherMachine() throws Exception {
    Message<String> message = MessageBuilder.withPayload("hello").build();
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Jobs.run(pool, schema());
      JdbcMessageStore store = new JdbcMessageStore(pool);
      store.addMessagesToGroup("letters", message);
      assertThatThrownBy(() -> metadata(pool).put("read until", "41"))
          .as("its SQL has a HAVING without a GROUP BY")
          .hasStackTraceContaining("HAVING clause on a non-aggregate query");
      try (Locks locks = new Locks(pool, "one")) {
        Lock lock = locks.registry.obtain("door");
        assertThat(lock.tryLock()).isTrue();
        try (Locks others = new Locks(pool, "two")) {
          assertThat(others.registry.obtain("door").tryLock(100, TimeUnit.MILLISECONDS)).isFalse();
        }
      }
    }
    machines.lose();

    try (HikariDataSource pool = Jobs.pool(URL)) {
      JdbcMessageStore store = new JdbcMessageStore(pool);
      assertThat(store.getMessageGroup("letters").getMessages())
          .extracting(Message::getPayload)
          .asString()
          .contains("hello");
      store.removeMessageGroup("letters");
      try (Locks another = new Locks(pool, "two");
          Locks same = new Locks(pool, "one")) {
        assertThat(another.registry.obtain("door").tryLock(100, TimeUnit.MILLISECONDS)).isFalse();
        Lock lock = same.registry.obtain("door");
        assertThat(lock.tryLock()).as("its owner came back").isTrue();
        lock.unlock();
        Lock next = another.registry.obtain("door");
        assertThat(next.tryLock()).isTrue();
        next.unlock();
      }
    }
  }

  private static JdbcMetadataStore metadata(HikariDataSource pool) {
    JdbcMetadataStore store = new JdbcMetadataStore(pool);
    store.setLockHint("");
    store.afterPropertiesSet();
    return store;
  }

  /** Locks as one client holds them. */
  private static final class Locks implements AutoCloseable {
    private final DefaultLockRepository repository;
    private final JdbcLockRegistry registry;
    private final GenericApplicationContext context = new GenericApplicationContext();

    private Locks(HikariDataSource pool, String client) {
      context.refresh();
      repository = new DefaultLockRepository(pool, client);
      repository.setTransactionManager(new JdbcTransactionManager(pool));
      repository.setApplicationContext(context);
      repository.afterPropertiesSet();
      repository.afterSingletonsInstantiated();
      repository.start();
      registry = new JdbcLockRegistry(repository, Duration.ofMinutes(10));
    }

    @Override
    public void close() {
      // As when the machine is lost: what is locked stays locked.
      context.close();
    }
  }

  /** Spring Integration ships none for SQLite; H2's is one, but for the sequence. */
  private static String schema() throws Exception {
    return Jobs.shipped(
            JdbcMessageStore.class, "org/springframework/integration/jdbc/schema-h2.sql")
        .replaceAll("(?m)^CREATE SEQUENCE.*$", "");
  }
}

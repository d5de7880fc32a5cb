package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbc.JdbcLockProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** ShedLock: what one machine has locked stays locked on the next. */
class ShedLockTest {
  private static final String URL = "jdbc:inft:shedlock";

  @RegisterExtension final Machines machines = new Machines();

  private static Optional<SimpleLock> lock(HikariDataSource pool, String name) {
    return new JdbcLockProvider(pool)
        .lock(
            new LockConfiguration(
                Instant.now(), name, Duration.ofMinutes(10), Duration.ofMillis(1)));
  }

  @Test
  void aLockIsHeldOnAnotherMachineUntilItIsGivenBack() throws Exception {
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Jobs.run(
          pool,
          "create table shedlock(name varchar(64) not null primary key, lock_until timestamp not"
              + " null, locked_at timestamp not null, locked_by varchar(255) not null)");
      assertThat(lock(pool, "held")).isPresent();
      assertThat(lock(pool, "held")).isEmpty();
      SimpleLock given = lock(pool, "given back").orElseThrow();
      Thread.sleep(5);
      given.unlock();
    }
    machines.lose();

    try (HikariDataSource pool = Jobs.pool(URL)) {
      assertThat(lock(pool, "held")).isEmpty();
      assertThat(lock(pool, "given back")).isPresent();
    }
  }
}

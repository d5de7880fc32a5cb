package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.StorageProviderUtils.DatabaseOptions;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.storage.sql.sqlite.SqLiteStorageProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JobRunr: a job that waits for its hour on one machine is done by the next. */
public class JobRunrTest {
  private static final String URL = "jdbc:inft:jobrunr";
  private static final AtomicInteger DONE = new AtomicInteger();

  @RegisterExtension final Machines machines = new Machines();

  /** The job. */
  public static void work() {
    DONE.incrementAndGet();
  }

  private static SqLiteStorageProvider storage(HikariDataSource pool) {
    return new SqLiteStorageProvider(pool, DatabaseOptions.CREATE);
  }

  @Test
  void whatIsScheduledIsDoneOnAnotherMachine() throws Exception {
    UUID later;
    try (HikariDataSource pool = Jobs.pool(URL)) {
      assertThatThrownBy(() -> SqlStorageProviderFactory.using(pool))
          .as("its factory knows jdbc:sqlite alone")
          .isInstanceOf(RuntimeException.class);
      SqLiteStorageProvider storage = storage(pool);
      JobScheduler scheduler = start(storage);
      scheduler.enqueue(JobRunrTest::work);
      Jobs.await("it is done", () -> DONE.get() == 1);
      later = scheduler.schedule(Instant.now().plusSeconds(3600), JobRunrTest::work).asUUID();
      JobRunr.destroy();
    }
    machines.lose();

    try (HikariDataSource pool = Jobs.pool(URL)) {
      SqLiteStorageProvider storage = storage(pool);
      JobScheduler scheduler = start(storage);
      assertThat(storage.getJobById(later).getState()).isEqualTo(StateName.SCHEDULED);
      scheduler.enqueue(JobRunrTest::work);
      Jobs.await("another is done elsewhere", () -> DONE.get() == 2);
      JobRunr.destroy();
    }
  }

  private static JobScheduler start(SqLiteStorageProvider storage) {
    JobRunrConfigurationResult result =
        JobRunr.configure()
            .useStorageProvider(storage)
            .useBackgroundJobServer(
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                    .andPollIntervalInSeconds(5)
                    .andWorkerCount(2))
            .initialize();
    return result.getJobScheduler();
  }
}

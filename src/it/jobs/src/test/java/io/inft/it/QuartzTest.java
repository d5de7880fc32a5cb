package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Quartz: a job that is due again and again is due on the next machine too. */
class QuartzTest {
  private static final String URL = "jdbc:inft:quartz";
  private static final AtomicInteger RUNS = new AtomicInteger();

  @RegisterExtension final Machines machines = new Machines();

  /** Counts. */
  public static final class Counting implements Job {
    @Override
    public void execute(JobExecutionContext context) {
      assertThat(context.getMergedJobDataMap().getString("who")).isEqualTo("ada");
      RUNS.incrementAndGet();
    }
  }

  @Test
  void jobsAndTriggersAreThereOnAnotherMachine() throws Exception {
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Jobs.run(pool, schema());
      Scheduler scheduler = scheduler(pool);
      scheduler.scheduleJob(
          JobBuilder.newJob(Counting.class)
              .withIdentity("counting")
              .usingJobData("who", "ada")
              .build(),
          TriggerBuilder.newTrigger()
              .withSchedule(
                  SimpleScheduleBuilder.simpleSchedule()
                      .withIntervalInMilliseconds(50)
                      .repeatForever())
              .build());
      scheduler.start();
      try {
        Jobs.await("it runs", () -> RUNS.get() >= 3);
      } finally {
        scheduler.shutdown(true);
      }
    }
    machines.lose();

    int before = RUNS.get();
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Scheduler scheduler = scheduler(pool);
      assertThat(scheduler.checkExists(JobKey.jobKey("counting"))).isTrue();
      scheduler.start();
      try {
        Jobs.await("it goes on", () -> RUNS.get() >= before + 3);
        assertThat(scheduler.deleteJob(JobKey.jobKey("counting"))).isTrue();
      } finally {
        scheduler.shutdown(true);
      }
    }
    assertThat(machines.query(URL, "select count(*) from qrtz_triggers")).containsExactly(0);
  }

  /**
   * Quartz ships none for SQLite; MySQL's is one, but for its engine and an index that is not
   * needed.
   */
  private static String schema() throws Exception {
    return Jobs.shipped(Job.class, "org/quartz/impl/jdbcjobstore/tables_mysql_innodb.sql")
        .replace("ENGINE=InnoDB", "")
        .replace("INDEX (SCHED_NAME,TRIGGER_NAME, TRIGGER_GROUP),", "")
        .replaceAll("(?m)^#.*$", "")
        .replace("commit;", "");
  }

  private static Scheduler scheduler(HikariDataSource pool) throws Exception {
    DBConnectionManager.getInstance()
        .addConnectionProvider(
            "inft",
            new ConnectionProvider() {
              @Override
              public Connection getConnection() throws SQLException {
                return pool.getConnection();
              }

              @Override
              public void shutdown() {}

              @Override
              public void initialize() {}
            });
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.instanceName", "inft");
    properties.setProperty("org.quartz.threadPool.threadCount", "2");
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
    // The standard one reads with getBlob, which sqlite-jdbc does not have.
    properties.setProperty(
        "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.HSQLDBDelegate");
    properties.setProperty("org.quartz.jobStore.dataSource", "inft");
    // SQLite locks no rows, and needs none locked: BEGIN IMMEDIATE is the lock.
    properties.setProperty(
        "org.quartz.jobStore.lockHandler.class", "org.quartz.impl.jdbcjobstore.SimpleSemaphore");
    return new StdSchedulerFactory(properties).getScheduler();
  }
}

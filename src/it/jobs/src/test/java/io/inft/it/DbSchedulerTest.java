package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** db-scheduler: what is scheduled on one machine is done by the next. */
class DbSchedulerTest {
  private static final String URL = "jdbc:inft:tasks";

  @RegisterExtension final Machines machines = new Machines();

  private final Queue<String> done = new ConcurrentLinkedQueue<>();
  private final OneTimeTask<String> task =
      Tasks.oneTime("greet", String.class)
          .execute((instance, context) -> done.add(instance.getData()));

  private Scheduler scheduler(HikariDataSource pool) {
    return Scheduler.create(pool, task)
        .pollingInterval(Duration.ofMillis(50))
        .threads(2)
        .shutdownMaxWait(Duration.ofSeconds(10))
        .build();
  }

  @Test
  void whatIsScheduledIsDoneOnAnotherMachine() throws Exception {
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Jobs.run(
          pool,
          "create table scheduled_tasks(task_name text not null, task_instance text not null,"
              + " task_data blob, execution_time timestamp not null, picked boolean not null,"
              + " picked_by text, last_success timestamp, last_failure timestamp,"
              + " consecutive_failures int, last_heartbeat timestamp, version bigint not null,"
              + " priority smallint, primary key (task_name, task_instance))");
      Scheduler scheduler = scheduler(pool);
      scheduler.start();
      scheduler.schedule(task.instance("1", "now"), Instant.now());
      Jobs.await("it is done", () -> done.contains("now"));
      scheduler.schedule(task.instance("2", "later"), Instant.now().plusSeconds(3600));
      scheduler.stop();
    }
    machines.lose();

    try (HikariDataSource pool = Jobs.pool(URL)) {
      Scheduler scheduler = scheduler(pool);
      scheduler.start();
      scheduler.reschedule(task.instance("2", "later"), Instant.now());
      Jobs.await("it is done elsewhere", () -> done.contains("later"));
      scheduler.stop();
    }
    assertThat(machines.query(URL, "select count(*) from scheduled_tasks")).containsExactly(0);
  }
}

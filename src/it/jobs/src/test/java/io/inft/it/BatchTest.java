package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.support.MapJobRegistry;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.support.TaskExecutorJobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.repository.support.JdbcJobRepositoryFactoryBean;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.database.JdbcCursorItemReader;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.database.builder.JdbcCursorItemReaderBuilder;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Spring Batch: a cursor reads while each chunk is committed; a failed job goes on elsewhere. */
class BatchTest {
  private static final String URL = "jdbc:inft:batch";

  @RegisterExtension final Machines machines = new Machines();

  @Test
  void aJobThatFailedOnOneMachineGoesOnWhereItWasOnAnother() throws Exception {
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Jobs.run(
          pool,
          Jobs.shipped(JobRepository.class, "org/springframework/batch/core/schema-sqlite.sql"));
      Jobs.run(
          pool,
          "create table source(id integer primary key); create table target(id integer primary"
              + " key); with recursive n(x) as (select 1 union all select x + 1 from n where x <"
              + " 100) insert into source select x from n");
      assertThat(start(pool, 55)).isEqualTo(BatchStatus.FAILED);
    }
    machines.lose();

    assertThat(machines.query(URL, "select count(*) from target")).containsExactly(50);
    try (HikariDataSource pool = Jobs.pool(URL)) {
      assertThat(start(pool, -1)).isEqualTo(BatchStatus.COMPLETED);
    }
    assertThat(machines.query(URL, "select count(*) from target")).containsExactly(100);
    assertThat(machines.query(URL, "select status from batch_job_execution order by 1"))
        .containsExactly("COMPLETED", "FAILED");
  }

  private static BatchStatus start(HikariDataSource pool, int failsAt) throws Exception {
    JdbcTransactionManager transactions = new JdbcTransactionManager(pool);
    JdbcJobRepositoryFactoryBean factory = new JdbcJobRepositoryFactoryBean();
    factory.setDataSource(pool);
    factory.setTransactionManager(transactions);
    factory.setDatabaseType("SQLITE");
    factory.afterPropertiesSet();
    JobRepository repository = factory.getObject();

    JdbcCursorItemReader<Integer> reader =
        new JdbcCursorItemReaderBuilder<Integer>()
            .name("source")
            .dataSource(pool)
            .sql("select id from source order by id")
            .connectionAutoCommit(true) // else its cursor is a transaction, and the only writer
            .verifyCursorPosition(false)
            .rowMapper((rows, n) -> rows.getInt(1))
            .build();
    JdbcBatchItemWriter<Integer> writer =
        new JdbcBatchItemWriterBuilder<Integer>()
            .dataSource(pool)
            .sql("insert into target values (?)")
            .itemPreparedStatementSetter((item, insert) -> insert.setInt(1, item))
            .build();
    writer.afterPropertiesSet();
    Step step =
        new StepBuilder("copy", repository)
            .<Integer, Integer>chunk(10)
            .transactionManager(transactions)
            .reader(reader)
            .processor(
                item -> {
                  if (item == failsAt) {
                    throw new IllegalStateException("the machine is lost at " + item);
                  }
                  return item;
                })
            .writer(writer)
            .build();
    Job job = new JobBuilder("copying", repository).start(step).build();
    TaskExecutorJobOperator operator = new TaskExecutorJobOperator();
    operator.setJobRepository(repository);
    operator.setJobRegistry(new MapJobRegistry());
    operator.afterPropertiesSet();
    JobParameters parameters =
        new JobParametersBuilder().addString("of", "today").toJobParameters();
    JobExecution execution = operator.start(job, parameters);
    return execution.getStatus();
  }
}

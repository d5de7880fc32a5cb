package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.SerializableTransactionRunner;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jdbi.v3.sqlobject.statement.GetGeneratedKeys;
import org.jdbi.v3.sqlobject.statement.SqlBatch;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JdbiTest {
  private static final String URL = "jdbc:inft:jdbi";

  @RegisterExtension final Machines machines = new Machines();

  public interface Notes {
    @SqlUpdate("create table note(id integer primary key, text text not null)")
    void create();

    @SqlUpdate("insert into note(text) values (?)")
    @GetGeneratedKeys
    long add(String text);

    @SqlBatch("insert into note(text) values (?)")
    int[] addAll(List<String> texts);

    @SqlQuery("select text from note order by id")
    List<String> all();
  }

  @Test
  void interfacesKeysAndBatchesAndAnotherMachineReads() throws Exception {
    String large = "x".repeat(1 << 20);
    Jdbi jdbi = Jdbi.create(URL).installPlugin(new SqlObjectPlugin());
    jdbi.useTransaction(
        handle -> {
          Notes notes = handle.attach(Notes.class);
          notes.create();
          assertThat(notes.add("one")).isEqualTo(1);
          assertThat(notes.add(large)).isEqualTo(2);
          assertThat(notes.addAll(List.of("a", "b", "c"))).containsExactly(1, 1, 1);
        });
    machines.lose();
    assertThat(jdbi.withExtension(Notes.class, Notes::all))
        .containsExactly("one", large, "a", "b", "c");
  }

  @Test
  void itsSerializableRunnerRunsAConflictAgain() throws Exception {
    Jdbi jdbi = Jdbi.create(URL).setTransactionHandler(new SerializableTransactionRunner());
    // It tries again at once, so while the other one's commit reaches the disk it tries often.
    jdbi.getConfig(SerializableTransactionRunner.Configuration.class).setMaxRetries(100_000);
    jdbi.useHandle(handle -> handle.execute("create table t(n int)"));
    jdbi.useHandle(handle -> handle.execute("insert into t values (0)"));
    AtomicInteger attempts = new AtomicInteger();
    CyclicBarrier bothHaveRead = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Object>> both =
          threads.invokeAll(
              List.of(
                  () -> increment(jdbi, attempts, bothHaveRead),
                  () -> increment(jdbi, attempts, bothHaveRead)));
      for (Future<Object> each : both) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(machines.query(URL, "select n from t")).containsExactly(2);
    assertThat(attempts.get()).isGreaterThan(2);
  }

  private static Object increment(Jdbi jdbi, AtomicInteger attempts, CyclicBarrier bothHaveRead)
      throws Exception {
    return jdbi.inTransaction(
        TransactionIsolationLevel.SERIALIZABLE,
        handle -> {
          int n = handle.createQuery("select n from t").mapTo(Integer.class).one();
          if (attempts.incrementAndGet() <= 2) {
            bothHaveRead.await(30, TimeUnit.SECONDS);
          }
          return handle.execute("update t set n = ?", n + 1);
        });
  }
}

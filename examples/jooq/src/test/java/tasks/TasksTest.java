package tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.jooq.CloseableDSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksTest {
  @TempDir Path folder;

  /** jOOQ on the machine whose disk is {@code home}; all machines share one network. */
  private CloseableDSLContext jooq(String home) {
    return DSL.using(
        "jdbc:inft:sqlite:tasks?network=embedded&home="
            + folder.resolve(home)
            + "&embeddedDir="
            + folder.resolve("network"));
  }

  @Test
  void whatOneMachineAddsAnotherFinishes() {
    try (CloseableDSLContext jooq = jooq("machine-a")) {
      assertThat(jooq.dialect()).isEqualTo(SQLDialect.SQLITE);
      Tasks tasks = new Tasks(jooq);
      assertThat(tasks.add("water the plants")).isEqualTo(1);
      assertThat(tasks.add("call Ada")).isEqualTo(2);
    }
    try (CloseableDSLContext jooq = jooq("machine-b")) {
      Tasks tasks = new Tasks(jooq);
      assertThat(tasks.finish(1)).isTrue();
      assertThat(tasks.finish(1)).isFalse();
      assertThat(tasks.open()).containsExactly("2 call Ada");
    }
  }

  @Test
  void aTransactionThatFailsLeavesNothing() {
    try (CloseableDSLContext jooq = jooq("machine-a")) {
      new Tasks(jooq).add("kept");
      assertThatThrownBy(
              () ->
                  jooq.transaction(
                      inner -> {
                        new Tasks(inner.dsl()).add("dropped");
                        throw new IllegalStateException("changed my mind");
                      }))
          .hasMessageContaining("changed my mind");
      assertThat(new Tasks(jooq).open()).containsExactly("1 kept");
    }
  }
}

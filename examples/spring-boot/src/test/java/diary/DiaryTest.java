package diary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;

class DiaryTest {
  @TempDir Path folder;

  /** The application on the machine whose disk is {@code home}; all machines share one network. */
  private ConfigurableApplicationContext start(String home) {
    return SpringApplication.run(
        Main.class,
        "--spring.datasource.url=jdbc:inft:diary?network=embedded&home="
            + folder.resolve(home)
            + "&embeddedDir="
            + folder.resolve("network"));
  }

  @Test
  void whatOneMachineWritesAnotherReads() {
    try (ConfigurableApplicationContext here = start("machine-a")) {
      here.getBean(Diary.class).write(List.of("I was born", "I learned to remember"));
    }
    try (ConfigurableApplicationContext there = start("machine-b")) {
      assertThat(there.getBean(Diary.class).read())
          .containsExactly("I was born (calm)", "I learned to remember (calm)");
    }
  }

  @Test
  void aTransactionThatFailsLeavesNothing() {
    try (ConfigurableApplicationContext here = start("machine-a")) {
      Diary diary = here.getBean(Diary.class);
      assertThatThrownBy(() -> diary.write(Arrays.asList("one", null)))
          .isInstanceOf(DataIntegrityViolationException.class);
      assertThat(diary.read()).isEmpty();
    }
  }
}

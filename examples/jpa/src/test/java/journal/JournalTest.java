package journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;

  /** A journal on the machine whose disk is {@code home}; all machines share one network. */
  private Journal journal(String home) {
    return new Journal(
        Map.of(
            "jakarta.persistence.jdbc.url",
            "jdbc:inft:journal?network=embedded&transaction_mode=IMMEDIATE&home="
                + folder.resolve(home)
                + "&embeddedDir="
                + folder.resolve("network")));
  }

  @Test
  void whatOneMachineSaysAnotherRemembers() {
    try (Journal journal = journal("machine-a")) {
      journal.say("garden", "you", "water the plants");
      journal.say("garden", "agent", "done");
      journal.transaction(
          manager -> {
            Conversation conversation = new Conversation("pictures");
            conversation.say("you", "look").attach(new byte[1 << 20]);
            manager.persist(conversation);
            return null;
          });
    }
    try (Journal journal = journal("machine-b")) {
      assertThat(journal.read("garden")).containsExactly("you: water the plants", "agent: done");
      int bytes =
          journal.transaction(
              manager ->
                  manager
                      .createQuery("select m from Message m where m.text = 'look'", Message.class)
                      .getSingleResult()
                      .pictureBytes());
      assertThat(bytes).isEqualTo(1 << 20);
    }
  }

  @Test
  void severalThreadsSpeakAndNothingIsLost() throws Exception {
    try (Journal journal = journal("machine-a")) {
      journal.say("crowd", "first", "hello");
      ExecutorService threads = Executors.newFixedThreadPool(3);
      try {
        List<Callable<Void>> speakers =
            IntStream.range(0, 3)
                .<Callable<Void>>mapToObj(
                    i ->
                        () -> {
                          for (int n = 0; n < 3; n++) {
                            journal.say("crowd", "thread " + i, "message " + n);
                          }
                          return null;
                        })
                .toList();
        for (var speaker : threads.invokeAll(speakers)) {
          speaker.get();
        }
      } finally {
        threads.shutdown();
      }
      assertThat(journal.read("crowd")).hasSize(10);
    }
  }

  @Test
  void aTransactionThatFailsLeavesNothing() {
    try (Journal journal = journal("machine-a")) {
      journal.say("garden", "you", "water the plants");
      assertThatThrownBy(
              () ->
                  journal.transaction(
                      manager -> {
                        manager.persist(new Conversation("garden"));
                        return null;
                      }))
          .hasStackTraceContaining("UNIQUE");
      assertThat(journal.read("garden")).hasSize(1);
    }
  }
}

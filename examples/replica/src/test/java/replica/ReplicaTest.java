package replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
  private static final String LINES = "SELECT text FROM line ORDER BY id";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @BeforeEach
  void oneNetwork() {
    System.setProperty("inft.network", "embedded");
    System.setProperty("inft.embeddedDir", folder.resolve("network").toString());
  }

  @AfterEach
  void forget() {
    List.of("network", "embeddedDir", "home").forEach(name -> System.clearProperty("inft." + name));
  }

  private void on(String machine) {
    System.setProperty("inft.home", folder.resolve(machine).toString());
  }

  @Test
  void aReplicaOnAnotherMachineFollowsTheWriter() throws Exception {
    on("writer");
    Main.write("one");
    on("reader");
    Replica replica = new Replica("journal");
    assertThat(replica.ask(LINES)).containsExactly("one");

    on("writer");
    Main.write("two");
    Main.write("three");
    on("reader");

    assertThat(replica.follow(LINES, lines -> lines.size() == 3, PATIENCE))
        .containsExactly("one", "two", "three");
  }

  @Test
  void aReplicaCannotWrite() throws Exception {
    on("writer");
    Main.write("one");
    on("reader");

    assertThatThrownBy(() -> new Replica("journal").ask("DELETE FROM line RETURNING id"))
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("25006");
  }
}

package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.replica.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking changes nothing, and says by its exit code what came of it. */
class ReadingTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private List<String> embedded(String machine) {
    return List.of(
        "--network",
        "embedded",
        "--home",
        folder.resolve(machine).toString(),
        "--embedded-dir",
        folder.resolve("network").toString());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status a",
        "verify a",
        "verify a --quick --json",
        "history a",
        "events a",
        "receipt a --event 1",
        "check-proof nothing --id a",
        "keys list a",
        "keys check a",
        "forks a",
        "outbox a",
        "watch a --once",
        "doctor a",
        "sync a"
      })
  void readingMakesNeitherAKeyNorAFile(String command) throws Exception {
    List<String> before = files();
    CommandCall call = CommandCall.of(embedded("nobody"), command.split(" ", -1));
    assertThat(call.err()).doesNotContain("\tat ");
    assertThat(files()).as("%s", call).isEqualTo(before);

    Path file = folder.resolve("file.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(n)");
    }
    assertThat(CommandCall.of(embedded("laptop"), "push", "a", file.toString()).code()).isZero();
    before = files();
    CommandCall.of(embedded("nobody"), command.split(" ", -1));
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void verifySaysByItsExitCodeWhatItCameTo() throws Exception {
    List<String> unreachable =
        List.of(
            "-P",
            "rpc=http://127.0.0.1:9",
            "-P",
            "contract=0x6256fa9107fd82df9ed750a3716ace01669f5073",
            "--network",
            "custom",
            "--home",
            folder.resolve("home").toString());
    CommandCall away = CommandCall.of(unreachable, "verify", "a", "--json");
    assertThat(away.code()).as("%s", away).isEqualTo(2);
    JsonNode answer = new ObjectMapper().readTree(away.out());
    assertThat(answer.path("schema").asText()).isEqualTo("inft-custody/1");
    assertThat(answer.path("verdict").asText()).isEqualTo("INDETERMINATE");
    assertThat(answer.path("error").asText()).contains("127.0.0.1:9");
    assertThat(answer.path("sqlState").asText()).startsWith("08");
    assertThat(CommandCall.of(unreachable, "verify", "a").out()).isEmpty();

    for (String[] wrong :
        new String[][] {
          {"verify", "a", "--json", "--network", "embeded"},
          {"verify", "a", "--json", "--quik"},
          {"verify", "a", "--json", "--from", "3", "--to", "2", "--network", "embedded"},
          {"verify", "//", "--json", "--network", "embedded"},
        }) {
      CommandCall call = CommandCall.of(List.of(), wrong);
      assertThat(call.code()).as("%s", call).isEqualTo(64);
      assertThat(new ObjectMapper().readTree(call.out()).path("error").asText()).isNotEmpty();
    }
  }
}

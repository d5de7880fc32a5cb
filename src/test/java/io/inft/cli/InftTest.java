package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.jdbc.config.InftProperty;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InftTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @AfterEach
  void endEngines() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    return ran.run(arguments);
  }

  private int runOnEmbedded(String machine, String... arguments) {
    return ran.runOn(folder.resolve(machine), folder.resolve("network"), List.of(), arguments);
  }

  @Test
  void theDemoLosesAMachineAndComparesEveryRow() throws Exception {
    assertThat(run("demo", "--json")).as(ran.err()).isZero();
    JsonNode facts = ran.json();
    assertThat(facts.path("rows").asLong()).isBetween(130_000L, 400_000L);
    assertThat(facts.path("databaseBytes").asLong()).isGreaterThan(4_000_000);
    assertThat(facts.path("version").asLong()).isGreaterThanOrEqualTo(2);
    assertThat(facts.path("oneRowBytes").asLong()).isBetween(1L, 64_000L);
  }

  @Test
  void verifiesAHistoryAndSaysInItsExitCodeWhatItFound() throws Exception {
    Path file = folder.resolve("file.db");
    database(file, 4096);
    assertThat(runOnEmbedded("laptop", "push", "agent-1", file.toString())).isZero();
    assertThat(runOnEmbedded("laptop", "push", "agent-1", file.toString())).isZero();

    assertThat(runOnEmbedded("auditor", "verify", "agent-1")).as(ran.err()).isZero();
    assertThat(ran.out()).startsWith("VALID  agent-1").contains("version 2 rebuilt");
    assertThat(runOnEmbedded("auditor", "verify", "agent-1", "--quick", "--json")).isZero();
    assertThat(ran.json().path("schema").asText()).isEqualTo("inft-custody/1");

    List<Path> objects;
    try (var tree = Files.walk(folder.resolve("network").resolve("store"))) {
      objects = tree.filter(Files::isRegularFile).toList();
    }
    for (Path object : objects) {
      byte[] bytes = Files.readAllBytes(object);
      if (bytes.length > 100) {
        bytes[bytes.length / 2] ^= 1;
        Files.write(object, bytes);
      }
    }
    assertThat(runOnEmbedded("auditor", "verify", "agent-1")).isEqualTo(1);
    assertThat(ran.out()).startsWith("INVALID").contains("OBJECT_SUBSTITUTED (version 2)");
    assertThat(runOnEmbedded("auditor", "verify", "nobody")).isEqualTo(2);
    assertThat(ran.out()).startsWith("INDETERMINATE").contains("NOT_REGISTERED");
    assertThat(runOnEmbedded("auditor", "verify", "agent-1", "--from", "3", "--to", "2"))
        .isEqualTo(64);
  }

  @Test
  void theDemoRefusesAFolderThatExists() {
    assertThat(run("demo", "--keep", folder.toString())).isEqualTo(1);
    assertThat(ran.err()).contains("exists already");
  }

  @Test
  void pushesAFileOfAnyPageSizeAndPullsItOnAnotherMachine() throws Exception {
    long version = 0;
    for (int pageSize : new int[] {4096, 1024, 65536}) {
      Path file = folder.resolve("file" + pageSize + ".db");
      database(file, pageSize);
      assertThat(runOnEmbedded("laptop", "push", "pushed", file.toString(), "--json"))
          .as(ran.err())
          .isZero();
      JsonNode pushed = ran.json();
      assertThat(pushed.path("version").asLong()).isGreaterThan(version);
      version = pushed.path("version").asLong();

      Path pulled = folder.resolve("pulled" + pageSize + ".db");
      assertThat(runOnEmbedded("cloud", "pull", "pushed", pulled.toString()))
          .as(ran.err())
          .isZero();
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + pulled);
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT count(*), max(n) FROM t")) {
        assertThat(row.getInt(1)).isEqualTo(100);
        assertThat(row.getInt(2)).isEqualTo(pageSize);
      }
    }
    assertThat(runOnEmbedded("cloud", "history", "pushed", "--json")).isZero();
    assertThat(ran.json()).hasSize((int) version);
    assertThat(runOnEmbedded("cloud", "status", "pushed")).isZero();
    assertThat(ran.out()).contains("pushed");
    assertThat(runOnEmbedded("cloud", "events", "pushed", "--type", "inft.commit")).isZero();
    assertThat(ran.out()).contains("inft.commit");
  }

  private static void database(Path file, int pageSize) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size=" + pageSize);
      statement.execute("CREATE TABLE t(n INTEGER, b BLOB)");
      for (int i = 0; i < 100; i++) {
        statement.execute("INSERT INTO t VALUES (" + pageSize + ", randomblob(500))");
      }
    }
  }

  @Test
  void refusesToPushWhatIsNoDatabaseOrIsCorrupt() throws Exception {
    Path text =
        Files.writeString(folder.resolve("text.db"), "this is not a database at all".repeat(99));
    assertThat(runOnEmbedded("laptop", "push", "bad", text.toString())).isEqualTo(1);
    assertThat(ran.err()).contains("text.db").contains("it is no SQLite database");

    Path damaged = folder.resolve("damaged.db");
    database(damaged, 4096);
    byte[] bytes = Files.readAllBytes(damaged);
    Arrays.fill(bytes, 4096, 4096 + 200, (byte) 0x5a);
    Files.write(damaged, bytes);
    assertThat(runOnEmbedded("laptop", "push", "bad", damaged.toString())).isEqualTo(1);
    assertThat(ran.err()).contains("damaged.db").contains("corrupt");

    assertThat(runOnEmbedded("laptop", "push", "bad", folder.resolve("missing").toString()))
        .isEqualTo(1);
    assertThat(runOnEmbedded("laptop", "status", "bad", "--json")).isZero();
    assertThat(ran.json().path("version").asInt()).isZero();
    assertThat(ran.json().path("follows").asText()).isEqualTo("direct");
  }

  @Test
  void doesNotOverwriteAFileUnlessTold() throws Exception {
    Path file = folder.resolve("one.db");
    database(file, 4096);
    assertThat(runOnEmbedded("laptop", "push", "kept", file.toString())).isZero();
    Path target = Files.writeString(folder.resolve("precious.txt"), "precious");
    assertThat(runOnEmbedded("laptop", "pull", "kept", target.toString())).isEqualTo(1);
    assertThat(target).hasContent("precious");
    assertThat(runOnEmbedded("laptop", "pull", "kept", target.toString(), "--force")).isZero();
    assertThat(Files.size(target)).isGreaterThan(1000);
  }

  @Test
  void aFailureNamesWhatAndAState() {
    assertThat(runOnEmbedded("laptop", "pull", "nobody", folder.resolve("x.db").toString()))
        .isEqualTo(1);
    assertThat(ran.err()).contains("nobody");
    assertThat(run("history", "x", "--network", "nowhere")).isEqualTo(64);
    assertThat(ran.err()).contains("nowhere").contains("SQLSTATE");
    assertThat(run("status", "//", "--network", "embedded")).isEqualTo(64);
    assertThat(run("events", "x", "--from", "yesterday")).isEqualTo(64);
    assertThat(run("no-such-command")).isEqualTo(64);
  }

  @Test
  void everyCommandHasHelpWithAnExample() {
    requireExamples(Inft.commandLine());
    assertThat(run("--help")).isZero();
    assertThat(ran.out()).contains("demo").contains("Exit codes");
  }

  private static void requireExamples(CommandLine line) {
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!name.equals("help")) {
                assertThat(command.getUsageMessage()).as(name).containsPattern("Examples?:");
                requireExamples(command);
              }
            });
  }

  @Test
  void optionsCarryTheNamesOfTheDriversProperties() {
    List<String> properties = new ArrayList<>();
    for (InftProperty property : InftProperty.values()) {
      properties.add(
          "--" + property.propertyName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }
    CommandLine status = Inft.commandLine().getSubcommands().get("status");
    List<String> options = new ArrayList<>();
    status.getCommandSpec().options().forEach(option -> options.add(option.longestName()));
    options.removeAll(List.of("--json", "--help", "--version", "--debug", "--property"));
    options.removeAll(List.of("--watch", "--interval", "--profile"));
    assertThat(properties).containsAll(options);
  }
}

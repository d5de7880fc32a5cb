package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.cli.console.Output;
import io.inft.faults.insider.Attack;
import io.inft.faults.insider.Insider;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.Engines;
import io.inft.seal.Secret;
import io.inft.store.DirectoryStore;
import io.inft.store.Store;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;
import picocli.CommandLine;

/** The ways back, as a person has them: what a failure says is what to type. */
class RestoreVersionTest {
  private static final String ID = "agent-1";

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void publishTwoVersions() throws Exception {
    Files.writeString(folder.resolve("signer"), "11".repeat(32));
    Files.writeString(folder.resolve("secret"), "00".repeat(32));
    for (int rows = 1; rows <= 2; rows++) {
      assertThat(run("push", ID, file(rows).toString())).as(err.toString()).isZero();
    }
  }

  @AfterEach
  void endEngines() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(
        List.of(
            "--network",
            "embedded",
            "--home",
            folder.resolve("home").toString(),
            "--embedded-dir",
            folder.resolve("network").toString(),
            "--private-key-file",
            folder.resolve("signer").toString(),
            "--encryption-key-file",
            folder.resolve("secret").toString()));
    return line.execute(all.toArray(String[]::new));
  }

  private Path file(int rows) throws Exception {
    Path file = folder.resolve("rows-" + rows + ".db");
    Files.deleteIfExists(file);
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      for (int i = 0; i < rows; i++) {
        statement.execute("INSERT INTO t VALUES (" + i + ")");
      }
    }
    return file;
  }

  private void poison(Attack attack) throws Exception {
    SigningKey author = SigningKey.parse("11".repeat(32));
    try (Registry registry =
            DirectoryRegistry.open(
                folder.resolve("network/registry"), Optional.of(author), Clock.systemUTC());
        Store store = DirectoryStore.open(folder.resolve("network/store"))) {
      Insider insider =
          new Insider(registry, store, DatabaseId.parse(ID), author, Secret.rawKey(new byte[32]));
      attack.by(insider, Insider.pages(Files.readAllBytes(file(9)), 4096));
    }
  }

  private long rows() throws Exception {
    Path pulled = folder.resolve("pulled.db");
    assertThat(run("pull", ID, pulled.toString(), "--force")).as(err.toString()).isZero();
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + pulled, new Properties());
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM t")) {
      return rows.getLong(1);
    }
  }

  @Test
  void anOlderVersionIsMadeTheNewest() throws Exception {
    assertThat(run("restore", ID, "--to", "1", "--json")).as(err.toString()).isZero();
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertThat(answer.path("version").asLong()).isEqualTo(3);
    assertThat(answer.path("fromVersion").asLong()).isEqualTo(1);
    assertThat(answer.path("fromRoot").asText()).matches("0x[0-9a-f]{64}");
    assertThat(rows()).isEqualTo(1);
    assertThat(run("history", ID)).isZero();
    assertThat(out.toString()).contains("restore");
  }

  @Test
  void theFailureSaysWhatToTypeAndThatWorks() throws Exception {
    poison(Attack.GARBAGE_COMMIT_OBJECT);

    assertThat(run("pull", ID, folder.resolve("no.db").toString())).isEqualTo(Output.FAILED);
    Matcher said =
        Pattern.compile("inft (restore " + ID + " --to 2 --over-unreadable 3)")
            .matcher(err.toString());
    assertThat(said.find()).as(err.toString()).isTrue();

    assertThat(run(said.group(1).split(" "))).as(err.toString()).isZero();
    assertThat(rows()).isEqualTo(2);
    assertThat(run("history", ID)).isZero();
    assertThat(run("events", ID)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("inft.unreadable", "inft.replaced", "inft.restored");
  }

  @Test
  void aFileIsPushedOverItToo() throws Exception {
    poison(Attack.NOT_SQLITE);
    String file = file(5).toString();
    assertThat(run("push", ID, file)).isEqualTo(Output.FAILED);
    assertThat(err.toString()).contains("inft push " + ID + " <file> --over-unreadable 3", "XX001");

    assertThat(run("push", ID, file, "--over-unreadable", "3", "--json"))
        .as(err.toString())
        .isZero();
    assertThat(rows()).isEqualTo(5);
    assertThat(run("push", ID, file, "--over-unreadable", "4")).isEqualTo(Output.FAILED);
    assertThat(err.toString()).contains("can be read: leave out --over-unreadable");
  }

  @Test
  void aRotationOverItKeepsWhatTheNewestReadableVersionHad() throws Exception {
    poison(Attack.KEYRING_OF_GARBAGE);
    Files.writeString(folder.resolve("new"), "44".repeat(32));
    String key = folder.resolve("new").toString();
    assertThat(run("keys", "rotate", ID, "--new-key-file", key, "--over-unreadable", "3"))
        .as(err.toString())
        .isZero();
    Files.writeString(folder.resolve("secret"), "44".repeat(32));
    assertThat(rows()).isEqualTo(2);
    assertThat(run("keys", "check", ID)).as(err.toString()).isZero();
  }

  @Test
  void anUnknownKindIsShownAndNothingElseFails() throws Exception {
    poison(Attack.UNKNOWN_KIND);
    assertThat(run("history", ID)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("unknown-7");
    assertThat(run("status", ID)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("unknown-7");
    assertThat(run("verify", ID)).isEqualTo(2);
    assertThat(out.toString()).contains("INDETERMINATE", "KIND_UNKNOWN (version 3)");
    assertThat(run("keys", "list", ID)).as(err.toString()).isZero();
    assertThat(run("pull", ID, folder.resolve("two.db").toString(), "--at", "2"))
        .as(err.toString())
        .isZero();
  }

  @Test
  void theHelpHasExamples() {
    for (String command : List.of("restore", "push")) {
      CommandLine line = Inft.commandLine();
      line.setOut(new PrintWriter(out, true));
      assertThat(line.execute(command, "--help")).isZero();
    }
    assertThat(out.toString())
        .contains("inft restore agent-1 --to 41 --over-unreadable 42")
        .contains("inft push agent-1 good.db --over-unreadable 42");
  }
}

package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.SigningKey;
import io.inft.cli.CommandRun;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
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

/** The ways back, as a person has them: what a failure says is what to type. */
class RestoreVersionTest {
  private static final String ID = "agent-1";

  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @BeforeEach
  void publishTwoVersions() throws Exception {
    Files.writeString(folder.resolve("signer"), "11".repeat(32));
    Files.writeString(folder.resolve("secret"), "00".repeat(32));
    for (int rows = 1; rows <= 2; rows++) {
      assertThat(run("push", ID, file(rows).toString())).as(ran.err()).isZero();
    }
  }

  @AfterEach
  void endEngines() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    List<String> keys =
        List.of(
            "--private-key-file",
            folder.resolve("signer").toString(),
            "--encryption-key-file",
            folder.resolve("secret").toString());
    return ran.runOn(folder.resolve("home"), folder.resolve("network"), keys, arguments);
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
    assertThat(run("pull", ID, pulled.toString(), "--force")).as(ran.err()).isZero();
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + pulled, new Properties());
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM t")) {
      return rows.getLong(1);
    }
  }

  @Test
  void anOlderVersionIsMadeTheNewest() throws Exception {
    assertThat(run("restore", ID, "--to", "1", "--json")).as(ran.err()).isZero();
    JsonNode answer = ran.json();
    assertThat(answer.path("version").asLong()).isEqualTo(3);
    assertThat(answer.path("fromVersion").asLong()).isEqualTo(1);
    assertThat(answer.path("fromRoot").asText()).matches("0x[0-9a-f]{64}");
    assertThat(rows()).isEqualTo(1);
    assertThat(run("history", ID)).isZero();
    assertThat(ran.out()).contains("restore");
  }

  @Test
  void theFailureSaysWhatToTypeAndThatWorks() throws Exception {
    poison(Attack.GARBAGE_COMMIT_OBJECT);

    assertThat(run("pull", ID, folder.resolve("no.db").toString())).isEqualTo(Output.FAILED);
    Matcher said =
        Pattern.compile("inft (restore " + ID + " --to 2 --over-unreadable 3)").matcher(ran.err());
    assertThat(said.find()).as(ran.err()).isTrue();

    assertThat(run(said.group(1).split(" "))).as(ran.err()).isZero();
    assertThat(rows()).isEqualTo(2);
    assertThat(run("history", ID)).isZero();
    assertThat(run("events", ID)).as(ran.err()).isZero();
    assertThat(ran.out()).contains("inft.unreadable", "inft.replaced", "inft.restored");
  }

  @Test
  void aFileIsPushedOverItToo() throws Exception {
    poison(Attack.NOT_SQLITE);
    String file = file(5).toString();
    assertThat(run("push", ID, file)).isEqualTo(Output.FAILED);
    assertThat(ran.err()).contains("inft push " + ID + " <file> --over-unreadable 3", "XX001");

    assertThat(run("push", ID, file, "--over-unreadable", "3", "--json")).as(ran.err()).isZero();
    assertThat(rows()).isEqualTo(5);
    assertThat(run("push", ID, file, "--over-unreadable", "4")).isEqualTo(Output.FAILED);
    assertThat(ran.err()).contains("can be read: leave out --over-unreadable");
  }

  @Test
  void aRotationOverItKeepsWhatTheNewestReadableVersionHad() throws Exception {
    poison(Attack.KEYRING_OF_GARBAGE);
    Files.writeString(folder.resolve("new"), "44".repeat(32));
    String key = folder.resolve("new").toString();
    assertThat(run("keys", "rotate", ID, "--new-key-file", key, "--over-unreadable", "3"))
        .as(ran.err())
        .isZero();
    Files.writeString(folder.resolve("secret"), "44".repeat(32));
    assertThat(rows()).isEqualTo(2);
    assertThat(run("keys", "check", ID)).as(ran.err()).isZero();
  }

  @Test
  void anUnknownKindIsShownAndNothingElseFails() throws Exception {
    poison(Attack.UNKNOWN_KIND);
    assertThat(run("history", ID)).as(ran.err()).isZero();
    assertThat(ran.out()).contains("unknown-7");
    assertThat(run("status", ID)).as(ran.err()).isZero();
    assertThat(ran.out()).contains("unknown-7");
    assertThat(run("verify", ID)).isEqualTo(2);
    assertThat(ran.out()).contains("INDETERMINATE", "KIND_UNKNOWN (version 3)");
    assertThat(run("keys", "list", ID)).as(ran.err()).isZero();
    assertThat(run("pull", ID, folder.resolve("two.db").toString(), "--at", "2"))
        .as(ran.err())
        .isZero();
  }

  @Test
  void theHelpHasExamples() {
    assertThat(ran.run("restore", "--help")).isZero();
    assertThat(ran.out()).contains("inft restore agent-1 --to 41 --over-unreadable 42");
    assertThat(ran.run("push", "--help")).isZero();
    assertThat(ran.out()).contains("inft push agent-1 good.db --over-unreadable 42");
  }
}

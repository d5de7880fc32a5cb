package io.inft.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.CommandCall;
import io.inft.jdbc.InftConnection;
import io.inft.proof.Proof;
import io.inft.proof.RowProof;
import io.inft.replica.Engines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inft prove} and {@code inft check-proof}, and the same from a connection. */
class ProveTest {
  private static final String ID = "ledger";

  @TempDir Path folder;
  private Path key;
  private List<String> always;
  private String first = "";
  private String second = "";
  private String third = "";

  @BeforeEach
  void publishThreeVersions() throws Exception {
    key = Files.writeString(folder.resolve("key"), "07".repeat(32));
    always =
        List.of(
            "--network",
            "embedded",
            "--home",
            folder.resolve("owner").toString(),
            "--embedded-dir",
            folder.resolve("network").toString(),
            "--encryption-key-file",
            key.toString());
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      statement.execute("CREATE TABLE Notes(id INTEGER PRIMARY KEY, text TEXT, weight REAL)");
      statement.execute(
          "CREATE TABLE settings(name TEXT, part INT, value, PRIMARY KEY(name, part)) WITHOUT"
              + " ROWID");
      statement.execute("INSERT INTO notes VALUES (1, 'one', 1), (2, 'two', 2.5), (3, 'three', 3)");
      statement.execute("INSERT INTO settings VALUES ('theme', 1, 'dark'), ('theme', 2, x'00ff')");
      statement.execute("CREATE VIEW heavy AS SELECT * FROM notes WHERE weight > 2");
      first = String.valueOf(inft.sync(Duration.ofSeconds(30)).number());
      statement.execute("ALTER TABLE notes ADD COLUMN kind TEXT DEFAULT 'plain'");
      statement.execute("DELETE FROM notes WHERE id = 2");
      second = String.valueOf(inft.sync(Duration.ofSeconds(30)).number());
      statement.execute("UPDATE notes SET text = 'uno' WHERE id = 1");
      third = String.valueOf(inft.sync(Duration.ofSeconds(30)).number());
    }
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("owner").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("encryptionKeyFile", key.toString());
    return DriverManager.getConnection("jdbc:inft:" + ID, properties);
  }

  private CommandCall call(String... arguments) {
    return CommandCall.of(always, arguments);
  }

  private static JsonNode json(CommandCall call) throws Exception {
    return new ObjectMapper().readTree(call.out());
  }

  private Path proof(String... arguments) throws Exception {
    Path file = folder.resolve("row.proof");
    List<String> all = new ArrayList<>(List.of("prove", ID, "-o", file.toString(), "--force"));
    all.addAll(List.of(arguments));
    CommandCall made = call(all.toArray(String[]::new));
    assertThat(made.code()).as("%s", made).isZero();
    assertThat(made.out()).contains("reveals", "in pieces of 512");
    return file;
  }

  /** What is proved by what the registry says, which knows nothing of keys. */
  private JsonNode proved(Path file) throws Exception {
    CommandCall judged =
        CommandCall.of(
            List.of(
                "--network", "embedded", "--embedded-dir", folder.resolve("network").toString()),
            "check-proof",
            file.toString(),
            "--id",
            ID,
            "--json");
    assertThat(judged.code()).as("%s", judged).isZero();
    return json(judged).path("proved");
  }

  @Test
  void showsARowAsItWasInEachVersion() throws Exception {
    JsonNode newest = proved(proof("--table", "notes", "--rowid", "1")).path("row");
    assertThat(newest.path("table").asText()).isEqualTo("Notes");
    assertThat(newest.path("present").asBoolean()).isTrue();
    JsonNode columns = newest.path("columns");
    assertThat(columns.get(0).path("value").asLong()).isEqualTo(1);
    assertThat(columns.get(1).path("value").asText()).isEqualTo("uno");
    assertThat(columns.get(2).path("type").asText()).isEqualTo("real");
    assertThat(columns.get(2).path("value").asDouble()).isEqualTo(1.0);

    JsonNode before = proved(proof("--table", "notes", "--rowid", "3", "--at", second));
    assertThat(before.path("version").asText()).isEqualTo(second);
    assertThat(before.path("row").path("columns").get(3).path("default").asText())
        .isEqualTo("'plain'");
    JsonNode gone = proved(proof("--table", "notes", "--rowid", "2")).path("row");
    assertThat(gone.path("present").asBoolean()).isFalse();
    JsonNode there = proved(proof("--table", "notes", "--rowid", "2", "--at", first)).path("row");
    assertThat(there.path("columns").get(1).path("value").asText()).isEqualTo("two");
  }

  @Test
  void showsARowByItsKey() throws Exception {
    JsonNode row = proved(proof("--table", "settings", "--key", "[\"theme\", 2]")).path("row");
    assertThat(row.path("columns").get(2).path("value").asText()).isEqualTo("00ff");
    JsonNode none = proved(proof("--table", "settings", "--key", "[\"theme\", 3]")).path("row");
    assertThat(none.path("present").asBoolean()).isFalse();
    JsonNode blob = proved(proof("--table", "settings", "--key", "[{\"hex\":\"00\"}, 1.5]"));
    assertThat(blob.path("row").path("present").asBoolean()).isFalse();
  }

  @Test
  void showsThatThereIsNoTableOnlyWhenAsked() throws Exception {
    CommandCall typing = call("prove", ID, "--table", "note", "--rowid", "1");
    assertThat(typing.code()).isEqualTo(1);
    assertThat(typing.err()).contains("--absent-table", "SQLSTATE 22023");

    Path file = proof("--table", "note", "--absent-table");
    assertThat(proved(file).path("row").path("tableExists").asBoolean()).isFalse();
    assertThat(proved(proof("--table", "notes", "--rowid", "1", "--absent-table")).path("row"))
        .isNotEmpty();
  }

  @Test
  void saysInWordsWhatIsProvedAndRevealed() throws Exception {
    Path file =
        proof("--table", "notes", "--rowid", "3", "--signed", "--to", third, "--at", second);
    String pin = ProofFile.pin(Proof.parse(Files.readAllBytes(file)).context());
    CommandCall judged = CommandCall.of(List.of(), "check-proof", file.toString(), "--pin", pin);

    assertThat(judged.code()).as("%s", judged).isZero();
    assertThat(judged.out())
        .contains("VALID  row 3 of table Notes of ledger in version " + second)
        .contains("text = 'three'", "weight = 3.0", "kind = not stored, so its default: 'plain'")
        .contains("CREATE TABLE Notes", "who signed it", "leads on by ", "reveals");
    Files.writeString(file, Files.readString(file).replace("row 3", "row 4"));
    CommandCall changed =
        CommandCall.of(List.of(), "check-proof", file.toString(), "--pin", pin, "--json");
    assertThat(changed.code()).isEqualTo(1);
    assertThat(json(changed).path("code").asText()).isEqualTo("ROW_MISMATCH");
  }

  @Test
  void whatCannotBeShownIsSaid() throws Exception {
    assertThat(call("prove", ID, "--table", "heavy", "--rowid", "1").err()).contains("a view");
    assertThat(call("prove", ID, "--table", "settings", "--rowid", "1").err())
        .contains("--key", "name, part");
    assertThat(call("prove", ID, "--table", "settings", "--key", "[1]").err())
        .contains("name, part");
    assertThat(call("prove", ID, "--table", "notes", "--key", "[1]").err()).contains("--rowid");
    assertThat(call("prove", ID, "--table", "sqlite_schema", "--rowid", "1").code()).isEqualTo(1);
    assertThat(call("prove", ID, "--table", "notes", "--rowid", "1", "--at", "99").code())
        .isEqualTo(1);
    for (String[] wrong :
        new String[][] {
          {"--rowid", "1", "--key", "[1]"},
          {},
          {"--key", "1"},
          {"--key", "[]"},
          {"--key", "[null]"},
          {"--key", "["},
          {"--key", "[\"a\", 1] 2"},
          {"--key", "[99999999999999999999, 1]"},
          {"--rowid", "1", "--to", "-1"},
          {"--rowid", "1", "--json"}
        }) {
      List<String> all = new ArrayList<>(List.of("prove", ID, "--table", "notes"));
      all.addAll(List.of(wrong));
      assertThat(call(all.toArray(String[]::new)).code()).as("%s", all).isEqualTo(64);
    }
  }

  @Test
  void aConnectionGivesTheSameInJavaAndInSql() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      statement.execute("UPDATE notes SET text = 'eins' WHERE id = 1");
      long version = inft.sync(Duration.ofSeconds(30)).number();
      RowProof java = inft.prove("notes", 1);
      assertThat(java.context().version()).isEqualTo(version);
      try (ResultSet row = statement.executeQuery("SELECT inft_prove('notes', 1)")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1))
            .isEqualTo(new String(java.toBytes(), StandardCharsets.UTF_8))
            .isEqualTo(
                call("prove", ID, "--table", "notes", "--rowid", "1", "--at", version + "").out());
      }
      assertThat(inft.proveKey("settings", List.of("theme", 1)).read().orElseThrow().cells())
          .isPresent();
      assertThatThrownBy(() -> inft.prove("nothing", 1))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("no such table");
      assertThatThrownBy(() -> inft.proveKey("settings", List.of(List.of())))
          .isInstanceOf(SQLException.class);
    }
  }
}

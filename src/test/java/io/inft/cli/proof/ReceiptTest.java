package io.inft.cli.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.CommandCall;
import io.inft.jdbc.InftConnection;
import io.inft.proof.EventProof;
import io.inft.proof.Proof;
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
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inft receipt} and {@code inft check-proof}, and the same from a connection. */
class ReceiptTest {
  private static final String ID = "logbook";

  @TempDir Path folder;
  private Path key;
  private List<String> always;

  @BeforeEach
  void publishThreeVersions() throws Exception {
    key = Files.writeString(folder.resolve("key"), "07".repeat(32));
    always = embedded("owner", key);
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      statement.execute("CREATE TABLE t(x)");
      inft.sync(Duration.ofSeconds(30));
      inft.appendEvent("note", "{\"said\":\"hello\"}", false, 1);
      inft.appendEvent("secret", "{\"said\":\"nobody hears this\"}", false, 1);
      inft.sync(Duration.ofSeconds(30));
      inft.appendEvent("note", "{\"said\":\"bye\"}", false, 1);
      inft.sync(Duration.ofSeconds(30));
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

  private List<String> embedded(String machine, Path opens) {
    return List.of(
        "--network",
        "embedded",
        "--home",
        folder.resolve(machine).toString(),
        "--embedded-dir",
        folder.resolve("network").toString(),
        "--encryption-key-file",
        opens.toString());
  }

  private CommandCall call(String... arguments) {
    return CommandCall.of(always, arguments);
  }

  private static JsonNode json(CommandCall call) throws Exception {
    return new ObjectMapper().readTree(call.out());
  }

  /** The sequence of the first event of a type. */
  private String event(String type) throws Exception {
    CommandCall events = call("events", ID, "--type", type, "--json");
    return json(events).get(0).path("sequence").asText();
  }

  private Path receipt(String event, String... more) throws Exception {
    Path file = folder.resolve("event-" + event + ".receipt");
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("receipt", ID, "--event", event, "-o", file.toString(), "--force"));
    arguments.addAll(List.of(more));
    CommandCall made = call(arguments.toArray(String[]::new));
    assertThat(made.code()).as("%s", made).isZero();
    return file;
  }

  private String root(int version) throws Exception {
    for (JsonNode row : json(call("history", ID, "--json"))) {
      if (row.path("version").asInt() == version) {
        return row.path("root").asText();
      }
    }
    throw new AssertionError("no version " + version);
  }

  private static CommandCall offline(Path file, String pin, String... more) {
    List<String> arguments =
        new java.util.ArrayList<>(List.of("check-proof", file.toString(), "--pin", pin));
    arguments.addAll(List.of(more));
    return CommandCall.of(List.of(), arguments.toArray(String[]::new));
  }

  private String pin(Path file, int version) throws Exception {
    Proof read = Proof.parse(Files.readAllBytes(file));
    return read.context().chainId()
        + ":"
        + read.context().registry()
        + ":"
        + ID
        + ":"
        + version
        + ":"
        + root(version);
  }

  @Test
  void showsOneEventAndNothingBesideIt() throws Exception {
    Path file = receipt(event("note"));
    String text = Files.readString(file);

    assertThat(text).contains("> {\"said\":\"hello\"}").doesNotContain("nobody", "secret", "bye");
    assertThat(Files.size(file)).isLessThan(2048);
    CommandCall judged = offline(file, pin(file, 2), "--json");
    assertThat(judged.code()).as("%s", judged).isZero();
    assertThat(json(judged).path("verdict").asText()).isEqualTo("VALID");
    assertThat(json(judged).path("proved").path("event").path("payload").asText())
        .isEqualTo("{\"said\":\"hello\"}");
    assertThat(json(judged).path("proved").has("block")).isFalse();
    assertThat(json(judged).path("claimed").path("block").asLong()).isPositive();
    assertThat(offline(file, pin(file, 2)).out()).contains("VALID", "claimed", "reveals");
  }

  @Test
  void theRegistryProvesBlockAndAuthorToSomebodyWithoutAKey() throws Exception {
    Path file = receipt(event("note"), "--signed");
    List<String> auditor =
        List.of("--network", "embedded", "--embedded-dir", folder.resolve("network").toString());

    CommandCall judged =
        CommandCall.of(auditor, "check-proof", file.toString(), "--id", ID, "--json");
    assertThat(judged.code()).as("%s", judged).isZero();
    assertThat(json(judged).path("proved").path("block").asLong()).isPositive();
    assertThat(json(judged).path("proved").path("signed").asBoolean()).isTrue();
    CommandCall other = CommandCall.of(auditor, "check-proof", file.toString(), "--id", "other");
    assertThat(other.code()).as("%s", other).isEqualTo(2);
  }

  @Test
  void everyEventHasOneAlsoUnderKeysOfBefore() throws Exception {
    Path newKey = Files.writeString(folder.resolve("new-key"), "08".repeat(32));
    CommandCall rotated = call("keys", "rotate", ID, "--new-key-file", newKey.toString());
    assertThat(rotated.code()).as("%s", rotated).isZero();
    always = embedded("owner", newKey);
    JsonNode log = json(call("events", ID, "--json"));
    assertThat(log.size()).isGreaterThan(5);
    for (JsonNode entry : log) {
      Path file = receipt(entry.path("sequence").asText());
      int version = entry.path("version").asInt();
      CommandCall judged = offline(file, pin(file, version));
      assertThat(judged.code()).as("%s of %s", judged, entry).isZero();
    }
  }

  @Test
  void leadsOnToALaterVersion() throws Exception {
    Path file = receipt(event("note"), "--to", "3");
    Proof read = Proof.parse(Files.readAllBytes(file));

    assertThat(read.links()).hasSize(1);
    assertThat(read.linkBytes()).isBetween(150, 300);
    assertThat(offline(file, pin(file, 2)).code()).isZero();
    assertThat(offline(file, pin(file, 3)).code()).isEqualTo(1);
  }

  @Test
  void aChangedOneIsRefusedAndAWrongPinIsWrongUsage() throws Exception {
    Path file = receipt(event("note"));
    String pin = pin(file, 2);
    Path changed = folder.resolve("changed");
    Files.writeString(changed, Files.readString(file).replace("hello", "hullo"));

    CommandCall refused = offline(changed, pin, "--json");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(json(refused).path("code").asText()).isEqualTo("EVENT_MISMATCH");
    assertThat(offline(file, "no pin").code()).isEqualTo(64);
    assertThat(call("check-proof", file.toString()).code()).isEqualTo(64);
    assertThat(offline(folder.resolve("nothing"), pin, "--json").code()).isEqualTo(2);
  }

  @Test
  void whatCannotBeShownIsSaid() throws Exception {
    CommandCall beyond = call("receipt", ID, "--event", "99");
    assertThat(beyond.code()).isEqualTo(1);
    assertThat(beyond.err()).contains("event 99", "ends with event").contains("SQLSTATE 22023");
    CommandCall elsewhere = call("receipt", ID, "--event", event("note"), "--in-version", "1");
    assertThat(elsewhere.code()).isEqualTo(1);
    Path there = Files.writeString(folder.resolve("there"), "mine");
    assertThat(call("receipt", ID, "--event", "1", "-o", there.toString()).code()).isEqualTo(1);
    assertThat(there).hasContent("mine");
    assertThat(call("receipt", ID, "--event", "0").code()).isEqualTo(64);
    assertThat(call("receipt", ID, "--event", "1", "--to", "9").code()).isEqualTo(1);
  }

  @Test
  void aConnectionGivesTheSameInJavaAndInSql() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      EventProof java = connection.unwrap(InftConnection.class).receipt(1);
      try (ResultSet row = statement.executeQuery("SELECT inft_receipt(1)")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1))
            .isEqualTo(new String(java.toBytes(), StandardCharsets.UTF_8))
            .isEqualTo(call("receipt", ID, "--event", "1").out());
      }
      assertThatThrownBy(() -> statement.executeQuery("SELECT inft_receipt(99)").next())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("event 99");
    }
  }
}

package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.cli.CommandRun;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @AfterEach
  void endEngines() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    return ran.runOn(folder.resolve("mine"), folder.resolve("network"), List.of(), arguments);
  }

  private void publish() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("mine").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("linger", "0");
    properties.setProperty("syncInterval", "1h");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:notes", properties);
        Statement statement = connection.createStatement()) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      statement.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, body)");
      statement.execute("INSERT INTO notes VALUES (1, 'a'), (2, 'b')");
      inft.sync(Duration.ofMinutes(1));
      statement.execute("UPDATE notes SET body = 'c' WHERE id = 2");
      statement.execute("DELETE FROM notes WHERE id = 1");
      statement.execute("CREATE INDEX by_body ON notes(body)");
      inft.sync(Duration.ofMinutes(1));
    }
  }

  @Test
  void saysOfEachVersionWhatItTookAndWhatItChanged() throws Exception {
    publish();
    assertThat(run("history", "notes", "--json")).as(ran.err()).isZero();
    JsonNode plain = ran.json();
    assertThat(plain.findValuesAsText("version")).containsExactly("2", "1");
    assertThat(plain.get(0).path("road").asText()).isEqualTo("stored");
    assertThat(plain.get(0).has("bytes")).isFalse();

    assertThat(run("history", "notes", "--details", "--stat", "--json")).as(ran.err()).isZero();
    JsonNode newest = ran.json().get(0);
    assertThat(newest.path("sqlCommits").asLong()).isEqualTo(3);
    assertThat(newest.path("bytes").asLong())
        .isGreaterThanOrEqualTo(newest.path("sizeBytes").asLong());
    assertThat(newest.path("changed").toString())
        .isEqualTo(
            "[{'table':'notes','kind':'table','added':0,'changed':1,'removed':1}]"
                .replace('\'', '"'));
    assertThat(newest.path("schemaChanges").asInt()).isEqualTo(1);
    JsonNode first = ran.json().get(1);
    assertThat(first.path("sqlCommits").asLong()).isEqualTo(2);
    assertThat(first.path("changed").get(0).path("added").asLong()).isEqualTo(2);

    assertThat(run("history", "notes", "--limit", "1", "--stat")).as(ran.err()).isZero();
    assertThat(ran.out()).contains("notes  +0 ~1 -1; schema").doesNotContain("+2 ~0 -0");
    assertThat(run("history", "notes", "--limit", "0")).isEqualTo(64);
  }

  @Test
  void withoutTheSecretItSaysWhatIsPublic() throws Exception {
    publish();
    assertThat(
            ran.runOn(
                folder.resolve("other"),
                folder.resolve("network"),
                List.of("--password-file", other().toString(), "--details", "--json"),
                "history",
                "notes"))
        .as(ran.err())
        .isZero();
    assertThat(ran.json().get(0).path("bytes").asLong()).isPositive();
    assertThat(ran.json().get(0).has("sqlCommits")).isFalse();
  }

  private Path other() throws Exception {
    return java.nio.file.Files.writeString(
        folder.resolve("password"), "a password that opens nothing here");
  }
}

package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.CommandRun;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyNewTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private CommandRun run(String... command) {
    CommandRun run = new CommandRun();
    run.runOn(folder.resolve("home"), folder.resolve("network"), List.of(), command);
    return run;
  }

  private JsonNode verified(String... more) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("verify", "a", "--json"));
    command.addAll(List.of(more));
    return new ObjectMapper().readTree(run(command.toArray(String[]::new)).out());
  }

  private void write(String sql) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("durability", "anchored");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:a", properties);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void theNextOneGoesOnWhereTheLastOneEnded() throws Exception {
    write("create table t(x)");
    write("insert into t values(1)");
    JsonNode first = verified("--new");
    assertThat(first.path("verdict").asText()).isEqualTo("VALID");
    assertThat(first.has("resumedAfter")).isFalse();
    long before = first.at("/head/version").asLong();
    assertThat(first.at("/checked/versions").asLong()).isEqualTo(before);

    write("insert into t values(2)");
    JsonNode second = verified("--new");
    long after = second.at("/head/version").asLong();
    assertThat(second.path("verdict").asText()).isEqualTo("VALID");
    assertThat(second.path("resumedAfter").asLong()).isEqualTo(before);
    assertThat(second.at("/checked/versions").asLong()).isEqualTo(after - before);
    assertThat(second.at("/checked/rebuiltVersion").asLong()).isEqualTo(after);

    assertThat(run("verify", "a", "--new").out())
        .contains("0 versions hashed again after version " + after + ", verified before");
    assertThat(verified().at("/checked/versions").asLong()).as("without it, all").isEqualTo(after);
    assertThat(run("verify", "a", "--new", "--from", "2").err()).contains("no --from and no --to");
  }
}

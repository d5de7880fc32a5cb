package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Digest;
import io.inft.cli.CommandRun;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was put aside, and what is not published, from the command line. */
class ForksTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @AfterEach
  void endEngines() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    return ran.runOn(folder.resolve("mine"), folder.resolve("network"), List.of(), arguments);
  }

  private JsonNode json() throws Exception {
    return ran.json();
  }

  private Connection open(String machine, String... more) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("linger", "0");
    for (int i = 0; i < more.length; i += 2) {
      properties.setProperty(more[i], more[i + 1]);
    }
    return DriverManager.getConnection("jdbc:inft:notes", properties);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Two commits of mine upon version 1 lose against one of theirs. */
  private void lose() throws Exception {
    try (Connection mine = open("mine")) {
      run(mine, "CREATE TABLE t(x)");
      run(mine, "CREATE TABLE empty(x)");
      run(mine, "INSERT INTO t VALUES ('both')");
    }
    try (Connection mine = open("mine", "syncInterval", "1h", "onClose", "background")) {
      run(mine, "INSERT INTO t VALUES ('mine')");
      run(mine, "INSERT INTO t VALUES ('mine too')");
    }
    try (Connection theirs = open("theirs")) {
      run(theirs, "INSERT INTO t VALUES ('theirs')");
    }
    try (Connection again = open("mine")) {
      assertThatThrownBy(() -> run(again, "SELECT * FROM t"))
          .hasFieldOrPropertyWithValue("SQLState", "40001");
    }
  }

  private static Map<String, Digest> contents(Path generation) throws Exception {
    Map<String, Digest> contents = new TreeMap<>();
    for (String name : List.of("database.sqlite", "database.sqlite-wal", "state")) {
      Path file = generation.resolve(name);
      if (Files.exists(file) && Files.size(file) > 0) {
        contents.put(name, Digest.sha256(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  @Test
  void aForkIsListedShownExportedAndAcknowledged() throws Exception {
    assertThat(run("forks", "list", "notes")).as(ran.err()).isZero();
    assertThat(ran.out()).contains("nothing was put aside");
    lose();

    assertThat(run("forks", "list", "notes", "--json")).as(ran.err()).isZero();
    JsonNode fork = json().get(0);
    String generation = fork.path("generation").asText();
    assertThat(fork.path("kind").asText()).isEqualTo("fork");
    assertThat(fork.path("commits").asLong()).isEqualTo(2);
    assertThat(fork.path("told").asText()).isNotEqualTo("no");
    Path lies = Path.of(fork.path("database").asText()).getParent();
    Map<String, Digest> before = contents(lies);
    for (String[] command : new String[][] {{"forks", "list", "notes"}, {"forks", "notes"}}) {
      assertThat(run(command)).as(ran.err()).isZero();
      assertThat(ran.out()).contains(generation).contains("database.sqlite");
    }

    assertThat(run("forks", "show", "notes", generation, "--json")).as(ran.err()).isZero();
    JsonNode table = json().path("tables").get(1);
    assertThat(json().path("tables").get(0).path("rows").asLong()).isZero();
    assertThat(table.path("rows").asLong()).isEqualTo(3);
    assertThat(table.path("onlyHere").asLong()).isEqualTo(2);
    assertThat(table.path("onlyThere").asLong()).isZero();
    for (String other : new String[] {"1", "head"}) {
      assertThat(run("forks", "show", "notes", generation, "--against", other, "-P", "open=lazy"))
          .as(ran.err())
          .isZero();
    }
    assertThat(ran.out()).contains("t only here: 'mine'").doesNotContain("only here: 'both'");

    assertThat(run("doctor", "notes")).as(ran.err()).isZero();
    assertThat(ran.out()).contains("inft forks show notes " + generation);
    assertThat(run("status", "notes")).isZero();
    assertThat(ran.out()).contains(generation);

    Path file = folder.resolve("lost.db");
    assertThat(run("forks", "export", "notes", generation, "-o", file.toString()))
        .as(ran.err())
        .isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = plain.createStatement();
        ResultSet rows = statement.executeQuery("SELECT group_concat(x, '|') FROM t")) {
      assertThat(rows.getString(1)).isEqualTo("both|mine|mine too");
    }
    assertThat(file.resolveSibling("lost.db-wal")).doesNotExist();
    assertThat(run("forks", "export", "notes", generation, "-o", file.toString())).isEqualTo(1);
    assertThat(ran.err()).contains("--force");
    assertThat(run("forks", "export", "notes", generation, "-o", file.toString(), "--force"))
        .isZero();
    assertThat(contents(lies)).as("nothing of it was changed").isEqualTo(before);

    assertThat(run("forks", "acknowledge", "notes", generation)).as(ran.err()).isZero();
    assertThat(run("forks", "list", "notes")).isZero();
    assertThat(ran.out()).contains("acknowledged");
    assertThat(run("forks", "list", "notes", "--all", "--json")).isZero();
    assertThat(json()).hasSize(1);
    assertThat(contents(lies)).isEqualTo(before);
    assertThat(run("forks", "acknowledge", "notes", "gen-000099")).isEqualTo(1);
    assertThat(ran.err()).contains(generation);
    try (var left = Files.list(folder.resolve("mine"))) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("fork-"));
    }
  }

  @Test
  void theDoctorSaysWhatIsTrueOfAForkAndHowToGoOn() throws Exception {
    lose();
    assertThat(run("doctor", "notes")).as(ran.err()).isZero();
    String options =
        " --network embedded --home "
            + folder.resolve("mine")
            + " --embedded-dir "
            + folder.resolve("network")
            + "'";
    assertThat(ran.out())
        .contains("put aside", "2 commits", "never published by itself")
        .contains("'inft forks show notes gen-000001" + options)
        .contains("'inft forks export notes gen-000001 -o <file>" + options)
        .contains("'inft forks acknowledge notes gen-000001" + options)
        .doesNotContain("goes out when");

    assertThat(run("forks", "acknowledge", "notes", "gen-000001")).isZero();
    assertThat(run("doctor", "notes")).isZero();
    assertThat(ran.out())
        .contains("acknowledged and still there: gen-000001")
        .doesNotContain("forks acknowledge");

    assertThat(run("forks", "show", "notes", "gen-000009")).isEqualTo(1);
    assertThat(ran.err())
        .contains("'gen-000009'", "gen-000001")
        .contains("'inft forks list notes --all" + options);
    assertThat(run("forks", "show", "other", "gen-000009")).isEqualTo(1);
    assertThat(ran.err()).contains("no fork of 'other'").doesNotContain("[]");
  }

  @Test
  void aGenerationThatIsGoneIsNamedWithTheWayOut() throws Exception {
    lose();
    Path working;
    try (var tree = Files.walk(folder.resolve("mine"))) {
      working =
          tree.filter(file -> file.endsWith("current"))
              .findFirst()
              .map(Path::getParent)
              .orElseThrow();
    }
    Path current = working.resolve(Files.readString(working.resolve("current")).strip());
    Files.move(current, folder.resolve("elsewhere"));
    for (String command : List.of("doctor", "status")) {
      assertThat(run(command, "notes")).isEqualTo(1);
      assertThat((ran.out() + ran.err()).replaceAll("\\s+", " "))
          .contains(current.getFileName() + "', which is not there")
          .contains("delete this file");
    }
    Files.delete(working.resolve("current"));
    try (Connection again = open("mine")) {
      run(again, "SELECT * FROM t");
    }
  }

  @Test
  void whatIsNotPublishedIsShownAndSent() throws Exception {
    try (Connection mine = open("mine")) {
      run(mine, "CREATE TABLE t(x)");
    }
    try (Connection mine = open("mine", "syncInterval", "1h", "onClose", "background")) {
      for (int i = 0; i < 6; i++) {
        run(mine, "INSERT INTO t VALUES (randomblob(50000))");
      }
      assertThat(run("status", "notes", "--json")).as("in use: %s", ran.err()).isZero();
      assertThat(json().path("unpublishedCommits").asLong()).isEqualTo(6);
    }
    assertThat(run("status", "notes", "--json")).isZero();
    JsonNode status = json();
    assertThat(status.path("localVersion").asLong()).isEqualTo(1);
    assertThat(status.path("unpublishedCommits").asLong()).isEqualTo(6);
    assertThat(status.path("unpublishedBytes").asLong()).isGreaterThan(300_000);
    assertThat(run("doctor", "notes")).isZero();
    assertThat(ran.out()).contains("6 commits").contains("'inft sync notes --network");
    assertThat(run("outbox", "notes")).isZero();
    assertThat(ran.out()).contains("nothing is on its way");

    Path store = folder.resolve("network").resolve("store");
    Path away = folder.resolve("away");
    Files.move(store, away);
    Files.writeString(store, "no folder");
    assertThat(run("sync", "notes")).isEqualTo(1);
    assertThat(ran.err()).contains("SQLSTATE");
    assertThat(run("status", "notes", "--json")).isZero();
    assertThat(json().path("unpublishedCommits").asLong()).isEqualTo(6);
    Files.delete(store);
    Files.move(away, store);

    assertThat(run("sync", "notes", "--json")).as(ran.err()).isZero();
    assertThat(json().path("version").asLong()).isEqualTo(2);
    assertThat(run("status", "notes", "--json")).isZero();
    assertThat(json().path("unpublishedCommits").asLong()).isZero();
    assertThat(json().path("unpublishedPages").asLong()).isZero();
    assertThat(run("sync", "nobody")).isEqualTo(1);
    assertThat(ran.err()).contains("no working copy of 'nobody'").contains("check the id");
  }
}

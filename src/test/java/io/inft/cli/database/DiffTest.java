package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.CommandRun;
import io.inft.diff.DatabaseDiff;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What differs, from the command line, in SQL and in Java. */
class DiffTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @AfterEach
  void endEngines() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    return ran.runOn(folder.resolve("mine"), folder.resolve("network"), List.of(), arguments);
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

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void publish(Connection connection, String... statements) throws SQLException {
    run(connection, statements);
    connection.unwrap(InftConnection.class).sync(Duration.ofMinutes(1));
  }

  /** Version 1 has two rows; version 2 one changed and one more, and a column and a view. */
  private void publishTwo() throws SQLException {
    try (Connection mine = open("mine", "syncInterval", "1h")) {
      publish(
          mine,
          "CREATE TABLE notes(id INTEGER PRIMARY KEY, body)",
          "INSERT INTO notes VALUES (1, 'kept'), (2, 'old'), (3, x'00ff')");
      publish(
          mine,
          "UPDATE notes SET body = 'new\u202e' WHERE id = 2",
          "DELETE FROM notes WHERE id = 3",
          "INSERT INTO notes VALUES (4, 1.0)",
          "CREATE VIEW all_notes AS SELECT * FROM notes");
    }
  }

  @Test
  void showsWhatDiffersBetweenTwoVersions() throws Exception {
    publishTwo();
    assertThat(run("diff", "notes", "1", "2")).as(ran.err()).isEqualTo(1);
    assertThat(ran.out().lines())
        .containsExactly(
            "+ view all_notes",
            "    + CREATE VIEW all_notes AS SELECT * FROM notes",
            "notes  +1 ~1 -1",
            "  - 3  id=3  body=x'00ff'",
            "  ~ 2  body='old' -> 'new\\u{202e}'",
            "  + 4  id=4  body=1.0");
    assertThat(run("diff", "notes", "1", "--stat")).isEqualTo(1);
    assertThat(ran.out().lines()).containsExactly("+ view all_notes", "notes  +1 ~1 -1");
    assertThat(run("diff", "notes", "1", "--limit", "1", "--table", "NOTES")).isEqualTo(1);
    assertThat(ran.out().lines())
        .containsExactly(
            "notes  +1 ~1 -1",
            "  - 3  id=3  body=x'00ff'",
            "  … 2 more rows; --limit shows more of them");
    assertThat(run("diff", "notes", "2", "head")).as(ran.err()).isZero();
    assertThat(ran.out()).contains("nothing differs between 2 and head");

    // What is mistyped is not the same on both sides.
    assertThat(run("diff", "notes", "1", "--table", "note", "--json")).isEqualTo(2);
    assertThat(ran.err()).contains("'note'").contains("neither state has one of that name");
    assertThat(ran.json().path("error").asText()).contains("'note'");
    assertThat(run("diff", "notes", "1", "1", "--table", "note")).isEqualTo(2);
  }

  @Test
  void saysTheSameAsJsonInSqlAndInJava() throws Exception {
    publishTwo();
    assertThat(run("diff", "notes", "1", "2", "--json")).isEqualTo(1);
    JsonNode json = ran.json();
    assertThat(json.path("same").asBoolean(true)).isFalse();
    JsonNode table = json.path("tables").get(0);
    assertThat(table.path("rows").toString())
        .isEqualTo(
            "[{'change':'removed','key':[3],'cells':{'id':{'left':3},'body':{'left':{'blob':'00ff'}}}},{'change':'changed','key':[2],'cells':{'body':{'left':'old','right':'new\u202e'}}},{'change':'added','key':[4],'cells':{'id':{'right':4},'body':{'right':1.0}}}]"
                .replace('\'', '"'));
    try (Connection mine = open("mine", "syncInterval", "1h");
        Statement statement = mine.createStatement()) {
      run(mine, "INSERT INTO notes VALUES (5, 'not published')");
      try (ResultSet row = statement.executeQuery("SELECT inft_diff(1, 'head')")) {
        JsonNode answer = new ObjectMapper().readTree(row.getString(1));
        assertThat(answer.path("tables")).isEqualTo(json.path("tables"));
      }
      DatabaseDiff diff = mine.unwrap(InftConnection.class).diff(2, 1);
      assertThat(diff.tables().get(0).added()).isEqualTo(1);
      assertThat(diff.schema().get(0).word()).isEqualTo("removed");
    }
  }

  @Test
  void comparesWithAFileAndWithWhatWasPutAside() throws Exception {
    publishTwo();
    Path file = folder.resolve("exported.db");
    assertThat(run("pull", "notes", file.toString())).isZero();
    assertThat(run("diff", "notes", "head", file.toString())).as(ran.err()).isZero();
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      run(plain, "PRAGMA journal_mode=WAL", "DELETE FROM notes WHERE id = 1");
      assertThat(run("diff", "notes", "head", file.toString())).as(ran.err()).isEqualTo(1);
      assertThat(ran.out()).contains("notes  +0 ~0 -1").contains("- 1  id=1  body='kept'");
    }
    try (Connection mine = open("mine", "syncInterval", "1h", "onClose", "background")) {
      run(mine, "INSERT INTO notes VALUES (9, 'mine')");
    }
    try (Connection theirs = open("theirs")) {
      run(theirs, "INSERT INTO notes VALUES (8, 'theirs')");
    }
    assertThat(run("sync", "notes")).isEqualTo(1);
    assertThat(run("forks", "notes", "--json")).isZero();
    String generation = ran.json().get(0).path("generation").asText();
    assertThat(run("diff", "notes", "head", generation)).as(ran.err()).isEqualTo(1);
    assertThat(ran.out().lines())
        .containsExactly(
            "notes  +1 ~0 -1", "  - 8  id=8  body='theirs'", "  + 9  id=9  body='mine'");
  }

  @Test
  void saysWhatIsNoStateAndWhatCannotBeCompared() throws Exception {
    publishTwo();
    assertThat(run("diff", "notes", "1", "nowhere.db")).isEqualTo(64);
    assertThat(ran.err()).contains("'nowhere.db' is no state").contains("gen").contains("head");
    assertThat(run("diff", "notes", "1", "3", "--json")).isEqualTo(2);
    assertThat(ran.json().path("error").asText()).contains("at=3").contains("1 to 2");
    assertThat(run("diff", "notes", "gen-000099", "1")).isEqualTo(2);
    assertThat(ran.err()).contains("gen-000099");
    assertThat(run("diff", "nobody", "1", "2")).isEqualTo(2);
    Path file = folder.resolve("utf16.db");
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      run(plain, "PRAGMA encoding='UTF-16le'", "CREATE TABLE t(a)");
    }
    assertThat(run("diff", "notes", "1", file.toString())).isEqualTo(2);
    assertThat(ran.err()).contains("UTF-16le").contains("22023");
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A slip in the id does not begin an empty database in silence. */
class NewIdTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection open(String url, String... more) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("linger", "0");
    for (int i = 0; i < more.length; i += 2) {
      properties.setProperty(more[i], more[i + 1]);
    }
    return new InftDriver().connect(url, properties);
  }

  private void write(Connection connection) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(n)");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/tmp/my.db, inft push my /tmp/my.db",
    "./my.db, inft push my ./my.db",
    "C:/data/my.sqlite, inft push my C:/data/my.sqlite",
    "file:my.db, jdbc:inft:",
    ":memory:, not kept",
  })
  void aPathIsNoName(String id, String wayOut) throws Exception {
    assertThatThrownBy(() -> open("jdbc:inft:" + id))
        .hasFieldOrPropertyWithValue("SQLState", "3D000")
        .hasMessageContaining("'" + id + "'")
        .hasMessageContaining(wayOut)
        .hasMessageContaining("create=true");
    write(open("jdbc:inft:" + id, "create", "true"));
    open("jdbc:inft:" + id).close(); // now it is there
    open(
            "jdbc:inft:" + id,
            "home",
            folder.resolve("other").toString(),
            "embeddedDir",
            folder.resolve("home/embedded").toString())
        .close();
  }

  @Test
  void theNameOfASqliteFileThatIsHereIsDoubted() throws Exception {
    String name = "new-id-test-" + System.nanoTime() + ".db";
    Path file = Path.of(name);
    try {
      Files.writeString(file, "SQLite format 3\0");
      assertThatThrownBy(() -> open("jdbc:inft:" + name)).hasMessageContaining("inft push");
      Files.writeString(file, "something else");
      open("jdbc:inft:" + name).close();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Test
  void anotherCaseIsAnotherDatabaseOnlyWhenAskedFor() throws Exception {
    write(open("jdbc:inft:Agent-1"));
    assertThatThrownBy(() -> open("jdbc:inft:agent-1"))
        .hasFieldOrPropertyWithValue("SQLState", "3D000")
        .hasMessageContaining("'Agent-1'")
        .hasMessageContaining("create=true");
    assertThatThrownBy(() -> open("jdbc:inft:agent-1", "mode", "ro"))
        .hasMessageContaining("'Agent-1' is (case matters)");
    write(open("jdbc:inft:agent-1", "create", "true"));
    open("jdbc:inft:agent-1").close();
    open("jdbc:inft:Agent-1").close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent-1",
        "agents/alice/memory",
        "a.b",
        "...",
        "team:notes",
        "eip155:452395009/erc721:0x1717171717171717171717171717171717171717/5",
      })
  void aNameIsANameWithoutAsking(String id) throws Exception {
    write(open("jdbc:inft:" + id));
    try (Connection again = open("jdbc:inft:" + id)) {
      assertThat(again.isValid(1)).isTrue();
    }
  }
}

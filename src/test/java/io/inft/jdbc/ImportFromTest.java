package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code importFrom} in a URL. */
class ImportFromTest {
  @TempDir Path folder;

  private Path file;
  private final Properties properties = new Properties();

  @BeforeEach
  void begin() throws Exception {
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    file = folder.resolve("app.db");
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement()) {
      statement.execute("CREATE TABLE note(text)");
      statement.execute("INSERT INTO note VALUES ('from the file')");
    }
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private String url(String more) {
    return "jdbc:inft:notes?importFrom=" + file + more;
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getString(1);
    }
  }

  @Test
  void theFirstConnectionHasWhatTheFileHad() throws Exception {
    byte[] before = Files.readAllBytes(file);
    try (Connection inft = DriverManager.getConnection(url(""), properties)) {
      assertThat(ask(inft, "SELECT text || inft_version() FROM note")).isEqualTo("from the file1");
      assertThat(ask(inft, "SELECT inft_history()")).contains("\"kind\":\"import\"");
      assertThat(ask(inft, "SELECT inft_log()")).contains("inft.imported", "app.db");
    }
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void aPoolImportsOnceAndGoesOnWithTheSameUrl() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url(""));
    config.setDataSourceProperties(properties);
    config.setMinimumIdle(5);
    config.setMaximumPoolSize(5);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      List<Connection> taken = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        taken.add(pool.getConnection());
        assertThat(ask(taken.get(i), "SELECT count(*) FROM note")).isEqualTo("1");
      }
      for (Connection one : taken) {
        one.close();
      }
      try (Connection one = pool.getConnection();
          Statement statement = one.createStatement()) {
        statement.execute("INSERT INTO note VALUES ('later')");
      }
      pool.getHikariPoolMXBean().softEvictConnections();
      try (Connection one = pool.getConnection()) {
        assertThat(ask(one, "SELECT count(*) FROM note")).isEqualTo("2");
      }
    }
    Engines.endIdle();
    try (Connection again = DriverManager.getConnection(url(""), properties)) {
      assertThat(ask(again, "SELECT count(*) FROM note")).isEqualTo("2");
      assertThat(ask(again, "SELECT inft_history()")).containsOnlyOnce("\"kind\":\"import\"");
    }
  }

  private void refuses(String url, String state, String... words) {
    assertThatThrownBy(() -> DriverManager.getConnection(url, properties).close())
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", state)
        .hasMessageContainingAll(words);
  }

  @Test
  void whatExistsIsNotImportedOver() throws Exception {
    DriverManager.getConnection("jdbc:inft:notes", properties).close();
    try (Connection inft = DriverManager.getConnection("jdbc:inft:notes", properties);
        Statement statement = inft.createStatement()) {
      statement.execute("CREATE TABLE mine(x)");
    }
    refuses(url(""), "42P04", "'notes' exists in version", "importFrom", "inft push notes <file>");
    try (Connection inft = DriverManager.getConnection("jdbc:inft:notes", properties)) {
      assertThat(ask(inft, "SELECT group_concat(name) FROM sqlite_schema")).isEqualTo("mine");
    }
  }

  @Test
  void aConnectionThatMayBeginNothingIsTold() {
    refuses(url("&mode=ro"), "HY024", "importFrom", "read only");
    refuses(url("&create=false"), "HY024", "importFrom", "create=false");
    refuses(url("-not-there"), "58030", "there is no such file");
  }

  @Test
  void aFileThatIsNoneBeginsNothing() throws Exception {
    Files.writeString(file, "gAAAAABmhello".repeat(100));
    refuses(url(""), "58030", "app.db", "it is no SQLite database", "inft import");
    refuses("jdbc:inft:notes?create=false", "3D000", "notes");
  }
}

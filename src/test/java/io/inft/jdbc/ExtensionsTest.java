package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.custody.CustodyReport;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.devnet.SqliteVec;
import io.inft.replica.Engines;
import io.inft.vectors.VectorExtension;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** sqlite-vec's published library, loaded by a property. */
class ExtensionsTest {
  private static final String NEAREST =
      "SELECT group_concat(rowid) FROM (SELECT rowid FROM v WHERE e MATCH '[1, 0.1]' AND k = 2"
          + " ORDER BY distance)";

  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection open(String machine, String... settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty(settings[i], settings[i + 1]);
    }
    return DriverManager.getConnection("jdbc:inft:vectors", properties);
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static List<String> warnings(Connection connection) throws SQLException {
    List<String> said = new ArrayList<>();
    for (SQLWarning each = connection.getWarnings(); each != null; each = each.getNextWarning()) {
      said.add(String.valueOf(each.getMessage()));
    }
    return said;
  }

  private static void fill(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE VIRTUAL TABLE v USING vec0(e float[2])");
      statement.execute(
          "INSERT INTO v(rowid, e) VALUES (1, '[1, 0]'), (2, '[0, 1]'), (3, '[1, 1]')");
      statement.execute("CREATE TABLE plain(b BLOB CHECK (vec_length(b) = 2))");
      statement.execute("INSERT INTO plain VALUES (vec_f32('[1, 2]'))");
    }
  }

  @Test
  void bringsItsTablesAndNothingElseNeedsIt() throws Exception {
    String vec = "vec:" + SqliteVec.library();
    long before;
    try (Connection connection = open("here", "extensions", vec)) {
      fill(connection);
      assertThat(one(connection, "SELECT vec_version()")).isEqualTo("v0.1.9");
      assertThat(one(connection, NEAREST)).isEqualTo("1,3");
      before = connection.unwrap(InftConnection.class).sync(WAIT).number();
      one(connection, "INSERT INTO v(rowid, e) VALUES (4, '[1, 0.1]') RETURNING rowid");
      connection.unwrap(InftConnection.class).sync(WAIT);
      assertThat(one(connection, "SELECT inft_status() ->> '$.integrity'")).isNull();
    }
    Engines.endIdle();

    try (Connection connection = open("there", "extensions", vec)) {
      assertThat(one(connection, NEAREST)).isEqualTo("4,1");
    }
    try (Connection connection = open("elsewhere")) {
      assertThat(one(connection, "SELECT vec_length(b) FROM plain")).isEqualTo("2");
      assertThatThrownBy(() -> one(connection, NEAREST))
          .hasMessageContaining("no such module: vec0");
      CustodyReport report =
          connection.unwrap(InftConnection.class).verify(Verification.Depth.FULL);
      assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.VALID);
      assertThat(report.findings()).isEmpty();
      assertThat(one(connection, "SELECT inft_diff('" + before + "', 'head')"))
          .contains("v_rowids");
    }
  }

  @Test
  void findsItOnTheClassPath() throws Exception {
    Path classes = folder.resolve("classes");
    Path place = classes.resolve(VectorExtension.resource());
    Files.createDirectories(place.getParent());
    Files.copy(SqliteVec.library(), place);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      for (int i = 0; i < 2; i++) {
        try (Connection connection = open("here", "extensions", "vec")) {
          assertThat(one(connection, "SELECT vec_version()")).isEqualTo("v0.1.9");
          assertThat(warnings(connection)).noneMatch(said -> said.contains("extensions"));
        }
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void saysThatThereIsNoLibraryAndGoesOnInJava() throws Exception {
    try (Connection connection = open("here", "extensions", "vec")) {
      assertThat(warnings(connection))
          .anySatisfy(
              said ->
                  assertThat(said)
                      .contains("extensions=vec: the class path has no META-INF/sqlite-vec/"));
      assertThat(one(connection, "SELECT vec_version()")).isEqualTo("java");
    }
  }

  @Test
  void doesNotLetSqlLoadAnything() throws Exception {
    String load = "SELECT load_extension('" + SqliteVec.library() + "')";
    try (Connection connection = open("here", "extensions", "vec:" + SqliteVec.library())) {
      assertThatThrownBy(() -> one(connection, load)).hasMessageContaining("not authorized");
    }
    try (Connection connection =
        open("here", "extensions", "vec:" + SqliteVec.library(), "enable_load_extension", "true")) {
      // Twice it cannot be: but now SQLite tries.
      assertThatThrownBy(() -> one(connection, load))
          .hasMessageContaining("error during initialization");
    }
  }

  @Test
  void refusesWhatIsNoLibraryAndAPathInAUrl() throws Exception {
    assertThatThrownBy(() -> open("here", "extensions", "vec:/no/such/file.so"))
        .hasMessageContaining("there is no file")
        .hasMessageContaining("file.so");
    Path text = Files.writeString(folder.resolve("text.so"), "no library");
    assertThatThrownBy(() -> open("here", "extensions", "vec:" + text))
        .hasMessageContaining("could not be loaded as sqlite-vec");
    assertThatThrownBy(() -> open("here", "extensions", "spellfix"))
        .hasMessageContaining("'spellfix' is not possible");
    assertThatThrownBy(
            () ->
                DriverManager.getConnection(
                    "jdbc:inft:vectors?network=embedded&home="
                        + folder.resolve("here")
                        + "&extensions=vec:"
                        + text))
        .hasMessageContaining("is not named in a URL");
  }

  @Test
  void saysWhatIsWrongWithAVectorUnderAStateOfItsOwn() throws Exception {
    try (Connection connection = open("here")) {
      assertThatThrownBy(() -> one(connection, "SELECT vec_distance_l2('[1]', '[1, 2]')"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22000"))
          .hasMessageContaining("has 1 dimensions, the second 2");
    }
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.custody.Code;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.Verdict;
import io.inft.custody.Verification.Depth;
import io.inft.doctor.Doctor;
import io.inft.doctor.DoctorStep;
import io.inft.doctor.DoctorStep.State;
import io.inft.jdbc.config.Surroundings;
import io.inft.replica.Databases;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.Function;

/**
 * What SQLite accepts is published, whatever its checks question: as a snapshot and as a delta,
 * pushed and rotated; and every other reader says so and goes on.
 */
class QuestionableDatabaseTest {
  private static final String ID = "agent-1";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  /** One thing that the checks question. */
  enum Questionable {
    UPPER("missing from index i") {
      @Override
      void make(Connection connection) throws SQLException {
        function(connection, "upper");
        run(
            connection,
            "CREATE TABLE person(name TEXT)",
            "CREATE INDEX i ON person(upper(name))",
            "INSERT INTO person VALUES('Jürgen'),('Zoë')");
      }
    },
    OWN_FUNCTION("no function folded here") {
      @Override
      void make(Connection connection) throws SQLException {
        function(connection, "folded");
        run(
            connection,
            "CREATE TABLE person(name TEXT)",
            "CREATE INDEX i ON person(folded(name))",
            "INSERT INTO person VALUES('Jürgen'),('Zoë')");
      }
    },
    CHECK("CHECK constraint failed in t") {
      @Override
      void make(Connection connection) throws SQLException {
        run(
            connection,
            "CREATE TABLE t(x INT CHECK(x > 0))",
            "PRAGMA ignore_check_constraints=1",
            "INSERT INTO t VALUES(-1)");
      }
    },
    NOT_NULL("NULL value in t.x") {
      @Override
      void make(Connection connection) throws SQLException {
        run(
            connection,
            "CREATE TABLE t(x INT)",
            "INSERT INTO t VALUES(NULL)",
            "PRAGMA writable_schema=ON",
            "UPDATE sqlite_schema SET sql='CREATE TABLE t(x INT NOT NULL)' WHERE name='t'");
      }
    },
    FTS4_TOKENIZER("unknown tokenizer: collating") {
      @Override
      void make(Connection connection) throws SQLException {
        run(
            connection,
            "CREATE VIRTUAL TABLE f USING fts4(x)",
            "PRAGMA writable_schema=ON",
            "UPDATE sqlite_schema SET sql='CREATE VIRTUAL TABLE f USING fts4(x,"
                + " tokenize=collating)' WHERE name='f'");
      }
    },
    FTS5_TOKENIZER("not checked") {
      @Override
      void make(Connection connection) throws SQLException {
        run(
            connection,
            "CREATE VIRTUAL TABLE f USING fts5(x)",
            "INSERT INTO f VALUES('a b c')",
            "PRAGMA writable_schema=ON",
            "UPDATE sqlite_schema SET sql='CREATE VIRTUAL TABLE f USING fts5(x,"
                + " tokenize=jieba)' WHERE name='f'");
      }
    },
    FTS5_SHADOW("malformed inverted index for FTS5 table main.f") {
      @Override
      void make(Connection connection) throws SQLException {
        run(
            connection,
            "CREATE VIRTUAL TABLE f USING fts5(x)",
            "INSERT INTO f VALUES('a b c')",
            "UPDATE f_content SET c0 = 'd e'");
      }
    },
    RTREE_SHADOW("In RTree main.f") {
      @Override
      void make(Connection connection) throws SQLException {
        run(
            connection,
            "CREATE VIRTUAL TABLE f USING rtree(id, a, b)",
            "INSERT INTO f VALUES(1, 2, 3)",
            "DELETE FROM f_rowid");
      }
    },
    FOREIGN_KEY("refers to a row of p that is not there") {
      @Override
      void make(Connection connection) throws SQLException {
        run(
            connection,
            "CREATE TABLE p(i INTEGER PRIMARY KEY)",
            "CREATE TABLE q(i REFERENCES p(i))",
            "INSERT INTO q VALUES(7)");
      }
    };

    private final String finding;

    Questionable(String finding) {
      this.finding = finding;
    }

    abstract void make(Connection connection) throws SQLException;
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Properties properties(String machine) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("privateKey", "11".repeat(32));
    properties.setProperty("encryptionKey", "33".repeat(32));
    properties.setProperty("linger", "0");
    return properties;
  }

  private Connection open(String id) throws SQLException {
    return new InftDriver().connect("jdbc:inft:" + id, properties("here"));
  }

  private Target target(String id, String machine) throws SQLException {
    return Target.of(id, properties(machine), true);
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    for (String sql : statements) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }
  }

  private static void function(Connection connection, String name) throws SQLException {
    Function.create(
        connection,
        name,
        new Function() {
          @Override
          protected void xFunc() throws SQLException {
            String text = value_text(0);
            result(text == null ? null : text.toUpperCase(Locale.ROOT));
          }
        },
        1,
        Function.FLAG_DETERMINISTIC);
  }

  @ParameterizedTest
  @EnumSource(names = {"UPPER", "CHECK", "FTS4_TOKENIZER"})
  void isRotatedAndVerified(Questionable what) throws Exception {
    rotateAndVerify(what);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"UPPER", "CHECK", "FTS4_TOKENIZER"},
      mode = EnumSource.Mode.EXCLUDE)
  @Tag("heavy")
  void soAreTheOthers(Questionable what) throws Exception {
    rotateAndVerify(what);
  }

  private void rotateAndVerify(Questionable what) throws Exception {
    try (Connection connection = open(ID)) {
      connection.setAutoCommit(false);
      run(connection, "CREATE TABLE other(x)");
      what.make(connection);
      connection.commit();
      connection.setAutoCommit(true);
      InftConnection inft = connection.unwrap(InftConnection.class);
      assertThat(inft.sync(PATIENCE).number()).isEqualTo(1);
      assertThat(String.valueOf(connection.getWarnings())).contains(what.finding);
      assertThat(inft.status().line().orElseThrow().integrity())
          .anyMatch(finding -> finding.contains(what.finding));
      connection.clearWarnings();

      inft.rotateKey(io.inft.seal.Secret.parseKey("33".repeat(32)));

      assertThat((Throwable) connection.getWarnings())
          .as("the same findings are told once")
          .isNull();
    }
    sameElsewhere(ID);

    CustodyReport report = target(ID, "here").verify(Depth.FULL, 1, Long.MAX_VALUE, Progress.NONE);
    assertThat(report.verdict()).isEqualTo(Verdict.VALID_WITH_WARNINGS);
    assertThat(report.findings()).extracting(Finding::code).containsOnly(Code.DB_QUESTIONABLE);
    assertThat(report.findings().get(0).message()).contains(what.finding);
    DoctorStep restoring = doctorRestores();
    assertThat(restoring.state()).isEqualTo(State.WARNING);
    assertThat(restoring.advice()).contains(what.finding);
  }

  private DoctorStep doctorRestores() {
    return Doctor.examine(
            new Doctor.Wishes(Optional.of(ID), false, true),
            properties("here"),
            new Surroundings(name -> Optional.empty(), name -> Optional.empty()),
            Clock.systemUTC(),
            step -> {},
            cost -> false)
        .stream()
        .filter(step -> step.name().equals("restore"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Questionable.class)
  void isPublishedAsADeltaAndPushed(Questionable what) throws Exception {
    try (Connection connection = open(ID)) {
      run(
          connection,
          "CREATE TABLE other(x)",
          "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i<2000)"
              + " INSERT INTO other SELECT hex(randomblob(50)) FROM n");
      InftConnection inft = connection.unwrap(InftConnection.class);
      inft.sync(PATIENCE);
      what.make(connection);
      assertThat(inft.sync(PATIENCE).number()).isEqualTo(inft.version()).isGreaterThan(1);
    }
    Path file = sameElsewhere(ID);

    List<String> warnings = new ArrayList<>();
    Target another = target("agent-2", "here");
    Databases.push(
        another.settings(), another.network(), file, java.util.OptionalLong.empty(), warnings::add);

    assertThat(warnings).singleElement().asString().contains(what.finding);
    sameElsewhere("agent-2");
  }

  /** Another machine restores what lies here, byte for byte. */
  private Path sameElsewhere(String id) throws Exception {
    Engines.endIdle();
    Path folderHere =
        Databases.folderOf(target(id, "here").settings(), target(id, "here").network());
    Path generation = folderHere.resolve(Files.readString(folderHere.resolve("current")).strip());
    Path file = folder.resolve(id + ".sqlite");
    target(id, "elsewhere").pull(file, true);
    assertThat(file).hasSameBinaryContentAs(generation.resolve("database.sqlite"));
    return file;
  }

  @Test
  void aBrokenTreeIsNotPublished() throws Exception {
    try (Connection connection = open(ID)) {
      connection.setAutoCommit(false);
      run(
          connection,
          "CREATE TABLE a(x)",
          "CREATE TABLE b(x)",
          "PRAGMA writable_schema=ON",
          "UPDATE sqlite_schema SET rootpage=2 WHERE name='b'");
      connection.commit();
      InftConnection inft = connection.unwrap(InftConnection.class);
      assertThatThrownBy(() -> inft.sync(Duration.ofSeconds(1)))
          .hasStackTraceContaining("2nd reference to page 2");
      assertThat(inft.version()).isZero();
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT count(*) FROM a")) {
        assertThat(row.next()).isTrue();
      }
    } catch (SQLException atClose) {
      assertThat((Throwable) atClose).hasStackTraceContaining("2nd reference to page 2");
    }
  }
}

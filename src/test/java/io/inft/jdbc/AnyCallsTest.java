package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is called in whatever order: no commit goes untold, and the watch knows where it is. */
class AnyCallsTest extends OnPlainSession {
  private static final List<String> TEXTS =
      List.of(
          "begin",
          "begin immediate",
          "commit",
          "rollback",
          "savepoint s",
          "release s",
          "rollback to s",
          "insert into t(v) values ('a')",
          "insert into t(v) values ('a')",
          "insert into t(id) values (1)",
          "insert or rollback into t(id) values (1)",
          "insert or ignore into t(id) values (1)",
          "insert into child values (1000)",
          "delete from child",
          "update t set v = 'b' where id = 1",
          "delete from t where id = (select max(id) from t)",
          "select * from t",
          "select 1 where 0",
          "pragma user_version = 3",
          "pragma foreign_keys",
          "create table if not exists u(x)",
          "drop table if exists u",
          "nonsense");

  private final List<String> done = new ArrayList<>();
  private final List<ResultSet> open = new ArrayList<>();
  private final List<Savepoint> savepoints = new ArrayList<>();
  private Random random;
  private boolean readOnly;

  @ParameterizedTest(name = "seeds {0}000 to {0}199, {1}")
  @CsvSource({"1, DEFERRED", "2, DEFERRED", "3, IMMEDIATE", "4, IMMEDIATE", "5, EXCLUSIVE"})
  void everyCommitIsToldAndTheTransactionIsKnown(int thousands, String mode) throws Exception {
    for (int seed = thousands * 1000; seed < thousands * 1000 + 200; seed++) {
      anew(mode);
      random = new Random(seed);
      done.clear();
      for (int step = 0; step < 25; step++) {
        session.takeTold();
        String before = ofOthers();
        readOnly = connection.isReadOnly();
        String result = call();
        done.add(result);
        String after = ofOthers();
        if (!after.equals(before)) {
          assertThat(session.told)
              .as("seed %s: others see a commit after %s", seed, done)
              .anyMatch(told -> told.endsWith(" commit"));
          assertThat(readOnly).as("seed %s: only read after %s", seed, done).isFalse();
        }
        if (open.isEmpty()) {
          assertThat(connection.watch().transaction().isOpen())
              .as("seed %s: in a transaction after %s", seed, done)
              .isEqualTo(inTransaction());
          if (!connection.watch().transaction().isOpen()) {
            assertThat(after)
                .as("seed %s: what is acknowledged is committed after %s", seed, done)
                .isEqualTo(ofThis());
            requireUnlocked(seed);
          }
        }
      }
    }
  }

  /** What holds no transaction holds no lock. */
  private void requireUnlocked(int seed) throws SQLException {
    try (Connection other = DriverManager.getConnection(othersUrl());
        Statement statement = other.createStatement()) {
      statement.execute("begin immediate");
    } catch (SQLException e) {
      throw new AssertionError("seed " + seed + ": holds the write lock after " + done, e);
    }
  }

  private String othersUrl() {
    return "jdbc:sqlite:" + session.databaseFile() + "?busy_timeout=1";
  }

  private void anew(String mode) throws Exception {
    for (ResultSet rows : open) {
      rows.getStatement().close();
    }
    open.clear();
    savepoints.clear();
    connection.close();
    session.close();
    Files.deleteIfExists(folder.resolve("b.db"));
    session = new PlainSession(folder.resolve("b.db"));
    Properties properties = new Properties();
    properties.setProperty("transaction_mode", mode);
    connection = open(properties);
    run("create table t(id integer primary key, v text)");
    run("create table child(t references t(id) deferrable initially deferred)");
    run("pragma foreign_keys=on");
  }

  private String call() {
    int kind = random.nextInt(22);
    try {
      return switch (kind) {
        case 0 -> {
          connection.setAutoCommit(true);
          yield "autoCommit on";
        }
        case 1, 2 -> {
          connection.setAutoCommit(false);
          yield "autoCommit off";
        }
        case 3, 4 -> {
          connection.commit();
          yield "commit()";
        }
        case 5, 6 -> {
          connection.rollback();
          yield "rollback()";
        }
        case 7 -> {
          savepoints.add(connection.setSavepoint());
          yield "savepoint()";
        }
        case 8 -> withSavepoint(true);
        case 9 -> withSavepoint(false);
        case 10 -> returning();
        case 11 -> next();
        case 12 -> closeRows();
        case 13 -> script();
        case 14 -> batch();
        case 15 -> prepared();
        case 16 -> {
          boolean wanted = !connection.isReadOnly() && random.nextInt(3) == 0;
          connection.setReadOnly(wanted);
          yield "readOnly " + wanted;
        }
        case 17 -> metadata();
        default -> text();
      };
    } catch (SQLException e) {
      return "(" + kind + " failed: " + e.getMessage() + ")";
    }
  }

  private String aText() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private String text() throws SQLException {
    String sql = aText();
    done.add(sql);
    run(sql);
    return "done";
  }

  private String script() throws SQLException {
    String sql = aText() + "; " + aText() + "; " + aText();
    done.add(sql);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
    return "done";
  }

  private String batch() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (int i = 0; i < 3; i++) {
        String sql = aText();
        done.add("batch " + sql);
        statement.addBatch(sql);
      }
      statement.executeBatch();
    }
    return "done";
  }

  private String prepared() throws SQLException {
    String sql = aText();
    done.add("prepared " + sql);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
    return "done";
  }

  private String metadata() throws SQLException {
    done.add("metadata");
    connection.getMetaData().getTables(null, null, "%", null).close();
    return "done";
  }

  private String returning() throws SQLException {
    done.add("insert returning");
    open.add(
        connection
            .createStatement()
            .executeQuery("insert into t(v) values ('r'), ('s') returning id"));
    return "done";
  }

  private String next() throws SQLException {
    if (open.isEmpty()) {
      return "";
    }
    done.add("next");
    return "" + open.get(random.nextInt(open.size())).next();
  }

  private String closeRows() throws SQLException {
    if (open.isEmpty()) {
      return "";
    }
    done.add("close rows");
    open.remove(random.nextInt(open.size())).close();
    return "done";
  }

  private String withSavepoint(boolean release) throws SQLException {
    if (savepoints.isEmpty()) {
      return "";
    }
    Savepoint one = savepoints.get(random.nextInt(savepoints.size()));
    done.add((release ? "release " : "rollback to ") + one.getSavepointId());
    if (release) {
      connection.releaseSavepoint(one);
    } else {
      connection.rollback(one);
    }
    return "done";
  }

  /** All that anybody else can see of the database. */
  private String ofOthers() throws SQLException {
    try (Connection other = DriverManager.getConnection(othersUrl());
        Statement statement = other.createStatement()) {
      return content(statement);
    }
  }

  private String ofThis() throws SQLException {
    try (Statement statement = connection.internalStatement()) {
      return content(statement);
    }
  }

  private static String content(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "select coalesce(group_concat(id || coalesce(v, '-')), '')"
                + " || (select '/' || count(*) from child)"
                + " || (select '/' || count(*) from sqlite_schema)"
                + " from (select * from t order by id)")) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** Asked of SQLite in another way than the driver asks; not while rows are open. */
  private boolean inTransaction() throws SQLException {
    try {
      connection.getDatabase()._exec("begin");
    } catch (SQLException e) {
      return String.valueOf(e.getMessage()).contains("within a transaction");
    }
    connection.getDatabase()._exec("rollback");
    return false;
  }
}

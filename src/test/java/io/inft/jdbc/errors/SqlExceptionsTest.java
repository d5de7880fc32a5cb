package io.inft.jdbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.inft.failure.ForkException;
import io.inft.failure.InftException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.Remedy;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.WrongKeyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.core.DB;

class SqlExceptionsTest {
  private static final Path DOCUMENT = Path.of("src/site/markdown/sqlstates.md");

  @Test
  void everyFailureHasARow() {
    Set<String> failures = new TreeSet<>();
    for (JavaClass found : new ClassFileImporter().importPackages("io.inft.failure")) {
      if (found.isAssignableTo(InftException.class)
          && !found.getModifiers().contains(JavaModifier.ABSTRACT)) {
        failures.add(found.getName());
      }
    }
    Set<String> rows = new TreeSet<>();
    for (FailureState row : FailureState.values()) {
      rows.add(row.failure().getName());
    }
    assertThat(rows).isEqualTo(failures).isNotEmpty();
  }

  @Test
  void noVendorCodeIsUsedTwice() {
    Set<Integer> codes = new HashSet<>();
    for (FailureState row : FailureState.values()) {
      assertThat(codes.add(row.vendorCode())).as(row.name()).isTrue();
      assertThat(row.vendorCode()).isGreaterThan(10_000);
    }
  }

  @Test
  void keepsMessageAndCauseOfAFailure() {
    ForkException fork = new ForkException("notes", "/home/gen-1.fork", null);

    SQLException exception = SqlExceptions.of(fork);

    assertThat((Throwable) exception)
        .isInstanceOf(SQLTransactionRollbackException.class)
        .hasMessage(fork.getMessage())
        .hasCause(fork);
    assertThat(exception.getSQLState()).isEqualTo("40001");
  }

  /** 08 and SQLTransient… only where waiting, or another connection, helps. */
  @Test
  void whatNeedsSomebodyIsNotTransient() {
    for (FailureState row : FailureState.values()) {
      SQLException exception = row.exception(new WrongKeyException("a", "b"));
      Remedy remedy = Remedy.ofClass(row.failure());
      boolean connection = exception instanceof SQLTransientConnectionException;
      assertThat(row.state().startsWith("08")).as(row.name()).isEqualTo(connection);
      if (connection) {
        assertThat(remedy).as(row.name()).isEqualTo(Remedy.WAIT);
      }
      if (remedy == Remedy.REPEAT) {
        assertThat(row.state()).as(row.name()).isEqualTo("40001");
      }
    }
  }

  @Test
  void whatCannotBePublishedHasTheStateOfItsReason() {
    StoreRefusedException reason = new StoreRefusedException("the store", "put", "too large");
    SQLException told = SqlExceptions.of(new NotPublishedException("publishing", reason));
    SQLException alone = SqlExceptions.of(reason);
    assertThat((Throwable) told)
        .isInstanceOf(alone.getClass())
        .hasCause(reason)
        .hasMessageContaining("too large")
        .hasMessageContaining("stands on this machine and is not published");
    assertThat(told.getSQLState()).isEqualTo(alone.getSQLState()).isEqualTo("58000");
    assertThat(told.getErrorCode()).isEqualTo(alone.getErrorCode());

    SQLException bug =
        SqlExceptions.of(
            new NotPublishedException("publishing", new IllegalStateException("a bug")));
    assertThat(bug.getSQLState()).isEqualTo("XX000");
  }

  @Test
  void usesTheStandardSubclasses() {
    assertThat((Throwable) SqlExceptions.of(new PublishTimeoutException("a", "b", null)))
        .isInstanceOf(SQLTransientConnectionException.class)
        .isNotInstanceOf(SQLTimeoutException.class)
        .hasFieldOrPropertyWithValue("SQLState", "08007");
    assertThat((Throwable) SqlExceptions.of(new WrongKeyException("a", "b")))
        .isInstanceOf(SQLInvalidAuthorizationSpecException.class)
        .hasFieldOrPropertyWithValue("SQLState", "28000");
  }

  @ParameterizedTest
  @EnumSource(SQLiteErrorCode.class)
  void everyResultCodeOfSqliteGetsAStateAndKeepsItsType(SQLiteErrorCode code) {
    SQLiteException thrown = DB.newSQLException(code.code, "what it says");

    SQLException exception = SqlExceptions.of(thrown, null);

    assertThat((Throwable) exception)
        .isInstanceOf(SQLiteException.class)
        .hasMessageStartingWith(thrown.getMessage());
    assertThat(((SQLiteException) exception).getResultCode()).isEqualTo(thrown.getResultCode());
    assertThat(exception.getErrorCode()).isEqualTo(thrown.getErrorCode());
    assertThat(exception.getSQLState()).hasSize(5).doesNotStartWith("08");
    assertThat(exception.getStackTrace()).isEqualTo(thrown.getStackTrace());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select * from nowhere | 42S02",
        "select nil from t | 42S22",
        "insert into t(nil) values (1) | 42S22",
        "create table t(a) | 42S01",
        "selec 1 | 42000",
        "select no_such_function() | 42000",
        "insert into t(id, a) values (1, 1), (1, 2) | 23505",
        "insert into t(id, a, b) values (2, null, 1) | 23502",
        "insert into t(id, a, c) values (3, 1, -1) | 23514",
        "insert into t(id, a, d) values (4, 1, 99) | 23503",
        "commit | 25000",
        "release nil | 3B001",
        "select abs(-9223372036854775808) | HY000",
      })
  void sqlitesOwnFailuresGetTheStateThatFits(String sql, String state) throws Exception {
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement statement = plain.createStatement()) {
      statement.execute("pragma foreign_keys=on");
      statement.execute(
          "create table t(id integer primary key, a not null, b, c check (c > 0), d references t)");

      SQLException thrown =
          catchThrowableOfType(SQLException.class, () -> statement.execute(sql.trim()));

      assertThat(SqlExceptions.of(thrown, null).getSQLState()).isEqualTo(state);
    }
  }

  @Test
  void aTransactionInsideATransactionIs25001() throws Exception {
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement statement = plain.createStatement()) {
      statement.execute("begin");
      SQLException thrown =
          catchThrowableOfType(SQLException.class, () -> statement.execute("begin"));
      assertThat(SqlExceptions.of(thrown, null).getSQLState()).isEqualTo("25001");
    }
  }

  @Test
  void aClosedConnectionIs08003() throws Exception {
    Connection plain = DriverManager.getConnection("jdbc:sqlite::memory:");
    Statement open = plain.createStatement();
    open.executeQuery("select 1");
    plain.close();

    for (SQLException thrown :
        List.of(
            catchThrowableOfType(SQLException.class, plain::createStatement),
            DB.newSQLException(1, "Connection is closed"))) {
      assertThat((Throwable) SqlExceptions.of(thrown, null))
          .isInstanceOf(SQLNonTransientConnectionException.class)
          .hasFieldOrPropertyWithValue("SQLState", "08003");
    }
  }

  @Test
  void aFailedBatchKeepsItsCountsAndNamesTheStateOfItsCause() throws Exception {
    try (Connection plain = DriverManager.getConnection("jdbc:sqlite::memory:");
        Statement statement = plain.createStatement()) {
      statement.execute("create table t(id integer primary key)");
      statement.addBatch("insert into t values (1)");
      statement.addBatch("insert into t values (1)");

      BatchUpdateException thrown =
          catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
      SQLException exception = SqlExceptions.of(thrown, null);

      assertThat((Throwable) exception).isInstanceOf(BatchUpdateException.class);
      assertThat(exception.getSQLState()).isEqualTo("23505");
      assertThat(((BatchUpdateException) exception).getUpdateCounts())
          .isEqualTo(thrown.getUpdateCounts());
    }
  }

  @Test
  void anOptionalFeatureDoesNotGetTheStateThatMakesPoolsEvict() {
    SQLException exception = SqlExceptions.of(new SQLFeatureNotSupportedException(), null);

    assertThat((Throwable) exception).isInstanceOf(SQLFeatureNotSupportedException.class);
    assertThat(exception.getSQLState()).isEqualTo("HYC00");
  }

  @Test
  void aRefusedWriteSaysWhyTheConnectionIsReadOnly() {
    SQLiteException thrown = DB.newSQLException(8, "attempt to write a readonly database");
    Situation situation = new Situation(Optional.of("no signing key was given"), false, 1);

    assertThat((Throwable) SqlExceptions.of(thrown, situation))
        .hasMessageContaining("attempt to write")
        .hasMessageContaining("no signing key was given");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | database is locked | false | another connection is writing",
        "5 | database is locked | true | longer than busy_timeout (7 ms)",
        "773 | database is locked | true | longer than busy_timeout (7 ms)",
        "261 | database is locked | true | after a crash",
        "517 | database is locked | true | read before another connection wrote",
        "5 | cannot commit transaction - SQL statements in progress | false | this same connection",
        "5 | unable to delete/modify user-function due to active statements | true"
            + " | this same connection",
        "6 | database table is locked | true | this same connection",
        "1 | no such table: t | true | NULL",
        "8 | attempt to write a readonly database | true | NULL",
      },
      nullValues = "NULL")
  void advisesWhatHelpsAndNothingElse(int code, String message, boolean lockFirst, String advice) {
    SQLiteException thrown = DB.newSQLException(code, message);

    SQLException told = SqlExceptions.of(thrown, new Situation(Optional.empty(), lockFirst, 7));

    String added = told.getMessage().substring(thrown.getMessage().length());
    assertThat(added).isEqualTo(advice == null ? "" : added).contains(advice == null ? "" : advice);
    if (advice != null && advice.contains("same connection")) {
      assertThat(added).doesNotContain("another connection is writing");
    }
  }

  @Test
  void anExceptionIsTranslatedOnlyOnce() {
    SQLException once = SqlExceptions.of(DB.newSQLException(5, "locked"), null);

    assertThat(SqlExceptions.of(once, null) == once).isTrue();
  }

  @Test
  void theDocumentHasExactlyTheseFailures() throws Exception {
    List<String> expected = new ArrayList<>();
    for (FailureState row : FailureState.values()) {
      String type = type(row);
      expected.add(
          "| `%s` | `%s` | `%s` | %d |"
              .formatted(row.failure().getSimpleName(), type, row.state(), row.vendorCode()));
    }
    List<String> listed = new ArrayList<>();
    for (String row : table("| failure |")) {
      listed.add(String.join("|", Arrays.copyOf(row.split("\\|", -1), 5)) + "|");
    }
    assertThat(listed).containsExactlyElementsOf(expected);
  }

  @Test
  void theDocumentHasTheStateOfEveryResultCodeOfSqlite() throws Exception {
    List<String> rows = table("| SQLite result code |");
    Set<String> listed = new HashSet<>();
    for (String row : rows) {
      String[] cells = row.split("\\|", -1);
      for (String name : cells[1].replace("`", "").split(",", -1)) {
        SQLiteErrorCode code = SQLiteErrorCode.valueOf(name.trim());
        listed.add(code.name());
        assertThat(SqliteState.of(code, "")).as(name).isEqualTo(cells[2].replace("`", "").trim());
      }
    }
    for (SQLiteErrorCode code : SQLiteErrorCode.values()) {
      boolean covered =
          listed.contains(code.name())
              || (listed.contains(SqliteState.primary(code).name())
                  && SqliteState.of(code, "").equals(SqliteState.of(SqliteState.primary(code), "")))
              || SqliteState.of(code, "").equals("HY000");
      assertThat(covered).as(code.name()).isTrue();
    }
  }

  private static String type(FailureState row) {
    InftException any =
        new InftException("any", null) {
          private static final long serialVersionUID = 1L;
        };
    return row.exception(any).getClass().getSimpleName();
  }

  private static List<String> table(String head) throws Exception {
    try (Stream<String> lines = Files.lines(DOCUMENT)) {
      return lines
          .dropWhile(line -> !line.startsWith(head))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .toList();
    }
  }
}

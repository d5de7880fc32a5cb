package io.inft.jdbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 | QUERY",
        "select/* */1 | QUERY",
        "(select 1) | QUERY",
        "insert into t values (1) | CHANGE",
        "with a as (select 1), b as (delete) update t set x = 1 | CHANGE",
        "with \"insert\" as (select 1) select * from \"insert\" | QUERY",
        "with recursive a(x) as (values (1)) replace into t select x from a | CHANGE",
        "begin | BEGIN",
        "BEGIN DEFERRED TRANSACTION | BEGIN",
        "begin /* now */ immediate | BEGIN_WRITING",
        "begin exclusive transaction | BEGIN_WRITING",
        "commit | COMMIT",
        "end transaction | COMMIT",
        "rollback to x | ROLLBACK",
        "savepoint x | SAVEPOINT",
        "release savepoint x | RELEASE",
        "pragma wal_checkpoint | CHECKPOINT",
        "PRAGMA main.wal_checkpoint(TRUNCATE) | CHECKPOINT",
        "pragma aux.wal_checkpoint | OTHER",
        "pragma journal_mode | QUERY",
        "pragma journal_mode=delete | FIXED_PRAGMA",
        "pragma main.journal_mode('delete') | FIXED_PRAGMA",
        "pragma journal_mode=WAL | OTHER",
        "pragma aux.journal_mode=delete | OTHER",
        "pragma locking_mode = exclusive | FIXED_PRAGMA",
        "pragma locking_mode = normal | QUERY",
        "pragma user_version | QUERY",
        "pragma user_version = 3 | OTHER",
        "pragma incremental_vacuum | OTHER",
        "drop table t | DROP",
        "alter table t rename to u | DROP",
        "create table t(x) | OTHER",
        "vacuum | OTHER",
        "restore from 'x.db' | RESTORE",
        "backup to x.db | BACKUP",
        "-- only a comment | QUERY",
        "nonsense | OTHER",
      })
  void tellsWhatAStatementIs(String sql, StatementKind kind) {
    assertThat(StatementKind.of(sql)).isEqualTo(kind);
  }

  @Test
  void skipsCommentsThatDoNotEnd() {
    assertThat(StatementKind.of("/* insert")).isEqualTo(StatementKind.QUERY);
    assertThat(StatementKind.of("-- insert\n delete from t")).isEqualTo(StatementKind.CHANGE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select 1 | false",
        "select 1; | false",
        "select 1; -- end | false",
        "select ';' | false",
        "select \"a;b\" from [c;d] /* ; */ -- ; | false",
        "select 'it''s; fine' | false",
        "select 1; select 2 | true",
        "; select 1 ; ; select 2 | true",
      })
  void seesWhetherMoreStatementsFollow(String sql, boolean more) {
    assertThat(SqlText.hasMore(sql)).isEqualTo(more);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select 1; begin; select 2 | QUERY | true | false | true | false | false | false",
        // behind a rollback
        "rollback; update t set x = 1 | ROLLBACK | true | true | true | true | true | false",
        "begin; commit | BEGIN | true | false | true | true | false | false",
        "delete from t; | CHANGE | false | true | false | false | true | false",
        "select 1; create temp table a(x) | QUERY | true | true | false | false | true | true",
        "attach ':memory:' as m | OTHER | false | true | false | false | false | true",
      })
  void putsTheStatementsOfAScriptTogether(
      String sql,
      StatementKind first,
      boolean many,
      boolean changes,
      boolean control,
      boolean commits,
      boolean locks,
      boolean elsewhere) {
    assertThat(Script.of(sql))
        .isEqualTo(
            new Script(
                first,
                List.of(new Script.Part(first, sql)),
                many,
                changes,
                control,
                commits,
                locks,
                elsewhere));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "insert into t values (1) | true | false",
        "with a as (select 1) update t set x = 1 | true | false",
        "begin immediate | true | false",
        "begin | false | false",
        "select 1 | false | false",
        "create table templates(x) | true | false",
        "create table if not exists t(x) | false | false",
        "drop table t | true | false",
        "drop table if exists t | false | false",
        "create temp table t(x) | true | true",
        "create temporary view v as select 1 | true | true",
        "create table temp.t(x) | true | true",
        "attach 'attached.db' as other | false | true",
        "pragma user_version = 3 | false | false",
        "vacuum | false | false",
        "commit | false | false",
      })
  void tellsWhatTakesTheWriteLock(String sql, boolean locks, boolean elsewhere) {
    StatementKind kind = StatementKind.of(sql);
    assertThat(SqlText.takesWriteLock(kind, sql)).isEqualTo(locks);
    assertThat(SqlText.writesElsewhere(kind, sql)).isEqualTo(elsewhere);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pragma wal_checkpoint | CHECKPOINT:pragma wal_checkpoint",
        "pragma wal_checkpoint; | CHECKPOINT:pragma wal_checkpoint;",
        "select 1; select ';'; select 2 | QUERY:select 1; select ';'; select 2",
        "select 1; pragma journal_mode=off; select 2; select 3"
            + " | QUERY:select 1; ~FIXED_PRAGMA:pragma journal_mode=off~QUERY: select 2; select 3",
        "pragma locking_mode=exclusive;; pragma wal_checkpoint(full) -- end | FIXED_PRAGMA:pragma"
            + " locking_mode=exclusive~CHECKPOINT:pragma wal_checkpoint(full) -- end",
        "select '; pragma journal_mode=off;'; select 1"
            + " | QUERY:select '; pragma journal_mode=off;'; select 1",
      })
  void isCutAroundWhatDoesNotGoToSqlite(String sql, String parts) {
    assertThat(
            Script.of(sql).parts().stream()
                .map(part -> part.kind() + ":" + part.sql())
                .collect(java.util.stream.Collectors.joining("~")))
        .isEqualTo(parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "select * from inft_events | true",
        "SELECT * FROM INFT_EVENTS | true",
        "insert into main.\"inft_events\" values (1) | true",
        "select * from inft_events2 | false",
        "select * from my_inft_events | false",
        "select inft_status() | false",
        "select * from a_b_c join inft_events using (seq) | true",
      })
  void seesWhetherTheEventTableIsNamed(String sql, boolean named) {
    assertThat(SqlText.namesEventTable(sql)).isEqualTo(named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create table inft_events(a) | true",
        "CREATE TABLE IF NOT EXISTS main.\"inft_events\" (a) | true",
        "begin; create table [inft_events](a); insert into inft_events values (1) | true",
        "create table x as select * from inft_events | false",
        "create trigger y after insert on inft_events begin select 1; end | false",
      })
  void seesWhetherTheEventTableIsMade(String sql, boolean made) {
    assertThat(SqlText.makesEventTable(sql)).isEqualTo(made);
  }

  @Test
  void readsPragmas() {
    assertThat(SqlText.pragmaName(" pragma main . Wal_Checkpoint ( Truncate ) "))
        .isEqualTo("wal_checkpoint");
    assertThat(SqlText.pragmaArgument(" pragma main . Wal_Checkpoint ( Truncate ) "))
        .isEqualTo("truncate");
    assertThat(SqlText.pragmaArgument("pragma wal_checkpoint='FULL'")).isEqualTo("full");
    assertThat(SqlText.pragmaArgument("pragma wal_checkpoint")).isEmpty();
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Savepoint;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine is told of transactions, in whatever way they begin and end. */
class CapturedTransactionTest extends OnPlainSession {
  @Test
  void tellsOfAnAutocommittedWriteBeforeAndAfter() throws Exception {
    run("insert into t(v) values ('a')");

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "  -- a comment\n /* another */ SELECT * from t",
        "values (1)",
        "explain insert into t(v) values ('x')",
        "with x as (select 1) select * from x",
        "pragma table_info(t)",
        "pragma user_version",
        "pragma foreign_keys=on"
      })
  void doesNotTakeAQueryForAWrite(String sql) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    assertThat(session.takeTold()).containsExactly(NO_COMMIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into t(v) values ('x')",
        "REPLACE into t(v) values ('x')",
        "with x as (select 'delete') insert into t(v) select * from x",
        "create index i on t(v)",
        "drop table t",
        "alter table t rename to u",
        "vacuum",
        "analyze",
        "reindex",
        "pragma user_version=7",
        "pragma main . application_id ( 7 )",
        "pragma optimize",
        ";; /* c */ update t set v = 1"
      })
  void takesEveryKindOfWriteForOne(String sql) throws Exception {
    run(sql);
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @Test
  void insideATransactionOnlyTheCommitIsTold() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");
    assertThat(session.takeTold()).containsOnly(IN_TRANSACTION);

    connection.commit();

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(1);
    assertThat(session.takeTold()).containsOnly(IN_TRANSACTION);
    connection.rollback();
    assertThat(session.takeTold()).containsExactly(NO_COMMIT);
    run("insert into t(v) values ('b')");
    session.takeTold();
    connection.setAutoCommit(true);
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void followsTransactionsThatAreBegunAndEndedAsText() throws Exception {
    run("begin");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION);
    run("insert into t(v) values ('a')");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION);
    run("savepoint x");
    run("release x");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION, "beforeCommit", "open commit");
    run("end");
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    run("savepoint y");
    run("insert into t(v) values ('b')");
    session.takeTold();
    run("release y");
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    run("begin immediate");
    run("rollback");
    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION, NO_COMMIT);
    run("insert into t(v) values ('c')");
    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void followsPreparedTransactionControl() throws Exception {
    try (PreparedStatement begin = connection.prepareStatement("begin");
        PreparedStatement insert = connection.prepareStatement("insert into t(v) values (?)");
        PreparedStatement commit = connection.prepareStatement("commit")) {
      begin.execute();
      insert.setString(1, "a");
      insert.executeUpdate();
      assertThat(session.takeTold()).containsExactly(IN_TRANSACTION, IN_TRANSACTION);
      commit.execute();
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    }
  }

  @Test
  void runsAllStatementsOfOneTextAndKnowsWhereItStands() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "begin; insert into t(v) values (';'); /* ; */ insert into t(v) values ('b'); commit;");
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
      statement.executeUpdate(
          "insert into t(v) values ('c'); begin; insert into t(v) values ('d')");
      assertThat(session.takeTold()).containsExactly("beforeCommit", "open commit");
      statement.executeUpdate("rollback");
      assertThat(session.takeTold()).containsExactly(NO_COMMIT);
    }
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void noticesThatAFailureRolledTheTransactionBack() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(id, v) values (1, 'a')");
    assertThatThrownBy(() -> run("insert or rollback into t(id, v) values (1, 'b')"))
        .hasFieldOrPropertyWithValue("SQLState", "23505");
    session.takeTold();

    run("insert into t(id, v) values (2, 'c')");

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @Test
  void tellsAlsoOfACallThatFailed() {
    assertThatThrownBy(() -> run("insert into t(id, v) values (1, 'a'), (1, 'b')"))
        .hasFieldOrPropertyWithValue("SQLState", "23505");

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
  }

  @Test
  void anInsertThatFetchesGeneratedKeysIsToldOnce() throws Exception {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into t(v) values (?)", Statement.RETURN_GENERATED_KEYS)) {
      session.takeTold();
      insert.setString(1, "a");
      insert.executeUpdate();
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
      try (ResultSet keys = insert.getGeneratedKeys()) {
        keys.next();
        assertThat(keys.getLong(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void aBatchIsOneCall() throws Exception {
    try (PreparedStatement insert = connection.prepareStatement("insert into t(v) values (?)");
        Statement statement = connection.createStatement()) {
      session.takeTold();
      insert.setString(1, "a");
      insert.addBatch();
      insert.setString(1, "b");
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1, 1);
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);

      statement.addBatch("begin");
      statement.addBatch("insert into t(v) values ('c')");
      statement.addBatch("commit");
      statement.executeBatch();
      assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    }
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void savepointsBeginAndEndATransactionOfTheirOwn() throws Exception {
    Savepoint outer = connection.setSavepoint("outer");
    run("insert into t(v) values ('a')");
    Savepoint inner = connection.setSavepoint();
    run("insert into t(v) values ('b')");
    connection.rollback(inner);
    assertThat(session.takeTold()).containsOnly(IN_TRANSACTION);

    connection.releaseSavepoint(outer);

    assertThat(session.takeTold()).containsExactly("beforeCommit", COMMIT);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aTransactionThatReadAndThenWritesBehindAnotherGets40001() throws Exception {
    connection.setAutoCommit(false);
    assertThat(count()).isZero();
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        Statement writer = other.createStatement()) {
      writer.execute("insert into t(v) values ('theirs')");
    }
    assertThatThrownBy(() -> run("insert into t(v) values ('mine')"))
        .isInstanceOf(org.sqlite.SQLiteException.class)
        .hasMessageContaining("BUSY_SNAPSHOT")
        .hasFieldOrPropertyWithValue("SQLState", "40001");
  }

  @Test
  void aTransactionBegunAsTextIsKeptWhenJdbcCannotBeginItsOwn() throws Exception {
    run("begin");
    run("insert into t(v) values ('a')");
    assertThatThrownBy(() -> connection.setAutoCommit(false))
        .hasFieldOrPropertyWithValue("SQLState", "25001");

    assertThat(count()).as("statements go on working").isEqualTo(1);
    connection.commit();

    assertThat(countOfOthers()).as("what commit says is committed").isEqualTo(1);
    run("insert into t(v) values ('b')");
    connection.rollback();
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aTransactionBegunAsTextCanBeRolledBackWhenJdbcCannotBeginItsOwn() throws Exception {
    run("begin");
    run("insert into t(v) values ('a')");
    assertThatThrownBy(() -> connection.setAutoCommit(false))
        .hasFieldOrPropertyWithValue("SQLState", "25001");

    connection.rollback();

    assertThat(count()).isZero();
  }

  @Test
  void knowsThatATextThatFailedHadBegunATransaction() throws Exception {
    run("insert into t(id) values (1)");
    try (Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.executeUpdate(
                      "begin; insert into t(id) values (2); insert into t(id) values (1)"))
          .hasFieldOrPropertyWithValue("SQLState", "23505");
    }
    session.takeTold();

    run("insert into t(id) values (3)");

    assertThat(session.takeTold()).containsExactly(IN_TRANSACTION);
    assertThatThrownBy(() -> connection.sync(java.time.Duration.ZERO))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    run("rollback");
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aTransactionThatCannotCommitStaysOneWhenAutoCommitIsTurnedOn() throws Exception {
    run("pragma foreign_keys=on");
    run("create table child(t references t(id) deferrable initially deferred)");
    connection.setAutoCommit(false);
    run("insert into t(id) values (1)");
    run("insert into child values (7)");

    assertThatThrownBy(() -> connection.setAutoCommit(true))
        .hasFieldOrPropertyWithValue("SQLState", "23503");

    assertThat(connection.getAutoCommit()).as("the transaction is still open").isFalse();
    connection.rollback();
    connection.setAutoCommit(true);
    assertThat(count()).isZero();
    run("insert into t(id) values (2)");
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @Test
  void autoCommitIsOnAgainWhenThereIsNoTransactionToCommit() throws Exception {
    connection.setAutoCommit(false);
    run("commit");

    assertThatThrownBy(() -> connection.setAutoCommit(true))
        .hasFieldOrPropertyWithValue("SQLState", "25000");

    assertThat(connection.getAutoCommit()).isTrue();
    run("insert into t(v) values ('a')");
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @Test
  void rollingBackWhatAFailureRolledBackSucceedsAndBeginsAnew() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(id) values (1)");
    assertThatThrownBy(() -> run("insert or rollback into t(id) values (1)"))
        .hasFieldOrPropertyWithValue("SQLState", "23505");

    connection.rollback();

    run("insert into t(id) values (2)");
    assertThat(session.takeTold()).endsWith(IN_TRANSACTION);
    connection.rollback();
    assertThat(count()).isZero();
  }

  @Test
  void rollingBackIsNotSaidToHaveUndoneWhatFollowedAFailure() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(id) values (1)");
    assertThatThrownBy(() -> run("insert or rollback into t(id) values (1)"))
        .hasFieldOrPropertyWithValue("SQLState", "23505");
    run("insert into t(id) values (2)");

    assertThatThrownBy(() -> connection.rollback())
        .hasFieldOrPropertyWithValue("SQLState", "25000");
  }
}

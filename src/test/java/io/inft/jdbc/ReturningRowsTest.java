package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Statements that commit when their rows end. */
class ReturningRowsTest extends OnPlainSession {
  @Test
  void aReturningQueryCommitsWhenItsRowsEnd() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("insert into t(v) values ('a'), ('b') returning id, v")) {
      assertThat(session.takeTold()).containsExactly("beforeCommit", NO_COMMIT);
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong("id")).isEqualTo(1);
      assertThat(rows.getString(2)).isEqualTo("a");
      assertThat(rows.next()).isTrue();
      assertThat(session.takeTold()).isEmpty();
      assertThat(rows.next()).isFalse();
      assertThat(session.takeTold()).containsExactly(COMMIT);
      assertThat(rows.getStatement()).isSameAs(statement);
    }
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aReturningStatementCommitsWhenItIsClosedBeforeItsRowsEnd() throws Exception {
    try (PreparedStatement statement =
        connection.prepareStatement("insert into t(v) values (?), ('b') returning id")) {
      statement.setString(1, "a");
      assertThat(statement.execute()).isTrue();
      ResultSet rows = statement.getResultSet();
      rows.next();
      session.takeTold();
    }
    assertThat(session.takeTold()).containsExactly(COMMIT);
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile());
        ResultSet rows = other.createStatement().executeQuery("select count(*) from t")) {
      assertThat(rows.getInt(1)).isEqualTo(2);
    }
  }

  @Test
  void aReturningStatementCommitsWhenItIsExecutedAgainOrItsRowsAreClosed() throws Exception {
    try (PreparedStatement statement =
        connection.prepareStatement("insert into t(v) values (?) returning id")) {
      statement.setString(1, "a");
      ResultSet first = statement.executeQuery();
      first.next();
      session.takeTold();
      statement.executeQuery();
      assertThat(session.takeTold()).containsExactly("beforeCommit", NO_COMMIT);
      statement.getMoreResults();
      assertThat(session.takeTold()).containsExactly(COMMIT);
      ResultSet third = statement.executeQuery();
      session.takeTold();
      third.close();
      assertThat(session.takeTold()).containsExactly(COMMIT);
    }
  }

  @Test
  void closingTheConnectionCommitsAReturningStatementAndTellsSo() throws Exception {
    ResultSet rows =
        connection.createStatement().executeQuery("insert into t(v) values ('a') returning id");
    rows.next();
    session.takeTold();

    connection.close();

    assertThat(session.takeTold()).containsExactly(COMMIT, "close");
  }

  @Test
  void nothingElseIsWrittenWhileTheRowsOfAnAutocommittedStatementAreOpen() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("insert into t(v) values ('a'), ('b') returning id")) {
      rows.next();
      assertThatThrownBy(() -> run("insert into t(v) values ('c')"))
          .hasFieldOrPropertyWithValue("SQLState", "HY010")
          .hasMessageContaining("RETURNING");
      assertThat(rows.next()).isTrue();
    }
    run("insert into t(v) values ('d')");

    assertThat(countOfOthers()).isEqualTo(3);
  }

  @Test
  void aQueryThatFindsNothingDoesNotKeepTheRowsFromCommitting() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("insert into t(v) values ('a'), ('b') returning id")) {
      rows.next();
      run("pragma foreign_keys=on");
      run("select 1 where 0");
      assertThat(rows.next()).isTrue();
    }
    assertThat(countOfOthers()).isEqualTo(2);
    run("insert into t(v) values ('c')");
    assertThat(countOfOthers()).isEqualTo(3);
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code setReadOnly(true)}: transactions that take no lock and change nothing. */
class ReadOnlyModeTest extends OnPlainSession {
  private Connection other;

  @BeforeEach
  void immediate() throws Exception {
    reopen("transaction_mode", "IMMEDIATE");
  }

  private void reopen(String name, String value) throws Exception {
    connection.close();
    if (other != null) {
      other.close();
    }
    session = new PlainSession(folder.resolve(name + ".db"));
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", "1");
    properties.setProperty(name, value);
    connection = open(properties);
    run("create table t(id integer primary key, v text)");
    other =
        DriverManager.getConnection("jdbc:sqlite:" + session.databaseFile() + "?busy_timeout=1");
  }

  @AfterEach
  void closeOther() throws Exception {
    other.close();
  }

  private void others(String sql) throws SQLException {
    try (Statement statement = other.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  @Test
  void aReadOnlyTransactionDoesNotWaitForAWriterAndSeesOneState() throws Exception {
    others("begin immediate");
    others("insert into t(v) values ('a')");

    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    assertThat(count()).isZero();
    others("commit");

    assertThat(count()).as("repeated inside the transaction").isZero();
    connection.commit();
    assertThat(count()).isEqualTo(1);
    connection.rollback();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into t(v) values ('a')",
        "insert into t(v) values ('a') returning id",
        "create table u(x)",
        "pragma user_version=7",
        "drop table t",
        "vacuum",
        "select inft_append('t', '{}')",
        "insert into inft_events(type) values ('t')"
      })
  void writesAreRefusedAndTheMessageSaysWhy(String sql) throws Exception {
    connection.setReadOnly(true);
    assertThat(connection.isReadOnly()).isTrue();

    assertThatThrownBy(() -> run(sql))
        .hasFieldOrPropertyWithValue("SQLState", "25006")
        .hasMessageContaining("setReadOnly(true)");
    assertThatThrownBy(() -> connection.prepareStatement(sql).execute())
        .hasFieldOrPropertyWithValue("SQLState", "25006")
        .hasMessageContaining("setReadOnly(true)");
    connection.setAutoCommit(false);
    if (!sql.equals("vacuum")) {
      assertThatThrownBy(() -> run(sql))
          .hasFieldOrPropertyWithValue("SQLState", "25006")
          .hasMessageContaining("setReadOnly(true)");
    }
    connection.rollback();

    connection.setReadOnly(false);
    run("insert into t(v) values ('b')");
    connection.commit();
    assertThat(countOfOthers()).isEqualTo(1);
  }

  @Test
  void afterwardsTransactionsTakeTheLockAgain() throws Exception {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    assertThat(count()).isZero();
    connection.setAutoCommit(true);
    connection.setReadOnly(false);
    assertThat(connection.isReadOnly()).isFalse();

    connection.setAutoCommit(false);
    assertThat(count()).isZero();

    assertThatThrownBy(() -> others("insert into t(v) values ('a')"))
        .hasMessageContaining("SQLITE_BUSY");
    connection.rollback();
  }

  @Test
  void cannotBeChangedInsideATransaction() throws Exception {
    connection.setAutoCommit(false);
    run("insert into t(v) values ('a')");

    assertThatThrownBy(() -> connection.setReadOnly(true))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    assertThat(connection.isReadOnly()).isFalse();
    connection.setReadOnly(false);
    connection.commit();
    connection.setReadOnly(true);
    assertThat(count()).isEqualTo(1);
    assertThatThrownBy(() -> connection.setReadOnly(false))
        .hasFieldOrPropertyWithValue("SQLState", "25001");
    connection.rollback();
  }

  @Test
  void whatTheApplicationSetItselfIsAsItWasAfterwards() throws Exception {
    run("pragma query_only=1");
    connection.setReadOnly(true);
    connection.setReadOnly(true);
    connection.setReadOnly(false);
    connection.setReadOnly(false);

    assertThatThrownBy(() -> run("insert into t(v) values ('a')"))
        .hasFieldOrPropertyWithValue("SQLState", "25006");
    run("pragma query_only=0");
    run("insert into t(v) values ('a')");
    assertThat(connection.isReadOnly()).isFalse();
  }

  @Test
  void eventsCanBeReadBeforeThereAreAnyAndWhenSomebodyElseMakesThem() throws Exception {
    connection.setReadOnly(true);
    assertThat(events()).isZero();
    try (PreparedStatement prepared =
        connection.prepareStatement("select count(*) from inft_events")) {
      assertThat(first(prepared.executeQuery())).isZero();

      others(io.inft.jdbc.sql.EventTable.DDL);
      others("insert into inft_events(type) values ('theirs')");

      assertThat(first(prepared.executeQuery())).isEqualTo(1);
    }
    assertThat(events()).isEqualTo(1);
    connection.setReadOnly(false);
    run("insert into inft_events(type) values ('mine')");
    assertThat(events()).isEqualTo(2);
  }

  @Test
  void eventsAreWrittenAfterTheyWereReadOnAConnectionThatOnlyRead() throws Exception {
    connection.setReadOnly(true);
    assertThat(events()).isZero();
    connection.setReadOnly(false);

    run("insert into inft_events(type) values ('mine')");

    assertThat(events()).isEqualTo(1);
  }

  private long events() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return first(statement.executeQuery("select count(*) from inft_events"));
    }
  }

  private static long first(ResultSet rows) throws SQLException {
    try (rows) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void syncingIsPossibleInsideATransactionThatOnlyReads() throws Exception {
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    assertThat(count()).isZero();

    assertThat(connection.sync(java.time.Duration.ofMillis(1)).number()).isEqualTo(3);
    connection.rollback();
  }

  @Test
  void sqliteJdbcsOwnWayWorksToo() throws Exception {
    reopen("jdbc.explicit_readonly", "true");
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    assertThatThrownBy(() -> run("insert into t(v) values ('a')"))
        .hasFieldOrPropertyWithValue("SQLState", "25006");
    connection.rollback();
    connection.setReadOnly(false);
    assertThat(count()).isZero();
    assertThatThrownBy(() -> others("insert into t(v) values ('a')"))
        .as("a transaction that may write has the lock from its first statement on")
        .hasMessageContaining("SQLITE_BUSY");
    run("insert into t(v) values ('b')");
    connection.commit();
    assertThat(countOfOthers()).isEqualTo(1);
  }
}

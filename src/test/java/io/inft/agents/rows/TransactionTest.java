package io.inft.agents.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private HikariDataSource pool(boolean autoCommit) throws SQLException {
    InftDataSource source = new InftDataSource();
    source.setUrl("jdbc:inft:agent");
    source.setNetwork("embedded");
    source.setHome(folder.resolve("here").toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    source.setSyncInterval("1h");
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(1);
    config.setAutoCommit(autoCommit);
    return new HikariDataSource(config);
  }

  private static int insert(Connection connection, int value) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate("INSERT INTO t VALUES (" + value + ")");
    }
  }

  private static List<Integer> values(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return Rows.query(connection, row -> row.getInt(1), "SELECT v FROM t ORDER BY v");
    }
  }

  /** As where memory runs out, or a class is not there. */
  private static int fail(Connection connection) throws SQLException {
    insert(connection, 2);
    throw new NoClassDefFoundError("model");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anErrorLeavesNoTransactionInAPool(boolean autoCommit) throws Exception {
    try (HikariDataSource pool = pool(autoCommit)) {
      Rows rows = new Rows(Lender.of(pool), List.of("CREATE TABLE t(v)"), "t", Sealing.none());
      rows.write(connection -> insert(connection, 1));

      assertThatThrownBy(() -> rows.write(TransactionTest::fail))
          .isInstanceOf(NoClassDefFoundError.class)
          .hasNoSuppressedExceptions();

      rows.write(connection -> insert(connection, 3));
      assertThat(values(pool)).containsExactly(1, 3);
    }
  }

  @Test
  void inATransactionOfTheCallersOnlyWhatFailedIsTakenBack() throws Exception {
    try (HikariDataSource pool = pool(false);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(v)");
      insert(connection, 1);
      Lender lender = Lender.of(connection);

      assertThatThrownBy(() -> Transaction.of(lender, "BEGIN", TransactionTest::fail))
          .isInstanceOf(NoClassDefFoundError.class);
      Transaction.of(lender, "BEGIN", on -> insert(on, 3));

      connection.commit();
      try (ResultSet rows = statement.executeQuery("SELECT group_concat(v) FROM t")) {
        assertThat(rows.getString(1)).isEqualTo("1,3");
      }
    }
  }
}

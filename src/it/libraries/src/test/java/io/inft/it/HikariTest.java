package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.inft.integration.InftHikari;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class HikariTest extends PoolContract {
  @Override
  Pool open(String url) {
    // Without the preset's IMMEDIATE, which the contract asks for where it needs it.
    HikariDataSource source = new HikariDataSource(InftHikari.readers(url));
    return new Pool(source, source);
  }

  @Test
  void withThePresetReadingFirstAndWritingThenIsNoConflict() throws Exception {
    HikariDataSource source = new HikariDataSource(InftHikari.config(URL));
    try (Pool pool = new Pool(source, source)) {
      execute(pool, "create table t(n int)");
      execute(pool, "insert into t values (1)");
      try (Connection one = source.getConnection()) {
        one.setAutoCommit(false);
        assertThat(number(one, "select n from t")).isEqualTo(1);
        execute(one, "update t set n = n + 1");
        one.commit();
      }
      assertThat(number(pool, "select n from t")).isEqualTo(2);
    }
  }

  @Test
  void afterAForkARetryRunsOnTheWinnersState() throws Exception {
    HikariDataSource source = new HikariDataSource(InftHikari.config(URL + "?durability=anchored"));
    try (Pool pool = new Pool(source, source)) {
      execute(pool, "create table t(v text)");
      Properties other = new Properties();
      other.setProperty("home", machines.folder().resolve("other-machine").toString());
      other.setProperty("durability", "anchored");
      try (Connection winner = DriverManager.getConnection(URL, other)) {
        execute(winner, "insert into t values ('theirs')");
      }
      assertThatThrownBy(() -> execute(pool, "insert into t values ('ours')"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
      // Every pooled connection of the fork says so once and is thrown away.
      runAgain(source, "insert into t values ('ours again')");
      assertThat(number(pool, "select count(*) from t where v in ('theirs', 'ours again')"))
          .isEqualTo(2);
      assertThat(number(pool, "select count(*) from t")).isEqualTo(2);
    }
  }

  private static void runAgain(HikariDataSource source, String sql) throws SQLException {
    for (int attempt = 0; ; attempt++) {
      try (Connection connection = source.getConnection()) {
        execute(connection, sql);
        return;
      } catch (SQLException e) {
        if (!"40001".equals(e.getSQLState()) || attempt > source.getMaximumPoolSize()) {
          throw e;
        }
      }
    }
  }
}

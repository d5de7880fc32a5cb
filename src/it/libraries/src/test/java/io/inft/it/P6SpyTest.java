package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.jdbc.InftConnection;
import java.sql.Connection;
import org.junit.jupiter.api.Test;

class P6SpyTest extends PoolContract {
  @Override
  Pool open(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url.replace("jdbc:", "jdbc:p6spy:"));
    config.setMaximumPoolSize(4);
    HikariDataSource source = new HikariDataSource(config);
    return new Pool(source, source);
  }

  @Test
  void theDriversOwnInterfaceIsReachedThroughIt() throws Exception {
    try (Pool pool = open(URL);
        Connection connection = pool.source().getConnection()) {
      assertThat(connection.getClass().getName()).doesNotContain("inft");
      assertThat(connection.unwrap(InftConnection.class).version()).isZero();
    }
  }
}

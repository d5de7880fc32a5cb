package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDataSource;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Test;

class DatasourceProxyTest extends PoolContract {
  private final List<String> seen = new CopyOnWriteArrayList<>();

  /** Not a pool: each connection is opened and closed. */
  @Override
  Pool open(String url) {
    InftDataSource source = new InftDataSource();
    source.setUrl(url);
    return new Pool(
        ProxyDataSourceBuilder.create(source)
            .afterQuery(
                (execution, queries) -> queries.forEach(query -> seen.add(query.getQuery())))
            .build(),
        () -> {});
  }

  @Test
  void itSeesTheSqlAndLetsTheDriversOwnInterfaceThrough() throws Exception {
    try (Pool pool = open(URL);
        Connection connection = pool.source().getConnection()) {
      execute(connection, "create table t(n int)");
      assertThat(connection.unwrap(InftConnection.class).status().id().toString())
          .isEqualTo("pooled");
    }
    assertThat(seen).containsExactly("create table t(n int)");
  }
}

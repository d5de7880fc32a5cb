package io.inft.agents;

import io.inft.agents.rows.Lender;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/** Lends the connection of Spring's transaction, if there is one on the DataSource. */
record SpringLender(DataSource dataSource) implements Lender {
  @Override
  public Connection lend() {
    return DataSourceUtils.getConnection(dataSource);
  }

  @Override
  public boolean joined(Connection connection) {
    return DataSourceUtils.isConnectionTransactional(connection, dataSource);
  }

  @Override
  public void takeBack(Connection connection) {
    DataSourceUtils.releaseConnection(connection, dataSource);
  }

  static DataAccessException translated(String task, SQLException e) {
    DataAccessException known = new SQLExceptionSubclassTranslator().translate(task, null, e);
    return known != null ? known : new UncategorizedSQLException(task, null, e);
  }
}

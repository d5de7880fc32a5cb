package io.inft.integration;

import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.database.sqlite.SQLiteDatabaseType;
import org.flywaydb.core.internal.jdbc.JdbcConnectionFactory;
import org.flywaydb.core.internal.jdbc.StatementInterceptor;

/**
 * Tells Flyway that {@code jdbc:inft:} is SQLite. Flyway finds it as a service. Its SQL is read as
 * SQLite's; only the table of events is treated apart, see {@link FlywaySchema}.
 */
public final class InftFlyway extends SQLiteDatabaseType {
  private static final String P6SPY = "jdbc:p6spy:inft:";

  /** Flyway makes it. */
  public InftFlyway() {}

  @Override
  public String getName() {
    return "SQLite on 0G Storage";
  }

  /** Before Flyway's own SQLite, which would take our connections for its own. */
  @Override
  public int getPriority() {
    return 1;
  }

  @Override
  public boolean handlesJDBCUrl(String url) {
    return url.startsWith(Urls.PREFIX) || url.startsWith(P6SPY);
  }

  @Override
  public String getDriverClass(String url, ClassLoader classLoader) {
    return url.startsWith(P6SPY) ? "com.p6spy.engine.spy.P6SpyDriver" : Urls.DRIVER;
  }

  @Override
  public boolean handlesDatabaseProductNameAndVersion(
      String productName, String versionOutput, Connection connection) {
    try {
      return productName.startsWith("SQLite") && Urls.ours(connection);
    } catch (SQLException e) {
      throw new FlywayException("the connection does not tell its URL", e);
    }
  }

  @Override
  @SuppressWarnings("rawtypes") // so it is declared
  public Database createDatabase(
      Configuration configuration,
      JdbcConnectionFactory connections,
      StatementInterceptor interceptor) {
    return new FlywayDatabase(configuration, connections, interceptor);
  }
}

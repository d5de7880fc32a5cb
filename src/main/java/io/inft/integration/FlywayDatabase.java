package io.inft.integration;

import java.sql.Connection;
import java.util.Locale;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.database.base.Table;
import org.flywaydb.core.internal.jdbc.JdbcConnectionFactory;
import org.flywaydb.core.internal.jdbc.StatementInterceptor;

/** The database as Flyway sees it: one schema, {@code main}, and one connection. */
final class FlywayDatabase extends Database<FlywayConnection> {
  FlywayDatabase(
      Configuration configuration,
      JdbcConnectionFactory connections,
      StatementInterceptor interceptor) {
    super(configuration, connections, interceptor);
  }

  @Override
  protected FlywayConnection doGetConnection(Connection connection) {
    return new FlywayConnection(this, connection);
  }

  /** The driver refuses a SQLite that is too old itself. */
  @Override
  public void ensureSupported(Configuration configuration) {}

  @Override
  @SuppressWarnings("rawtypes") // so it is declared
  public String getRawCreateScript(Table table, boolean baseline) {
    String schema = quote(table.getSchema().getName());
    return String.format(
        Locale.ROOT,
        """
        CREATE TABLE %1$s.%2$s(
          "installed_rank" INT NOT NULL PRIMARY KEY,
          "version" VARCHAR(50),
          "description" VARCHAR(200) NOT NULL,
          "type" VARCHAR(20) NOT NULL,
          "script" VARCHAR(1000) NOT NULL,
          "checksum" INT,
          "installed_by" VARCHAR(100) NOT NULL,
          "installed_on" TEXT NOT NULL DEFAULT (strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')),
          "execution_time" INT NOT NULL,
          "success" BOOLEAN NOT NULL);
        %4$s
        CREATE INDEX %1$s.%3$s ON %2$s("success");
        """,
        schema,
        quote(table.getName()),
        quote(table.getName() + "_s_idx"),
        baseline ? getBaselineStatement(table) + ";" : "");
  }

  /** SQLite knows no users. */
  @Override
  protected String doGetCurrentUser() {
    return "";
  }

  @Override
  public boolean supportsDdlTransactions() {
    return true;
  }

  @Override
  public String getBooleanTrue() {
    return "1";
  }

  @Override
  public String getBooleanFalse() {
    return "0";
  }

  @Override
  public boolean catalogIsSchema() {
    return true;
  }

  /** A second connection would wait for the write lock of the first. */
  @Override
  public boolean useSingleConnection() {
    return true;
  }
}

package io.inft.integration;

import org.flywaydb.core.internal.database.base.Connection;

/** One connection as Flyway sees it. */
final class FlywayConnection extends Connection<FlywayDatabase> {
  FlywayConnection(FlywayDatabase database, java.sql.Connection connection) {
    super(database, connection);
  }

  @Override
  protected String getCurrentSchemaNameOrSearchPath() {
    return "main";
  }

  @Override
  public FlywaySchema getSchema(String name) {
    return new FlywaySchema(jdbcTemplate, database, name);
  }
}

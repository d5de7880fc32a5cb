package io.inft.integration;

import java.sql.SQLException;
import org.flywaydb.core.internal.database.base.Table;
import org.flywaydb.core.internal.jdbc.JdbcTemplate;

/** One table as Flyway sees it. */
final class FlywayTable extends Table<FlywayDatabase, FlywaySchema> {
  FlywayTable(
      JdbcTemplate jdbcTemplate, FlywayDatabase database, FlywaySchema schema, String name) {
    super(jdbcTemplate, database, schema, name);
  }

  @Override
  protected boolean doExists() throws SQLException {
    return jdbcTemplate.queryForInt(
            "SELECT count(*) FROM pragma_table_list"
                + " WHERE schema = ? COLLATE NOCASE AND name = ? COLLATE NOCASE",
            schema.getName(),
            name)
        > 0;
  }

  /** SQLite locks databases, not tables: the transaction that writes the history is the lock. */
  @Override
  protected void doLock() {}

  @Override
  protected void doDrop() throws SQLException {
    jdbcTemplate.execute("DROP TABLE " + database.quote(schema.getName(), name));
  }
}

package io.inft.integration;

import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.internal.database.base.Schema;
import org.flywaydb.core.internal.jdbc.JdbcTemplate;

/**
 * A schema without the table of events: it does not make the schema non-empty, because the driver
 * may have made it before the first migration, and {@code clean} leaves it, because it is the
 * agent's history and no migration made it.
 */
final class FlywaySchema extends Schema<FlywayDatabase, FlywayTable> {
  FlywaySchema(JdbcTemplate jdbcTemplate, FlywayDatabase database, String name) {
    super(jdbcTemplate, database, name);
  }

  /** Every attached database is there. */
  @Override
  protected boolean doExists() throws SQLException {
    return jdbcTemplate.queryForInt(
            "SELECT count(*) FROM pragma_database_list WHERE name = ? COLLATE NOCASE", name)
        > 0;
  }

  @Override
  protected boolean doEmpty() throws SQLException {
    return names("table").isEmpty();
  }

  /** There is nothing to create: databases are attached, not created. */
  @Override
  protected void doCreate() {}

  /** As {@link #doCreate}. */
  @Override
  protected void doDrop() {}

  @Override
  protected void doClean() throws SQLException {
    // References between the tables are looked at when everything is gone.
    jdbcTemplate.execute("PRAGMA defer_foreign_keys = ON");
    for (String view : names("view")) {
      jdbcTemplate.execute("DROP VIEW " + database.quote(name, view));
    }
    for (FlywayTable table : allTables()) {
      table.drop();
    }
  }

  @Override
  protected FlywayTable[] doAllTables() throws SQLException {
    return names("table").stream().map(this::getTable).toArray(FlywayTable[]::new);
  }

  @Override
  public FlywayTable getTable(String table) {
    return new FlywayTable(jdbcTemplate, database, this, table);
  }

  /** SQLite's own tables cannot be dropped, and shadow tables go with their virtual table. */
  private List<String> names(String type) throws SQLException {
    return jdbcTemplate.queryForStringList(
        "SELECT name FROM pragma_table_list WHERE schema = ? COLLATE NOCASE"
            + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '"
            + Urls.EVENTS
            + "' AND "
            + (type.equals("view") ? "type = 'view'" : "type IN ('table', 'virtual')"),
        name);
  }
}

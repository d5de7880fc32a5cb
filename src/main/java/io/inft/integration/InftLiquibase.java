package io.inft.integration;

import java.util.HashSet;
import java.util.Set;
import liquibase.database.DatabaseConnection;
import liquibase.database.core.SQLiteDatabase;
import liquibase.exception.DatabaseException;
import org.jspecify.annotations.Nullable;

/**
 * Tells Liquibase that {@code jdbc:inft:} is SQLite and which driver opens it. Liquibase finds it
 * as a service. The table of events counts as SQLite's own: it is not in snapshots and differences,
 * and {@code dropAll} leaves it.
 */
public final class InftLiquibase extends SQLiteDatabase {
  /** Liquibase makes it. */
  public InftLiquibase() {}

  @Override
  public @Nullable String getDefaultDriver(String url) {
    return Urls.ours(url) ? Urls.DRIVER : null;
  }

  @Override
  public boolean isCorrectDatabaseImplementation(DatabaseConnection connection)
      throws DatabaseException {
    String url = connection.getURL();
    return url != null && Urls.ours(url) && super.isCorrectDatabaseImplementation(connection);
  }

  /** Before Liquibase's own SQLite, which would take our connections for its own. */
  @Override
  public int getPriority() {
    return super.getPriority() + 1;
  }

  @Override
  protected Set<String> getSystemTables() {
    Set<String> tables = new HashSet<>(super.getSystemTables());
    tables.add(Urls.EVENTS);
    return tables;
  }
}

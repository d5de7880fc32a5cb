package io.inft.it;

import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** EclipseLink has no platform for SQLite: ids are the application's. */
class EclipseLinkTest extends JpaContract {
  /** It reads on another connection until the transaction has one of its own. */
  @Override
  protected void readInTransaction(EntityManager manager) {
    try (Statement statement = manager.unwrap(Connection.class).createStatement()) {
      statement.executeQuery("select count(*) from Note").close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}

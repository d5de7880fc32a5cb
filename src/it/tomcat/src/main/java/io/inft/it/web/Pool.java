package io.inft.it.web;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What an ordinary application does: a pool while it is deployed, a row each time. It closes the
 * pool unless it is told to forget that, and never deregisters a driver.
 */
public final class Pool implements ServletContextListener {
  private HikariDataSource pool;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    HikariConfig config = new HikariConfig();
    config.setDriverClassName("io.inft.jdbc.InftDriver");
    config.setJdbcUrl(
        "jdbc:inft:web?network=embedded&linger=10m&home=" + System.getProperty("web.home"));
    config.setMaximumPoolSize(4);
    pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS deployment(n INTEGER PRIMARY KEY)");
      statement.execute("INSERT INTO deployment DEFAULT VALUES");
      try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM deployment")) {
        event.getServletContext().setAttribute("rows", rows.getInt(1));
      }
    } catch (SQLException e) {
      pool.close();
      throw new IllegalStateException(e.getSQLState() + " " + e.getMessage(), e);
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (!Boolean.getBoolean("web.forgetful")) {
      pool.close();
    }
  }
}

package io.inft.jdbc;

import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.InftUrl;
import io.inft.jdbc.config.Logging;
import io.inft.jdbc.config.SqlitePragma;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.errors.SqlExceptions;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;

/**
 * The driver of {@code jdbc:inft:<id>}: an ordinary SQLite database whose durable home is a storage
 * network and whose newest state is named by a registry.
 *
 * <p>Deregistering it, as servlet containers do for an application that ends, closes all its
 * connections and ends all databases of its class loader within their {@code closeTimeout}; drivers
 * and data sources that were made before it open nothing any more.
 */
public final class InftDriver implements Driver {
  private static final int MAJOR_VERSION = 0;
  private static final int MINOR_VERSION = 1;

  static {
    try {
      DriverManager.registerDriver(new InftDriver(), OpenConnections::endAll);
    } catch (SQLException e) {
      Logging.LOG.error("the driver of jdbc:inft: could not be registered", e);
    }
  }

  private final int made = OpenConnections.now();

  /** Made by {@code DriverManager}, and by whoever wants no {@code DriverManager}. */
  public InftDriver() {}

  @Override
  public boolean acceptsURL(@Nullable String url) throws SQLException {
    return url != null && InftUrl.accepts(url);
  }

  /**
   * Opens a connection, restoring the database first if this machine does not have its newest
   * version.
   *
   * @return null if the URL is for another driver
   */
  @Override
  public @Nullable Connection connect(@Nullable String url, @Nullable Properties info)
      throws SQLException {
    return url == null || !InftUrl.accepts(url)
        ? null
        : OpenConnections.open(made, () -> open(url, info == null ? new Properties() : info));
  }

  /** Opens a connection for a URL that is known to be of this driver. */
  static SQLiteConnection open(String url, Properties properties) throws SQLException {
    try {
      InftUrl parsed =
          InftUrl.parse(url)
              .orElseThrow(
                  () ->
                      new SettingException("url", "it must begin with " + InftUrl.PREFIX + "<id>"));
      return ConnectionOpening.open(parsed, properties, Surroundings.ofThisProcess());
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    } catch (SQLException e) {
      throw SqlExceptions.of(e, null);
    }
  }

  /**
   * Every property with its sentence, its choices and the value it has in {@code url} and {@code
   * info}; secrets without a value. Then those of sqlite-jdbc.
   */
  @Override
  public DriverPropertyInfo[] getPropertyInfo(@Nullable String url, @Nullable Properties info)
      throws SQLException {
    Properties properties = info == null ? new Properties() : info;
    Map<String, String> parameters = parameters(url);
    List<DriverPropertyInfo> all = new ArrayList<>();
    for (InftProperty property : InftProperty.values()) {
      String name = property.propertyName();
      String given = properties.getProperty(name, parameters.get(name));
      String value = given != null ? given : property.defaultValue().orElse(null);
      DriverPropertyInfo row = new DriverPropertyInfo(name, property.secret() ? null : value);
      row.description = property.sentence();
      row.choices = property.choices().isEmpty() ? null : property.choices().toArray(new String[0]);
      row.required = false;
      all.add(row);
    }
    for (SQLiteConfig.Pragma pragma : SQLiteConfig.Pragma.values()) {
      String name = pragma.getPragmaName();
      if (SqlitePragma.known(name).isPresent()) {
        DriverPropertyInfo row =
            new DriverPropertyInfo(name, properties.getProperty(name, parameters.get(name)));
        row.description = pragma.description;
        row.choices = pragma.choices;
        row.required = false;
        all.add(row);
      }
    }
    return all.toArray(new DriverPropertyInfo[0]);
  }

  private static Map<String, String> parameters(@Nullable String url) throws SQLException {
    try {
      Optional<InftUrl> parsed = url == null ? Optional.empty() : InftUrl.parse(url);
      return parsed.map(InftUrl::parameters).orElse(Map.of());
    } catch (InftException e) {
      throw SqlExceptions.of(e);
    }
  }

  @Override
  public int getMajorVersion() {
    return MAJOR_VERSION;
  }

  @Override
  public int getMinorVersion() {
    return MINOR_VERSION;
  }

  /** False, as SQLite's: it lacks parts of SQL-92 entry level. */
  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  /** This driver logs to slf4j. */
  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw SqlExceptions.notImplemented("this driver logs to slf4j");
  }
}

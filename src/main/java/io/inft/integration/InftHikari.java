package io.inft.integration;

import com.zaxxer.hikari.HikariConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A HikariCP configuration that suits SQLite, which has many readers and one writer at a time. It
 * is an ordinary {@link HikariConfig}: change what you like before you make the pool.
 *
 * <ul>
 *   <li>Transactions begin with {@code BEGIN IMMEDIATE}: a writer waits for its turn when it
 *       begins. Begun deferred, a transaction that reads first and then writes fails at once with
 *       40001 if another connection wrote meanwhile.
 *   <li>Few connections: more of them only wait longer for the one writer.
 *   <li>{@link InftExceptionOverride}: a fork costs the connection, an outage does not.
 * </ul>
 */
public final class InftHikari {
  private static final int CONNECTIONS = 4;

  private InftHikari() {}

  /**
   * For programs that read and write.
   *
   * @param url {@code jdbc:inft:<id>}, with properties if you like
   */
  public static HikariConfig config(String url) {
    HikariConfig config = readers(url);
    config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    return config;
  }

  /**
   * The same for an {@code InftDataSource} that has its settings already, and keeps them to itself.
   * HikariCP writes its own data-source properties into its log at DEBUG, all but {@code password},
   * so a signing key or an encryption key is better set there, or named by a file.
   *
   * @param source its transactions begin with {@code BEGIN IMMEDIATE} from now on
   */
  public static HikariConfig config(SQLiteDataSource source) {
    source.setTransactionMode("IMMEDIATE");
    HikariConfig config = preset();
    config.setDataSource(source);
    return config;
  }

  /** For programs that only read: transactions do not wait for the writer. */
  public static HikariConfig readers(String url) {
    HikariConfig config = preset();
    config.setJdbcUrl(url);
    return config;
  }

  private static HikariConfig preset() {
    HikariConfig config = new HikariConfig();
    config.setMaximumPoolSize(CONNECTIONS);
    config.setExceptionOverrideClassName(InftExceptionOverride.class.getName());
    return config;
  }
}

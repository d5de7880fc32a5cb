package io.inft.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.integration.InftHikari;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Opens a database through HikariCP in every way that keeps secrets out of what a pool logs. */
final class PoolLogChild {
  private PoolLogChild() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String encryptionKey = arguments[1];
    String signingKey = arguments[2];
    String password = arguments[3];

    InftDataSource source = source(folder, "by-setter");
    source.setPrivateKey(signingKey);
    source.setEncryptionKey(encryptionKey);
    use(InftHikari.config(source));

    HikariConfig byPassword = new HikariConfig();
    byPassword.setJdbcUrl(url(folder, "by-password"));
    byPassword.setPassword(password);
    use(byPassword);

    HikariConfig byProperty = new HikariConfig();
    byProperty.setJdbcUrl(url(folder, "by-property"));
    byProperty.addDataSourceProperty("password", password);
    use(byProperty);

    Path key = folder.resolve("key.txt");
    Files.writeString(key, signingKey);
    Path secret = folder.resolve("secret.txt");
    Files.writeString(secret, encryptionKey);
    HikariConfig byFile = new HikariConfig();
    byFile.setJdbcUrl(url(folder, "by-file"));
    byFile.addDataSourceProperty("privateKeyFile", key.toString());
    byFile.addDataSourceProperty("encryptionKeyFile", secret.toString());
    use(byFile);

    System.out.println(source + " " + source.getConfig().toProperties());
    System.out.println("done");
  }

  private static InftDataSource source(Path folder, String id) {
    InftDataSource source = new InftDataSource();
    source.setUrl(url(folder, id));
    return source;
  }

  private static String url(Path folder, String id) {
    return "jdbc:inft:"
        + id
        + "?network=embedded&home="
        + folder.resolve("home")
        + "&embeddedDir="
        + folder.resolve("network-of-" + id);
  }

  private static void use(HikariConfig config) throws SQLException {
    try (HikariDataSource pool = new HikariDataSource(config);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(v)");
      if (!connection.unwrap(InftConnection.class).status().toString().isEmpty()) {
        System.out.println("opened");
      }
    }
  }
}

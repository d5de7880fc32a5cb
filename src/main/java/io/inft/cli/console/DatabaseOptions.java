package io.inft.cli.console;

import io.inft.jdbc.InftDriver;
import io.inft.jdbc.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which database, on which network, opened how: shared by all commands about one database. */
public final class DatabaseOptions {
  @Parameters(index = "0", paramLabel = "<id>", description = "Name of the database.")
  private String id = "";

  @Mixin private NetworkOptions network = new NetworkOptions();

  public String id() {
    return id;
  }

  /** All that was given, under the names of the driver's properties. */
  public Properties properties() throws SQLException {
    return network.properties();
  }

  /** The same, with {@code mode=ro} unless another mode was given. */
  public Properties readingProperties() throws SQLException {
    return network.reading();
  }

  /**
   * The database these options name.
   *
   * @param secretNeeded whether it will be decrypted
   */
  public Target target(boolean secretNeeded) throws SQLException {
    return Target.of(id, properties(), secretNeeded);
  }

  /** The database these options name, only to be read: no key and no folder is made for it. */
  public Target reading(boolean secretNeeded) throws SQLException {
    return Target.of(id, network.reading(), secretNeeded);
  }

  /**
   * Connects to the database these options name.
   *
   * @param reads whether only to read
   */
  public Connection connect(boolean reads) throws SQLException {
    Properties properties = reads ? network.reading() : network.properties();
    return Objects.requireNonNull(new InftDriver().connect("jdbc:inft:" + id, properties));
  }

  /** The database, only to be read, with a secret if there is one; without, less can be done. */
  public Target readingWithSecretAtHand() throws SQLException {
    return Target.withSecretAtHand(id, network.reading());
  }
}

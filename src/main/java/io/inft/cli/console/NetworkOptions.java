package io.inft.cli.console;

import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.registry.Registry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which network, opened how: shared by all commands that need one. */
public final class NetworkOptions {
  @Option(
      names = "--network",
      paramLabel = "<name>",
      description = "embedded, galileo, mainnet, custom, or a network of your own.")
  private @Nullable String network;

  @Option(
      names = "--embedded-dir",
      paramLabel = "<folder>",
      description = "The folder that plays the network with --network embedded.")
  private @Nullable Path embeddedDir;

  @Option(
      names = "--password-file",
      paramLabel = "<file>",
      description = "File with the password that opens the database.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--encryption-key-file",
      paramLabel = "<file>",
      description = "File with the raw key that opens the database.")
  private @Nullable Path encryptionKeyFile;

  @Option(
      names = "--wallet-key-file",
      paramLabel = "<file>",
      description = "File with the key of the account that opens the database.")
  private @Nullable Path walletKeyFile;

  @Option(
      names = "--key-service",
      paramLabel = "<reference>",
      description = "Key that opens the database, for example pkcs12:keys.p12#agent.")
  private @Nullable String keyService;

  @Option(
      names = "--key-service-password-file",
      paramLabel = "<file>",
      description = "File with the password of the key service.")
  private @Nullable Path keyServicePasswordFile;

  @Mixin private PropertyOptions others = new PropertyOptions();

  /** All that was given, under the names of the driver's properties. */
  public Properties properties() throws SQLException {
    return others.with(own());
  }

  /** What was given by options, without any profile. */
  public Properties given() {
    return others.given(own());
  }

  /** The profile that was named. */
  public Optional<String> profileName() {
    return others.profileName();
  }

  /** The profile that counts. */
  public Optional<Profile> profile() throws SQLException {
    return others.profile();
  }

  private Map<InftProperty, @Nullable Object> own() {
    Map<InftProperty, @Nullable Object> own = new EnumMap<>(InftProperty.class);
    own.put(InftProperty.NETWORK, network);
    own.put(InftProperty.EMBEDDED_DIR, embeddedDir);
    own.put(InftProperty.PASSWORD_FILE, passwordFile);
    own.put(InftProperty.ENCRYPTION_KEY_FILE, encryptionKeyFile);
    own.put(InftProperty.WALLET_KEY_FILE, walletKeyFile);
    own.put(InftProperty.KEY_SERVICE, keyService);
    own.put(InftProperty.KEY_SERVICE_PASSWORD_FILE, keyServicePasswordFile);
    return own;
  }

  /** All that was given, with {@code mode=ro} unless another mode was. */
  public Properties reading() throws SQLException {
    Properties properties = properties();
    properties.putIfAbsent(InftProperty.MODE.propertyName(), "ro");
    return properties;
  }

  /** As {@link #reading}, with the endpoint and the registry's address that were given apart. */
  public Properties readingFrom(@Nullable String rpc, @Nullable String registry)
      throws SQLException {
    Properties properties = reading();
    if (rpc != null) {
      properties.setProperty(InftProperty.RPC.propertyName(), rpc);
    }
    if (registry != null) {
      properties.setProperty(InftProperty.CONTRACT.propertyName(), registry);
    }
    return properties;
  }

  /** The registry of the network that these options name; storage need not be configured. */
  public Registry registry(boolean writes) throws SQLException {
    return Target.registry(writes ? properties() : reading());
  }
}

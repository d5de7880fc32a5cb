package io.inft.cli;

import io.inft.jdbc.InftProperty;
import io.inft.jdbc.Target;
import io.inft.registry.Registry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which network, opened how: shared by all commands that need one. */
final class NetworkOptions {
  @Option(
      names = "--network",
      paramLabel = "<name>",
      description = "embedded, galileo, mainnet, custom, or a network of your own.")
  private @Nullable String network;

  @Option(
      names = "--home",
      paramLabel = "<folder>",
      description = "This machine's working copies (default: ~/.inft).")
  private @Nullable Path home;

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
      names = "--key-service",
      paramLabel = "<reference>",
      description = "Key that opens the database, for example pkcs12:keys.p12#agent.")
  private @Nullable String keyService;

  @Option(
      names = "--key-service-password-file",
      paramLabel = "<file>",
      description = "File with the password of the key service.")
  private @Nullable Path keyServicePasswordFile;

  @Option(
      names = "--private-key-file",
      paramLabel = "<file>",
      description = "File with the key that signs (hex or keystore v3).")
  private @Nullable Path privateKeyFile;

  private final Map<String, String> more = new LinkedHashMap<>();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = {"-P", "--property"},
      paramLabel = "<name>=<value>",
      description = "Any other property of the driver but secrets, may be given often.")
  @SuppressWarnings("UnusedMethod") // picocli calls it
  private void more(Map<String, String> given) {
    for (String name : given.keySet()) {
      if (InftProperty.of(name).filter(InftProperty::secret).isPresent()) {
        throw new ParameterException(
            Objects.requireNonNull(spec).root().commandLine(),
            "-P "
                + name
                + ": everybody on this machine can read a command line; put the secret into a file"
                + " and name that, or into the environment");
      }
    }
    more.putAll(given);
  }

  /** All that was given, under the names of the driver's properties. */
  Properties properties() {
    Properties properties = new Properties();
    set(properties, InftProperty.NETWORK, network);
    set(properties, InftProperty.HOME, home);
    set(properties, InftProperty.EMBEDDED_DIR, embeddedDir);
    set(properties, InftProperty.PASSWORD_FILE, passwordFile);
    set(properties, InftProperty.ENCRYPTION_KEY_FILE, encryptionKeyFile);
    set(properties, InftProperty.KEY_SERVICE, keyService);
    set(properties, InftProperty.KEY_SERVICE_PASSWORD_FILE, keyServicePasswordFile);
    set(properties, InftProperty.PRIVATE_KEY_FILE, privateKeyFile);
    properties.putAll(more);
    return properties;
  }

  private static void set(Properties to, InftProperty property, @Nullable Object value) {
    if (value != null) {
      to.setProperty(property.propertyName(), value.toString());
    }
  }

  /** The registry of the network that these options name; storage need not be configured. */
  Registry registry(boolean writes) throws SQLException {
    Properties properties = properties();
    if (!writes) {
      properties.putIfAbsent(InftProperty.MODE.propertyName(), "ro");
    }
    return Target.registry(properties);
  }
}

package io.inft.cli;

import io.inft.jdbc.InftProperty;
import io.inft.jdbc.StorageTarget;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which 0G Storage, and who pays. */
final class StorageOptions {
  @Option(
      names = "--network",
      paramLabel = "<name>",
      description = "mainnet, galileo or custom (default: the chain's id picks it).")
  private @Nullable String network;

  @Option(
      names = "--rpc",
      paramLabel = "<url>",
      description = "JSON-RPC of the chain (ZERO_G_RPC).")
  private @Nullable String rpc;

  @Option(
      names = "--indexer",
      paramLabel = "<url>",
      description = "Indexer of 0G Storage (ZERO_G_INDEXER).")
  private @Nullable String indexer;

  @Option(
      names = "--nodes",
      paramLabel = "<urls>",
      description = "Storage nodes, separated by commas, instead of an indexer (ZERO_G_NODES).")
  private @Nullable String nodes;

  @Option(
      names = "--private-key-file",
      paramLabel = "<file>",
      description = "File with the key that pays (hex or keystore v3; or ZERO_G_PRIVATE_KEY).")
  private @Nullable Path privateKeyFile;

  @Option(
      names = "--home",
      paramLabel = "<folder>",
      description = "Where transactions are written down (default: ~/.inft).")
  private @Nullable Path home;

  @Option(
      names = {"-P", "--property"},
      paramLabel = "<name>=<value>",
      description = "Any other property of the driver, may be given often.")
  private Map<String, String> more = new LinkedHashMap<>();

  StorageTarget forReading() throws SQLException {
    Properties properties = properties();
    properties.setProperty(InftProperty.MODE.propertyName(), "ro");
    return StorageTarget.of(properties, 1);
  }

  StorageTarget forWriting(int replicas) throws SQLException {
    return StorageTarget.of(properties(), replicas);
  }

  private Properties properties() {
    Properties properties = new Properties();
    set(properties, InftProperty.NETWORK, network);
    set(properties, InftProperty.RPC, rpc);
    set(properties, InftProperty.INDEXER, indexer);
    set(properties, InftProperty.NODES, nodes);
    set(properties, InftProperty.PRIVATE_KEY_FILE, privateKeyFile);
    set(properties, InftProperty.HOME, home);
    properties.putAll(more);
    return properties;
  }

  private static void set(Properties to, InftProperty property, @Nullable Object value) {
    if (value != null) {
      to.setProperty(property.propertyName(), value.toString());
    }
  }
}

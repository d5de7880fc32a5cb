package io.inft.cli.storage;

import io.inft.cli.console.PropertyOptions;
import io.inft.jdbc.StorageTarget;
import io.inft.jdbc.config.InftProperty;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

  @Mixin private PropertyOptions others = new PropertyOptions();

  StorageTarget forReading() throws SQLException {
    Properties properties = properties();
    properties.setProperty(InftProperty.MODE.propertyName(), "ro");
    return StorageTarget.of(properties, 1);
  }

  StorageTarget forWriting(int replicas) throws SQLException {
    return StorageTarget.of(properties(), replicas);
  }

  private Properties properties() throws SQLException {
    Map<InftProperty, @Nullable Object> own = new EnumMap<>(InftProperty.class);
    own.put(InftProperty.NETWORK, network);
    own.put(InftProperty.RPC, rpc);
    own.put(InftProperty.INDEXER, indexer);
    own.put(InftProperty.NODES, nodes);
    return others.with(own);
  }
}

package io.inft.jdbc.network;

import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.store.zerog.ZeroGStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The networks in use in this JVM. Connections with the same settings share one; a network that
 * could not be made is not remembered.
 */
public final class Networks {
  /** The folder's identity tells a new folder of the same name from the old one. */
  private record Key(String name, NetworkRequest request, String folderIdentity) {}

  /** One network being made or in use; its lock lets others be made meanwhile. */
  private static final class Place {
    private @Nullable Network network;
  }

  private static final ConcurrentMap<Key, Place> OPEN = new ConcurrentHashMap<>();

  private static final String WAYS =
      "no network is configured. For a database in a folder of this machine add network=embedded;"
          + " for 0G set ZERO_G_RPC, ZERO_G_STORAGE_CONTRACT, ZERO_G_PRIVATE_KEY and"
          + " INFT_ENCRYPTION_PASSWORD (or the properties rpc, contract, privateKey and password)";

  private Networks() {}

  /** The network that a request asks for. */
  public static Network of(NetworkRequest request) throws InftException {
    String name = name(request);
    Key before = key(name, request);
    Place place = OPEN.computeIfAbsent(before, unused -> new Place());
    synchronized (place) {
      Network open = place.network;
      if (open == null) {
        open = provider(name).open(request);
        place.network = open;
        // Opening may have made the folder, which gives it an identity.
        Key after = key(name, request);
        if (!after.equals(before)) {
          OPEN.remove(before, place);
          OPEN.put(after, place);
        }
      }
      return open;
    }
  }

  private static Key key(String name, NetworkRequest request) {
    return new Key(name, request, identity(request.embeddedDir()));
  }

  /** The registry alone of the network that a request asks for. */
  public static Registry registryOf(NetworkRequest request) throws InftException {
    return provider(name(request)).registry(request);
  }

  /** Who makes the network that a request asks for. */
  public static NetworkProvider providerOf(NetworkRequest request) throws InftException {
    return provider(name(request));
  }

  /** The chain of the network that a request asks for. */
  public static ChainNetwork.Access chainOf(NetworkRequest request) throws InftException {
    String name = name(request);
    if (provider(name) instanceof ChainNetwork chain) {
      return chain.access(request);
    }
    throw new SettingException(
        "network", "network=" + name + " is on no chain that this driver knows how to use");
  }

  /** 0G Storage alone, of the network that a request asks for. */
  public static ZeroGStore storageOf(NetworkRequest request, int replicas) throws InftException {
    String name = name(request);
    if (provider(name) instanceof ChainNetwork chain) {
      return chain.storage(request, replicas);
    }
    throw new SettingException(
        "network", "network=" + name + " has no 0G Storage; expected mainnet, galileo or custom");
  }

  private static String name(NetworkRequest request) throws SettingException {
    Optional<String> named = request.text(InftProperty.NETWORK);
    if (named.isPresent()) {
      return named.get();
    }
    if (request.text(InftProperty.RPC).isPresent()) {
      return ChainNetwork.AUTO;
    }
    throw new SettingException("network", WAYS);
  }

  private static NetworkProvider provider(String name) throws SettingException {
    Map<String, NetworkProvider> providers = new TreeMap<>();
    NetworkProvider embedded = new EmbeddedNetwork();
    providers.put(embedded.name(), embedded);
    ChainNetwork.all().forEach(chain -> providers.put(chain.name(), chain));
    try {
      for (NetworkProvider found :
          ServiceLoader.load(NetworkProvider.class, Networks.class.getClassLoader())) {
        providers.putIfAbsent(found.name(), found);
      }
      for (NetworkProvider found : ServiceLoader.load(NetworkProvider.class)) {
        providers.putIfAbsent(found.name(), found);
      }
    } catch (ServiceConfigurationError e) {
      throw new SettingException("network", "a NetworkProvider cannot be loaded: " + e);
    }
    NetworkProvider provider = providers.get(name);
    if (provider == null) {
      throw new SettingException(
          "network",
          "there is no provider for '"
              + name
              + "'; there is one for "
              + String.join(", ", providers.keySet()));
    }
    return provider;
  }

  private static String identity(Path folder) {
    try {
      BasicFileAttributes found = Files.readAttributes(folder, BasicFileAttributes.class);
      return found.fileKey() == null
          ? found.creationTime().toString()
          : String.valueOf(found.fileKey());
    } catch (IOException notThere) {
      return "";
    }
  }
}

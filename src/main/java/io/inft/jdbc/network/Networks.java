package io.inft.jdbc.network;

import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.network.NetworkChoice.Half;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.store.zerog.ZeroGStore;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The networks in use in this JVM. Connections with the same settings share one; a network that
 * could not be made is not remembered.
 */
public final class Networks {
  /** The folder's identity tells a new folder of the same name from the old one. */
  private record Key(NetworkRequest request, String folderIdentity) {}

  /**
   * One network being made or in use; its lock lets others be made meanwhile. What uses a network
   * holds it; with the last engine and session it goes, and all that it keeps.
   */
  private static final class Place {
    private volatile @Nullable WeakReference<Network> network;

    private @Nullable Network inUse() {
      WeakReference<Network> made = network;
      return made == null ? null : made.get();
    }

    private boolean isOver() {
      WeakReference<Network> made = network;
      return made != null && made.get() == null;
    }
  }

  private static final ConcurrentMap<Key, Place> OPEN = new ConcurrentHashMap<>();

  private Networks() {}

  /** The network that a request asks for. */
  public static Network of(NetworkRequest request) throws InftException {
    NetworkChoice choice = NetworkChoice.of(request);
    forgetUnused();
    Key before = key(request);
    Place place = OPEN.computeIfAbsent(before, unused -> new Place());
    synchronized (place) {
      Network open = place.inUse();
      if (open == null) {
        open = choice.open();
        place.network = new WeakReference<>(open);
        // Opening may have made the folder, which gives it an identity.
        Key after = key(request);
        OPEN.remove(before, place);
        OPEN.put(after, place);
      }
      return open;
    }
  }

  /** A place that is just being filled is locked, and is put again when it is. */
  private static void forgetUnused() {
    OPEN.values().removeIf(Place::isOver);
  }

  /** How many are kept; for tests. */
  static int held() {
    forgetUnused();
    return OPEN.size();
  }

  private static Key key(NetworkRequest request) {
    return new Key(request, identity(request.embeddedDir()));
  }

  /**
   * The registry alone of the network that a request asks for: no storage need be configured. Not
   * shared; the caller closes it.
   */
  public static Registry registryOf(NetworkRequest request) throws InftException {
    Half<RegistryProvider> half = NetworkChoice.registryOf(request);
    return half.provider().registry(half.reference(), request);
  }

  /** The chain that both halves of the network that a request asks for are of, if they are. */
  public static Optional<ChainNetwork> wholeChain(NetworkRequest request) throws SettingException {
    return NetworkChoice.of(request).chain();
  }

  /** The chain that holds the registry of the network that a request asks for. */
  public static ChainNetwork.Access chainOf(NetworkRequest request) throws InftException {
    if (NetworkChoice.registryOf(request).provider() instanceof ChainNetwork chain) {
      return chain.access(request);
    }
    throw notOnAChain(request, "is on no chain; expected mainnet, galileo or custom");
  }

  /** 0G Storage alone, of the network that a request asks for. */
  public static ZeroGStore storageOf(NetworkRequest request, int replicas) throws InftException {
    if (NetworkChoice.storeOf(request).provider() instanceof ChainNetwork chain) {
      return chain.storage(request, replicas);
    }
    throw notOnAChain(request, "has no 0G Storage; expected mainnet, galileo or custom");
  }

  private static SettingException notOnAChain(NetworkRequest request, String what) {
    return new SettingException(
        "network", "network=" + request.text(InftProperty.NETWORK).orElse("") + " " + what);
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

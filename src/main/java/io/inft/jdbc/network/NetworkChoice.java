package io.inft.jdbc.network;

import io.inft.bytes.Trust;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Services;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.replica.local.Purse;
import io.inft.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The two halves that a request asks for by name. {@code network} means both; {@code store} and
 * {@code registry} each go before it.
 */
record NetworkChoice(
    Half<StoreProvider> store, Half<RegistryProvider> registry, NetworkRequest request) {
  private static final String WAYS =
      "no network is configured. For a database in a folder of this machine add network=embedded;"
          + " for 0G set ZERO_G_RPC, ZERO_G_STORAGE_CONTRACT, ZERO_G_PRIVATE_KEY and"
          + " INFT_ENCRYPTION_PASSWORD (or the properties rpc, contract, privateKey and password)";

  /** Who makes a half, and the rest of what it was asked for by. */
  record Half<P extends Provider>(P provider, String reference) {
    String identity(NetworkRequest request) throws InftException {
      return provider.identity(reference, request);
    }
  }

  static NetworkChoice of(NetworkRequest request) throws SettingException {
    return new NetworkChoice(storeOf(request), registryOf(request), request);
  }

  static Half<StoreProvider> storeOf(NetworkRequest request) throws SettingException {
    return half(
        request,
        InftProperty.STORE,
        Services.find(
            ServiceLoader.load(StoreProvider.class, NetworkChoice.class.getClassLoader()),
            ServiceLoader.load(StoreProvider.class),
            builtIn(),
            StoreProvider::name));
  }

  static Half<RegistryProvider> registryOf(NetworkRequest request) throws SettingException {
    return half(
        request,
        InftProperty.REGISTRY,
        Services.find(
            ServiceLoader.load(RegistryProvider.class, NetworkChoice.class.getClassLoader()),
            ServiceLoader.load(RegistryProvider.class),
            builtIn(),
            RegistryProvider::name));
  }

  /** Both halves of the embedded network, and of 0G. */
  @SuppressWarnings("unchecked") // each of them is both
  private static <P extends Provider> List<P> builtIn() {
    List<Provider> all = new ArrayList<>();
    all.add(new EmbeddedNetwork());
    all.addAll(ChainNetwork.all());
    return (List<P>) all;
  }

  private static <P extends Provider> Half<P> half(
      NetworkRequest request, InftProperty property, Services<P> services) throws SettingException {
    boolean isOwn = request.text(property).isPresent();
    InftProperty asked = isOwn ? property : InftProperty.NETWORK;
    Optional<String> set = request.text(asked);
    if (set.isEmpty() && request.text(InftProperty.RPC).isPresent()) {
      set = Optional.of(ChainNetwork.AUTO);
    }
    String value = set.orElseThrow(() -> new SettingException("network", WAYS));
    int colon = value.indexOf(':');
    String name = colon < 0 ? value : value.substring(0, colon);
    String reference = colon < 0 ? "" : value.substring(colon + 1);
    P provider =
        services
            .named(name)
            .orElseThrow(
                () ->
                    new SettingException(
                        asked.propertyName(),
                        "there is no "
                            + property.propertyName()
                            + " named '"
                            + name
                            + "'; "
                            + services.describe()));
    boolean isOurs = provider instanceof ChainNetwork || provider instanceof EmbeddedNetwork;
    if (isOurs && colon >= 0) {
      throw new SettingException(
          asked.propertyName(), "'" + name + "' takes nothing after its name, not '" + value + "'");
    }
    return new Half<>(provider, reference);
  }

  /** The chain network that both halves are of, if they are. */
  Optional<ChainNetwork> chain() {
    return registry.provider() instanceof ChainNetwork chain
            && store.provider() instanceof ChainNetwork other
            && chain.name().equals(other.name())
        ? Optional.of(chain)
        : Optional.empty();
  }

  /** Only in the folder that this machine plays a network in may anything be made up. */
  private boolean isDevelopment() {
    return store.provider() instanceof EmbeddedNetwork
        && registry.provider() instanceof EmbeddedNetwork;
  }

  /** Of the half that lies on a chain, if one does. */
  private Optional<Purse> purse() throws InftException {
    if (registry.provider() instanceof ChainNetwork chain) {
      return chain.purse(request);
    }
    return store.provider() instanceof ChainNetwork chain ? chain.purse(request) : Optional.empty();
  }

  /**
   * A registry of somebody's own says itself whether it compares answers; of the embedded one there
   * is only one.
   */
  private void requireTrust(RegistryProvider heads, Registry made) throws SettingException {
    boolean compares = heads instanceof EmbeddedNetwork || made.trust().level() != Trust.Level.L0;
    if (!compares && request.text(InftProperty.TRUST).orElse("").equals("quorum")) {
      throw new SettingException(
          InftProperty.TRUST.propertyName(),
          "registry=" + heads.name() + " does not compare what several say");
    }
  }

  Network open() throws InftException {
    Optional<ChainNetwork> chain = chain();
    if (chain.isPresent()) {
      return chain.get().open(request);
    }
    RegistryProvider heads = registry.provider();
    String headsAt = registry.identity(request);
    String objectsAt = store.identity(request);
    Store objects = store.provider().store(store.reference(), request);
    boolean complete = false;
    try {
      Registry made = heads.registry(registry.reference(), request);
      requireTrust(heads, made);
      Network network =
          new Network(
              headsAt.equals(objectsAt) ? headsAt : headsAt + "+" + objectsAt,
              objects,
              made,
              heads.signer(request),
              purse(),
              heads.syncInterval(request),
              isDevelopment());
      complete = true;
      return network;
    } finally {
      if (!complete) {
        objects.close();
      }
    }
  }
}

package io.inft.replica.local;

import io.inft.bytes.SigningKey;
import io.inft.registry.Registry;
import io.inft.store.Store;
import java.time.Duration;
import java.util.Optional;

/**
 * Where databases live: who keeps the objects and who says which version is the head.
 *
 * @param name as in the property {@code network}
 * @param store shared by all engines of this network; closed by its maker
 * @param registry the same
 * @param signer signs commit objects; the key of the registry's account, empty when only reading
 * @param purse what that account spends; empty where nothing costs anything, or nobody knows
 * @param syncInterval how long publishing gathers commits when the user does not say; zero
 *     publishes at once
 * @param development whether missing secrets and ids may be made up: true only on the embedded
 *     network
 */
public record Network(
    String name,
    Store store,
    Registry registry,
    Optional<SigningKey> signer,
    Optional<Purse> purse,
    Duration syncInterval,
    boolean development) {
  /** One that costs nothing. */
  public Network(
      String name,
      Store store,
      Registry registry,
      Optional<SigningKey> signer,
      Duration syncInterval,
      boolean development) {
    this(name, store, registry, signer, Optional.empty(), syncInterval, development);
  }
}

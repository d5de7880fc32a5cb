package io.inft.jdbc.network;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.registry.Registry;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes the half of a network that says which version is the head. Found by {@link
 * java.util.ServiceLoader} as a {@link StoreProvider} is; one class may provide both.
 */
public non-sealed interface RegistryProvider extends Provider {
  /**
   * Makes the registry, which acts as {@link #signer}. Called once for each set of settings in a
   * JVM, and for work that needs no storage, which then closes it; idle it should hold no threads
   * but daemons and no files.
   *
   * @param reference what stands after the colon, as in {@code registry=name:reference}; empty if
   *     nothing does. It may be shown, so it holds no secret
   * @throws io.inft.failure.SettingException if something is missing or cannot be used
   */
  Registry registry(String reference, NetworkRequest request) throws InftException;

  /** Signs what is published: the key that was given, unless this network makes one up. */
  default Optional<SigningKey> signer(NetworkRequest request) throws InftException {
    return request.signingKey();
  }

  /** How long publishing gathers commits when the user does not say; zero publishes at once. */
  default Duration syncInterval(NetworkRequest request) throws InftException {
    return Duration.ofSeconds(5);
  }
}

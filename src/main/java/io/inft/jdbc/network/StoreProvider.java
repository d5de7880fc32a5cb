package io.inft.jdbc.network;

import io.inft.failure.InftException;
import io.inft.store.Store;

/**
 * Makes the half of a network that keeps objects. Found by {@link java.util.ServiceLoader}, so that
 * anybody can add a place of his own under a name of his own, whoever names the heads; the built-in
 * ones are made the same way. One class may provide both halves.
 */
public non-sealed interface StoreProvider extends Provider {
  /**
   * Makes the store. Called once for each set of settings in a JVM; the store lives as long as the
   * JVM, so idle it should hold no threads but daemons and no files.
   *
   * @param reference what stands after the colon, as in {@code store=name:reference}; empty if
   *     nothing does. It may be shown, so it holds no secret
   * @throws io.inft.failure.SettingException if something is missing or cannot be used
   */
  Store store(String reference, NetworkRequest request) throws InftException;
}

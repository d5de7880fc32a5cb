package io.inft.jdbc.network;

import io.inft.failure.InftException;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;

/**
 * Makes the network of one name: a store for objects and a registry for heads. Found by {@link
 * java.util.ServiceLoader}, so that anybody can add a network under a name of his own; the embedded
 * one is made the same way.
 */
public interface NetworkProvider {
  /**
   * The value of the property {@code network} that asks for it. A provider named {@code auto} is
   * asked when {@code network} is not set but {@code rpc} is.
   */
  String name();

  /**
   * Makes the network. Called once for each set of settings in a JVM; the network lives as long as
   * the JVM, so idle it should hold no threads but daemons and no files.
   *
   * @throws io.inft.failure.SettingException if the request lacks something or has something that
   *     cannot be used
   */
  Network open(NetworkRequest request) throws InftException;

  /**
   * The registry alone, for work that needs no storage, which then need not be configured. Not
   * shared; the caller closes it.
   */
  default Registry registry(NetworkRequest request) throws InftException {
    return open(request).registry();
  }
}

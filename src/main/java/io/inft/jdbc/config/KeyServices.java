package io.inft.jdbc.config;

import io.inft.failure.SettingException;
import io.inft.keystore.KeystoreKeyWrapper;
import io.inft.seal.KeyWrapper;
import io.inft.seal.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The keystores, HSMs and key services that can open a keyring: the JDK's keystore, and whatever
 * {@link KeyWrapper} services the class path has.
 */
public final class KeyServices {
  private KeyServices() {}

  /**
   * The secret that a key reference stands for; nothing is asked yet.
   *
   * @param reference scheme, colon, and what the service makes of the rest
   * @throws SettingException if no service has this scheme
   */
  public static Secret secret(String reference, Optional<String> password) throws SettingException {
    int colon = reference.indexOf(':');
    String scheme = colon < 0 ? reference : reference.substring(0, colon);
    Map<String, KeyWrapper> wrappers = all();
    KeyWrapper wrapper = wrappers.get(scheme);
    if (colon < 0 || wrapper == null) {
      throw new SettingException(
          InftProperty.KEY_SERVICE.propertyName(),
          "'"
              + reference
              + "' does not begin with the scheme of a key service and a colon; there is "
              + String.join(", ", wrappers.keySet()));
    }
    return Secret.keyService(wrapper, new KeyWrapper.Key(reference.substring(colon + 1), password));
  }

  private static Map<String, KeyWrapper> all() throws SettingException {
    Map<String, KeyWrapper> wrappers = new TreeMap<>();
    KeyWrapper keystore = new KeystoreKeyWrapper();
    wrappers.put(keystore.scheme(), keystore);
    try {
      for (KeyWrapper found :
          ServiceLoader.load(KeyWrapper.class, KeyServices.class.getClassLoader())) {
        wrappers.putIfAbsent(found.scheme(), found);
      }
      for (KeyWrapper found : ServiceLoader.load(KeyWrapper.class)) {
        wrappers.putIfAbsent(found.scheme(), found);
      }
    } catch (ServiceConfigurationError e) {
      throw new SettingException(
          InftProperty.KEY_SERVICE.propertyName(), "a KeyWrapper cannot be loaded: " + e);
    }
    return wrappers;
  }
}

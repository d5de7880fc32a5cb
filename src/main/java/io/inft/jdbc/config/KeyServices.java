package io.inft.jdbc.config;

import io.inft.failure.SettingException;
import io.inft.keystore.KeystoreKeyWrapper;
import io.inft.seal.KeyWrapper;
import io.inft.seal.Secret;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

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
    Named named = named(reference, password);
    return Secret.keyService(named.wrapper(), named.key());
  }

  /** A service, and which of its keys. */
  public record Named(KeyWrapper wrapper, KeyWrapper.Key key) {}

  static Named named(String reference, Optional<String> password) throws SettingException {
    int colon = reference.indexOf(':');
    String scheme = colon < 0 ? reference : reference.substring(0, colon);
    Services<KeyWrapper> wrappers = all();
    Optional<KeyWrapper> wrapper = wrappers.named(scheme);
    if (colon < 0 || wrapper.isEmpty()) {
      throw new SettingException(
          InftProperty.KEY_SERVICE.propertyName(),
          "'"
              + reference
              + "' does not begin with the scheme of a key service and a colon; "
              + wrappers.describe());
    }
    return new Named(wrapper.get(), new KeyWrapper.Key(reference.substring(colon + 1), password));
  }

  private static Services<KeyWrapper> all() {
    return Services.find(
        ServiceLoader.load(KeyWrapper.class, KeyServices.class.getClassLoader()),
        ServiceLoader.load(KeyWrapper.class),
        List.of(new KeystoreKeyWrapper()),
        KeyWrapper::scheme);
  }
}

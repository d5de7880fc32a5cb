package io.inft.seal;

import io.inft.failure.InftException;
import java.util.Optional;

/**
 * Wraps short secrets with a key that stays where it is: in a keystore, in an HSM, with a key
 * service. Found by {@link java.util.ServiceLoader}, so that anybody can add one; the JDK keystore
 * is made the same way. A wrapper sees neither data keys nor data: what it wraps is a fresh random
 * secret of one slot.
 *
 * <p>To be safe for many threads. Whatever waits should have a deadline of its own. Failures:
 *
 * <ul>
 *   <li>{@link io.inft.failure.WrongKeyException} the service answered, and the key is another one
 *   <li>{@link io.inft.failure.KeyServiceException} it did not answer, or refused
 *   <li>{@link io.inft.failure.SettingException} the reference cannot be used
 * </ul>
 */
public interface KeyWrapper {
  int MAX_SCHEME_BYTES = 32;
  int MAX_NAME_BYTES = 128;
  int MAX_WRAPPED_BYTES = 1024;

  /** Lower-case letters, digits and hyphens: what a key reference begins with, up to a colon. */
  String scheme();

  /**
   * The name that the slot shows to everybody, for ever: at most {@link #MAX_NAME_BYTES} bytes of
   * UTF-8. The same key must have the same name, because only slots of that name are tried.
   */
  String name(Key key) throws InftException;

  /**
   * Wraps.
   *
   * @param secret 32 bytes
   * @param boundTo 36 bytes that stand for database and epoch: associated data, encryption context
   * @return 1 to {@link #MAX_WRAPPED_BYTES} bytes, which will be public
   */
  byte[] wrap(byte[] secret, Key key, byte[] boundTo) throws InftException;

  /** The 32 bytes that {@link #wrap} was given. */
  byte[] unwrap(byte[] wrapped, Key key, byte[] boundTo) throws InftException;

  /**
   * Which key of a service, and what opens the service.
   *
   * @param reference what follows the scheme and its colon
   * @param password for services that need one
   */
  record Key(String reference, Optional<String> password) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Key[" + reference + "]";
    }
  }
}

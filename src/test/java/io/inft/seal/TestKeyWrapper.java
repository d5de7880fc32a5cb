package io.inft.seal;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.KeyServiceException;
import io.inft.failure.WrongKeyException;
import io.inft.seal.cipher.Aead;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.AEADBadTagException;

/**
 * A key service for tests: keeps one key, answers always in the same way, and counts what it is
 * asked.
 */
final class TestKeyWrapper implements KeyWrapper {
  final AtomicInteger asked = new AtomicInteger();
  boolean down;
  private final byte[] key;

  TestKeyWrapper(byte[] key) {
    this.key = key.clone();
  }

  Secret named(String name) {
    return Secret.keyService(this, new Key(name, Optional.empty()));
  }

  @Override
  public String scheme() {
    return "for-tests";
  }

  @Override
  public String name(Key which) {
    return which.reference();
  }

  @Override
  public byte[] wrap(byte[] secret, Key which, byte[] boundTo) throws InftException {
    answer("wrap");
    byte[] nonce = Arrays.copyOf(Digest.sha256(secret).toBytes(), Aead.NONCE_BYTES);
    byte[] sealed = Aead.seal(Aead.key(key), nonce, boundTo, secret, 0, secret.length);
    byte[] wrapped = Arrays.copyOf(nonce, nonce.length + sealed.length);
    System.arraycopy(sealed, 0, wrapped, nonce.length, sealed.length);
    return wrapped;
  }

  @Override
  public byte[] unwrap(byte[] wrapped, Key which, byte[] boundTo) throws InftException {
    answer("unwrap");
    byte[] nonce = Arrays.copyOf(wrapped, Aead.NONCE_BYTES);
    byte[] sealed = Arrays.copyOfRange(wrapped, Aead.NONCE_BYTES, wrapped.length);
    try {
      return Aead.open(Aead.key(key), nonce, boundTo, sealed);
    } catch (AEADBadTagException e) {
      throw new WrongKeyException("what the service for tests wrapped", "ask for another key");
    }
  }

  private void answer(String action) throws KeyServiceException {
    asked.incrementAndGet();
    if (down) {
      throw new KeyServiceException(scheme(), action, "it is down", null);
    }
  }
}

package io.inft.seal;

import io.inft.bytes.Digest;
import io.inft.seal.cipher.Aead;
import io.inft.seal.cipher.Hkdf;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a keyring derives from its own data key: the check value, the MAC over its bytes, and the
 * link back to the key of the epoch before.
 */
final class KeyringProof {
  private final DataKey key;
  private final byte[] boundTo;

  KeyringProof(DataKey key, Digest context, int epoch) {
    this.key = key;
    this.boundTo = new SlotWrapping(context, epoch).boundTo();
  }

  byte[] check() {
    return derive("inft/v1/data-key-check", KeyringFormat.CHECK_BYTES);
  }

  boolean hasCheck(byte[] check) {
    return MessageDigest.isEqual(check(), check);
  }

  byte[] mac(byte[] bytes, int length) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(derive("inft/v1/keyring-mac", 32), "HmacSHA256"));
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  byte[] linkTo(DataKey previous, SecureRandom random) {
    byte[] nonce = new byte[Aead.NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] plain = previous.reveal();
    byte[] wrapped = Aead.seal(linkKey(), nonce, boundTo, plain, 0, plain.length);
    Arrays.fill(plain, (byte) 0);
    byte[] link = Arrays.copyOf(nonce, KeyringFormat.BACK_LINK_BYTES);
    System.arraycopy(wrapped, 0, link, nonce.length, wrapped.length);
    return link;
  }

  DataKey follow(byte[] link) throws AEADBadTagException {
    byte[] nonce = Arrays.copyOf(link, Aead.NONCE_BYTES);
    byte[] wrapped = Arrays.copyOfRange(link, Aead.NONCE_BYTES, link.length);
    byte[] plain = Aead.open(linkKey(), nonce, boundTo, wrapped);
    DataKey previous = DataKey.of(plain);
    Arrays.fill(plain, (byte) 0);
    return previous;
  }

  private SecretKey linkKey() {
    return Aead.key(derive("inft/v1/back-link", Aead.KEY_BYTES));
  }

  private byte[] derive(String purpose, int sizeBytes) {
    byte[] secret = key.reveal();
    byte[] derived = Hkdf.derive(secret, Hkdf.NO_SALT, Hkdf.info(purpose, boundTo), sizeBytes);
    Arrays.fill(secret, (byte) 0);
    return derived;
  }
}

package io.inft.seal.cipher;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.PublicKey;
import io.inft.bytes.SigningKey;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * A key of 32 bytes handed to an account, as 0G's ERC-7857 contracts publish it: {@code ephemeral65
 * || nonce16 || tag16 || ciphertext32}, the layout that the ECIES libraries for Go (v2), JavaScript
 * and Rust share. The cipher is AES-256-GCM without associated data under {@code HKDF(ephemeral65
 * || agreed point65, empty, empty, 32)}; {@code keyring.md} has an example. Nothing in it says to
 * what the key belongs: that is for whoever uses the key to bind. Stateless, safe for many threads.
 */
public final class SealedKey {
  public static final int BYTES = 129;

  private static final int NONCE_BYTES = 16;
  private static final byte[] NOTHING = {};

  private SealedKey() {}

  /**
   * @param key 32 bytes
   * @return 129 bytes, which only the account can open
   */
  public static byte[] seal(byte[] key, PublicKey account, SecureRandom random) {
    if (key.length != Aead.KEY_BYTES) {
      throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
    }
    SigningKey ephemeral = SigningKey.generate(random);
    byte[] shown = ephemeral.publicKey().uncompressed();
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed =
        Aead.seal(cipherKey(ephemeral, account, shown), nonce, NOTHING, key, 0, key.length);
    return new ByteWriter(BYTES)
        .bytes(shown)
        .bytes(nonce)
        .bytes(part(sealed, key.length, Aead.TAG_BYTES))
        .bytes(part(sealed, 0, key.length))
        .toBytes();
  }

  /**
   * @return the 32 bytes
   * @throws AEADBadTagException if it was sealed to another account, altered, or has another length
   */
  public static byte[] open(byte[] sealed, SigningKey account) throws AEADBadTagException {
    if (sealed.length != BYTES) {
      throw new AEADBadTagException("a sealed key has 129 bytes, not " + sealed.length);
    }
    byte[] shown = part(sealed, 0, PublicKey.UNCOMPRESSED_BYTES);
    PublicKey ephemeral;
    try {
      ephemeral = PublicKey.of(shown);
    } catch (IllegalArgumentException e) {
      AEADBadTagException altered = new AEADBadTagException("it begins with no public key");
      altered.initCause(e);
      throw altered;
    }
    int tagAt = shown.length + NONCE_BYTES;
    byte[] inOrder =
        new ByteWriter(Aead.KEY_BYTES + Aead.TAG_BYTES)
            .bytes(part(sealed, tagAt + Aead.TAG_BYTES, Aead.KEY_BYTES))
            .bytes(part(sealed, tagAt, Aead.TAG_BYTES))
            .toBytes();
    byte[] nonce = part(sealed, shown.length, NONCE_BYTES);
    return Aead.open(cipherKey(account, ephemeral, shown), nonce, NOTHING, inOrder);
  }

  private static SecretKey cipherKey(SigningKey own, PublicKey other, byte[] ephemeral) {
    byte[] point = own.agree(other);
    byte[] both =
        new ByteWriter(2 * PublicKey.UNCOMPRESSED_BYTES).bytes(ephemeral).bytes(point).toBytes();
    byte[] derived = Hkdf.derive(both, Hkdf.NO_SALT, NOTHING, Aead.KEY_BYTES);
    SecretKey key = Aead.key(derived);
    Arrays.fill(point, (byte) 0);
    Arrays.fill(both, (byte) 0);
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  private static byte[] part(byte[] bytes, int from, int length) {
    byte[] part = new byte[length];
    System.arraycopy(bytes, from, part, 0, length);
    return part;
  }
}

package io.inft.seal.cipher;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a tag of 16 bytes, from the JDK, which keeps all plaintext back until the tag is
 * verified.
 */
public final class Aead {
  public static final String ALGORITHM = "AES/GCM/NoPadding";
  public static final int KEY_BYTES = 32;
  public static final int NONCE_BYTES = 12;
  public static final int TAG_BYTES = 16;

  private static final String COUNTER_MODE = "AES/CTR/NoPadding";
  private static final int BLOCK_BYTES = 16;

  private Aead() {}

  public static SecretKey key(byte[] bytes) {
    return new SecretKeySpec(bytes, "AES");
  }

  public static byte[] seal(
      SecretKey key, byte[] nonce, byte[] associated, byte[] plain, int offset, int length) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain, offset, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-256-GCM", e);
    }
  }

  /**
   * @throws AEADBadTagException if key, nonce, associated data and ciphertext do not belong
   *     together
   */
  public static byte[] open(SecretKey key, byte[] nonce, byte[] associated, byte[] sealed)
      throws AEADBadTagException {
    if (sealed.length < TAG_BYTES) {
      throw new AEADBadTagException("shorter than a tag");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-256-GCM", e);
    }
  }

  /**
   * Opens within one array: the plaintext takes the place of the first of {@code length} bytes.
   *
   * @throws AEADBadTagException as above; the array then holds anything
   */
  public static void openInPlace(
      SecretKey key, byte[] nonce, byte[] associated, byte[] bytes, int length)
      throws AEADBadTagException {
    if (length < TAG_BYTES) {
      throw new AEADBadTagException("shorter than a tag");
    }
    try {
      cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(bytes, 0, length, bytes, 0);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-256-GCM", e);
    }
  }

  /**
   * Decrypts a part of a ciphertext, whose tag cannot be checked: nothing proves it. The key stream
   * is counter mode from the nonce, whose block 1 is the tag's.
   *
   * @param offset of the part within the ciphertext
   * @param target takes {@code length} bytes at {@code at}
   */
  public static void openPart(
      SecretKey key,
      byte[] nonce,
      int offset,
      byte[] sealed,
      int from,
      int length,
      byte[] target,
      int at) {
    byte[] counter =
        ByteBuffer.allocate(BLOCK_BYTES).put(nonce).putInt(2 + offset / BLOCK_BYTES).array();
    try {
      Cipher cipher = Cipher.getInstance(COUNTER_MODE);
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(counter));
      cipher.update(new byte[offset % BLOCK_BYTES]);
      cipher.doFinal(sealed, from, length, target, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES in counter mode", e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }
}

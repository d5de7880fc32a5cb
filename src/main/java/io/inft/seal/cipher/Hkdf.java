package io.inft.seal.cipher;

import io.inft.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869): the one way keys are made from keys here. */
public final class Hkdf {
  public static final byte[] NO_SALT = {};

  private static final String HMAC = "HmacSHA256";
  private static final int HASH_BYTES = 32;
  private static final int MOST_BLOCKS = 255;

  private Hkdf() {}

  public static byte[] derive(byte[] key, byte[] salt, byte[] info, int sizeBytes) {
    int blocks = (sizeBytes + HASH_BYTES - 1) / HASH_BYTES;
    if (blocks > MOST_BLOCKS) {
      throw new IllegalArgumentException("HKDF gives at most 8160 bytes, not " + sizeBytes);
    }
    byte[] extracted = mac(salt.length == 0 ? new byte[HASH_BYTES] : salt).doFinal(key);
    Mac mac = mac(extracted);
    Arrays.fill(extracted, (byte) 0);
    byte[] derived = new byte[sizeBytes];
    byte[] block = {};
    for (int i = 1; i <= blocks; i++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) i);
      block = mac.doFinal();
      int at = (i - 1) * HASH_BYTES;
      System.arraycopy(block, 0, derived, at, Math.min(HASH_BYTES, sizeBytes - at));
    }
    return derived;
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
    }
  }

  /** The purpose in ASCII, a zero byte, then the values it is bound to. */
  public static byte[] info(String purpose, byte[]... bound) {
    ByteWriter writer = new ByteWriter(128);
    writer.bytes(purpose.getBytes(StandardCharsets.US_ASCII)).u8(0);
    for (byte[] part : bound) {
      writer.bytes(part);
    }
    return writer.toBytes();
  }
}

package io.inft.seal.cipher;

import io.inft.bytes.BouncyCastleStart;
import io.inft.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/** HKDF with SHA-256 (RFC 5869): the one way keys are made from keys here. */
public final class Hkdf {
  public static final byte[] NO_SALT = {};

  private Hkdf() {}

  public static byte[] derive(byte[] key, byte[] salt, byte[] info, int sizeBytes) {
    BouncyCastleStart.now();
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
    generator.init(new HKDFParameters(key, salt, info));
    byte[] derived = new byte[sizeBytes];
    generator.generateBytes(derived, 0, sizeBytes);
    return derived;
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

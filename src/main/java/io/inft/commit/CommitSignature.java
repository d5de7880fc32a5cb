package io.inft.commit;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import java.nio.charset.StandardCharsets;

/**
 * What is signed, and how the signature stands in the bytes. The digest is EIP-712's, so that a
 * wallet can show what it signs, and so that a signature made for anything else is none here.
 */
final class CommitSignature {
  /** A recoverable secp256k1 signature over the typed data. */
  static final int SECP256K1 = 1;

  static final String DOMAIN_TYPE = "EIP712Domain(string name,string version,bytes32 salt)";
  static final String DOMAIN_NAME = "inft commit object";
  static final String DOMAIN_VERSION = "1";
  static final String TYPE =
      "Commit(uint64 version,bytes32 previousRoot,bytes32 bodyHash,address author)";

  private CommitSignature() {}

  /**
   * The digest to sign.
   *
   * @param bodyHash SHA-256 of the body's bytes
   */
  static Digest digest(CommitBody body, Digest bodyHash) {
    return digest(body.context(), body.version(), body.previousRoot(), body.author(), bodyHash);
  }

  static Digest digest(
      Digest context, long version, Digest previousRoot, Address author, Digest bodyHash) {
    Digest domain =
        Digest.keccak256(
            keccak(DOMAIN_TYPE), keccak(DOMAIN_NAME), keccak(DOMAIN_VERSION), context.toBytes());
    Digest message =
        Digest.keccak256(
            new ByteWriter(160)
                .bytes(keccak(TYPE))
                .bytes(new byte[24])
                .u64(version)
                .digest(previousRoot)
                .digest(bodyHash)
                .bytes(new byte[12])
                .address(author)
                .toBytes());
    return Digest.keccak256(new byte[] {0x19, 0x01}, domain.toBytes(), message.toBytes());
  }

  private static byte[] keccak(String text) {
    return Digest.keccak256(text.getBytes(StandardCharsets.US_ASCII)).toBytes();
  }

  static void write(ByteWriter writer, Blob signature) {
    writer.u8(SECP256K1).bytes16(signature.toBytes());
  }

  static Blob read(ByteReader reader) throws CorruptObjectException, FormatTooNewException {
    int scheme = reader.u8("signature scheme");
    if (scheme > SECP256K1) {
      throw new FormatTooNewException("the signature scheme", scheme, SECP256K1);
    }
    if (scheme < SECP256K1) {
      throw reader.corrupt("signature scheme " + scheme + " never existed");
    }
    byte[] signature = reader.bytes16("signature", SigningKey.SIGNATURE_BYTES);
    if (signature.length != SigningKey.SIGNATURE_BYTES) {
      throw reader.corrupt("a signature of " + signature.length + " bytes");
    }
    return Blob.of(signature);
  }
}

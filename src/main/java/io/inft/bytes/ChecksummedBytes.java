package io.inft.bytes;

import io.inft.failure.CorruptObjectException;
import java.util.Arrays;

/** Small local records with a SHA-256 at the end, so that damage is noticed and never acted on. */
public final class ChecksummedBytes {
  private ChecksummedBytes() {}

  public static byte[] wrap(byte[] content) {
    return new ByteWriter(content.length + Digest.BYTES)
        .bytes(content)
        .digest(Digest.sha256(content))
        .toBytes();
  }

  public static ByteReader unwrap(String what, byte[] bytes) throws CorruptObjectException {
    int size = bytes.length - Digest.BYTES;
    if (size < 0
        || !Digest.sha256(Arrays.copyOf(bytes, size))
            .equals(Digest.of(Arrays.copyOfRange(bytes, size, bytes.length)))) {
      throw new CorruptObjectException(what, 0, "its checksum does not match");
    }
    return new ByteReader(what, bytes, 0, size);
  }
}

package io.inft.pack;

import io.inft.bytes.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** What packs make of the bytes and names of pages. */
final class PageBytes {
  private PageBytes() {}

  static void xorInto(byte[] target, byte[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= other[i];
    }
  }

  /** What a block is compressed against: the bases side by side. */
  static byte[] prefix(List<byte[]> bases) {
    ByteArrayOutputStream prefix = new ByteArrayOutputStream();
    prefix.writeBytes(new byte[PackFormat.PREFIX_ZEROS]);
    bases.forEach(prefix::writeBytes);
    return prefix.toByteArray();
  }

  /** Enough of a page's SHA-256 to notice that a delta is laid on the wrong page. */
  static long fingerprint(Digest sha256) {
    return ByteBuffer.wrap(sha256.toBytes()).getLong();
  }
}

package io.inft.seal;

/**
 * A stretch of the plaintext of a sealed object, and which bytes of the object have it: whole
 * sectors of 256 bytes, which is what nodes of 0G Storage serve. What is read of it has no tag; it
 * is proved by whoever tells the digest of those bytes.
 *
 * @param sealedSizeBytes of the object
 * @param from its first byte, of the plaintext
 * @param to behind its last byte
 */
public record SealedPart(long sealedSizeBytes, long from, long to) {
  /** A part of an object begins and ends with a sector; or the object ends before. */
  public static final int SECTOR_BYTES = 256;

  public SealedPart {
    if (from < 0 || from >= to || to > Seal.plainSizeBytes(sealedSizeBytes)) {
      throw new IllegalArgumentException(
          "bytes " + from + " to " + to + " of a sealed object of " + sealedSizeBytes);
    }
  }

  /** Where the bytes of the object begin that have it. */
  public long offset() {
    return placeOf(from) / SECTOR_BYTES * SECTOR_BYTES;
  }

  /** How many they are. */
  public int lengthBytes() {
    long end = (placeOf(to - 1) / SECTOR_BYTES + 1) * SECTOR_BYTES;
    return Math.toIntExact(Math.min(sealedSizeBytes, end) - offset());
  }

  /** The place in the object of a byte of the plaintext. */
  private static long placeOf(long plainOffset) {
    long chunk = SealFormat.chunkOf(plainOffset);
    return SealFormat.beginOf(chunk) + plainOffset - SealFormat.plainOffset(chunk);
  }

  byte[] open(ObjectKey key, byte[] sealed) {
    if (sealed.length != lengthBytes()) {
      throw new IllegalArgumentException(sealed.length + " bytes for " + this);
    }
    long lastChunk = SealFormat.sealedChunks(sealedSizeBytes) - 1;
    byte[] plain = new byte[Math.toIntExact(to - from)];
    long at = from;
    while (at < to) {
      long chunk = SealFormat.chunkOf(at);
      int count = (int) (Math.min(to, SealFormat.plainOffset(chunk + 1)) - at);
      key.openPart(
          chunk,
          chunk == lastChunk,
          (int) (at - SealFormat.plainOffset(chunk)),
          sealed,
          (int) (placeOf(at) - offset()),
          count,
          plain,
          (int) (at - from));
      at += count;
    }
    return plain;
  }
}

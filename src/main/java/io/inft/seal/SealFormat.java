package io.inft.seal;

import io.inft.bytes.Blob;
import io.inft.seal.cipher.Aead;

/** The layout of a sealed object; see {@code sealed-object.md}. */
final class SealFormat {
  /** Not ASCII, "INFS", and a line feed that text mode would change. */
  static final Blob MAGIC = Blob.of(new byte[] {(byte) 0x89, 'I', 'N', 'F', 'S', 0x0a});

  /** As long as its content. */
  static final int UNPADDED = 1;

  /** Filled up; the number of bytes that it was filled up by stands at the end. */
  static final int PADDED = 2;

  /** The number of zeros, at the end of a padded plaintext. */
  static final int PADDING_LENGTH_BYTES = 8;

  /** AES-256-GCM, HKDF-SHA-256, chunks of 2^18 bytes. */
  static final int SUITE = 1;

  static final int FORMAT_OFFSET = 6;
  static final int SUITE_OFFSET = 7;
  static final int KEY_HINT_OFFSET = 8;
  static final int LABEL_HINT_OFFSET = 12;
  static final int SALT_OFFSET = 16;
  static final int COMMITMENT_OFFSET = 32;
  static final int HEADER_BYTES = 64;

  static final int HINT_BYTES = 4;
  static final int SALT_BYTES = 16;
  static final int COMMITMENT_BYTES = 32;

  /** Ciphertext of a whole chunk, header and tag included: one segment of 0G Storage. */
  static final int CHUNK_BYTES = 1 << 18;

  /** 16 TiB: far inside what one key may encrypt. */
  static final long MAX_CHUNKS = 1L << 26;

  /** Plaintext of the first chunk, which shares its place with the header. */
  static final int FIRST_PLAIN_BYTES = CHUNK_BYTES - HEADER_BYTES - Aead.TAG_BYTES;

  /** Plaintext of every later chunk but the last. */
  static final int PLAIN_BYTES = CHUNK_BYTES - Aead.TAG_BYTES;

  static final long MAX_PLAIN_BYTES = FIRST_PLAIN_BYTES + (MAX_CHUNKS - 1) * PLAIN_BYTES;

  private SealFormat() {}

  static int plainBytes(long chunk) {
    return chunk == 0 ? FIRST_PLAIN_BYTES : PLAIN_BYTES;
  }

  /** Which chunk holds the plaintext byte at {@code offset}. */
  static long chunkOf(long offset) {
    return offset < FIRST_PLAIN_BYTES ? 0 : 1 + (offset - FIRST_PLAIN_BYTES) / PLAIN_BYTES;
  }

  /** Offset of a chunk's first byte in the plaintext. */
  static long plainOffset(long chunk) {
    return chunk == 0 ? 0 : FIRST_PLAIN_BYTES + (chunk - 1) * PLAIN_BYTES;
  }

  /** Where the ciphertext of a chunk begins in the object. */
  static long beginOf(long chunk) {
    return chunk * CHUNK_BYTES + (chunk == 0 ? HEADER_BYTES : 0);
  }

  /** How many chunks a sealed object of this length has. */
  static long sealedChunks(long sealedSizeBytes) {
    return (sealedSizeBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
  }

  /**
   * How many chunks {@code plainSizeBytes} take: at least one, and never an empty one behind it.
   */
  static long chunks(long plainSizeBytes) {
    return plainSizeBytes == 0 ? 1 : chunkOf(plainSizeBytes - 1) + 1;
  }
}

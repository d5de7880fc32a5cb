package io.inft.store.merkle;

import io.inft.bytes.Digest;
import io.inft.bytes.Keccak256;
import java.util.Arrays;

/**
 * Keccak-256 of what a 0G Merkle tree is made of: chunks of 256 bytes, pairs of hashes. Not
 * thread-safe: one instance a thread.
 */
final class Keccak {
  static final int PAIR_BYTES = 2 * Digest.BYTES;

  private final Keccak256 digest = new Keccak256();

  /** Hashes {@code count} chunks, which lie one after the other, into as many hashes. */
  void chunks(byte[] from, int at, int count, byte[] to, int toAt) {
    hash(from, at, ObjectLayout.CHUNK_BYTES, count, to, toAt);
  }

  /**
   * Hashes {@code count} pairs of hashes into as many hashes. Both may be the same array and the
   * same place: what was read is not needed any more.
   */
  void pairs(byte[] from, int at, int count, byte[] to, int toAt) {
    hash(from, at, PAIR_BYTES, count, to, toAt);
  }

  private void hash(byte[] from, int at, int length, int count, byte[] to, int toAt) {
    for (int i = 0; i < count; i++) {
      digest.update(from, at + i * length, length);
      digest.finish(to, toAt + i * Digest.BYTES);
    }
  }

  /** The hash that lies at {@code at}. */
  static Digest digest(byte[] hashes, int at) {
    return Digest.of(Arrays.copyOfRange(hashes, at, at + Digest.BYTES));
  }
}

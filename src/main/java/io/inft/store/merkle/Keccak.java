package io.inft.store.merkle;

import io.inft.bytes.Digest;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.jspecify.annotations.Nullable;

/**
 * Keccak-256 of what a 0G Merkle tree is made of: many chunks of 256 bytes, many pairs of hashes.
 * Many are hashed side by side by {@link KeccakLanes}, a few by BouncyCastle. Not thread-safe: one
 * instance a thread.
 */
final class Keccak {
  static final int PAIR_BYTES = 2 * Digest.BYTES;

  /** From here on hashing side by side is faster, even though it always takes as long as many. */
  static final int MANY = KeccakLanes.WIDTH * 2 / 5;

  private final KeccakDigest digest = new KeccakDigest(8 * Digest.BYTES);

  /** Made when there are many for the first time. */
  private @Nullable KeccakLanes lanes;

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
    int done = 0;
    while (count - done >= MANY) {
      int now = Math.min(KeccakLanes.WIDTH, count - done);
      lanes().hash(from, at + done * length, length, now, to, toAt + done * Digest.BYTES);
      done += now;
    }
    for (; done < count; done++) {
      digest.update(from, at + done * length, length);
      digest.doFinal(to, toAt + done * Digest.BYTES);
    }
  }

  private KeccakLanes lanes() {
    KeccakLanes made = lanes;
    if (made == null) {
      made = new KeccakLanes();
      lanes = made;
    }
    return made;
  }

  /** The hash that lies at {@code at}. */
  static Digest digest(byte[] hashes, int at) {
    return Digest.of(Arrays.copyOfRange(hashes, at, at + Digest.BYTES));
  }
}

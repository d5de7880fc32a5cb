package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.junit.jupiter.api.Test;

/** The same as BouncyCastle's, at every length around its blocks and however it is fed. */
class Keccak256Test {
  @Test
  void hashesAsBouncyCastleDoes() {
    Random random = new Random(7);
    Keccak256 ours = new Keccak256();
    KeccakDigest theirs = new KeccakDigest(256);
    for (int length = 0; length < 600; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      byte[] expected = new byte[Digest.BYTES];
      theirs.update(bytes, 0, length);
      theirs.doFinal(expected, 0);

      int first = random.nextInt(length + 1);
      int second = first + random.nextInt(length - first + 1);
      ours.update(bytes, 0, first);
      ours.update(bytes, first, second - first);
      ours.update(bytes, second, length - second);
      byte[] hash = new byte[Digest.BYTES + 2];
      ours.finish(hash, 1);

      assertThat(Arrays.copyOfRange(hash, 1, 33))
          .as("%d bytes, cut at %d and %d", length, first, second)
          .isEqualTo(expected);
      assertThat(hash[0]).isZero();
      assertThat(hash[33]).isZero();
    }
  }
}

package io.inft.store.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many at once are the same as one by one, also in place. */
class KeccakTest {
  @ParameterizedTest(name = "{0} messages, seed 42")
  @ValueSource(ints = {1, 2, 3, 1024})
  void hashesManyChunksAndPairsAsOneByOne(int count) {
    Random random = new Random(42);
    int at = 5;
    byte[] chunks = new byte[at + count * ObjectLayout.CHUNK_BYTES];
    random.nextBytes(chunks);
    byte[] hashes = new byte[at + count * Digest.BYTES];
    Keccak keccak = new Keccak();

    keccak.chunks(chunks, at, count, hashes, at);
    for (int i = 0; i < count; i++) {
      int from = at + i * ObjectLayout.CHUNK_BYTES;
      assertThat(Keccak.digest(hashes, at + i * Digest.BYTES))
          .as("chunk %d", i)
          .isEqualTo(
              Digest.keccak256(Arrays.copyOfRange(chunks, from, from + ObjectLayout.CHUNK_BYTES)));
    }

    byte[] before = chunks.clone();
    keccak.pairs(chunks, at, count, chunks, at);
    for (int i = 0; i < count; i++) {
      int from = at + i * Keccak.PAIR_BYTES;
      assertThat(Keccak.digest(chunks, at + i * Digest.BYTES))
          .as("pair %d, hashed in place", i)
          .isEqualTo(Digest.keccak256(Arrays.copyOfRange(before, from, from + Keccak.PAIR_BYTES)));
    }
    assertThat(Arrays.copyOf(chunks, at)).isEqualTo(Arrays.copyOf(before, at));
  }

  @ParameterizedTest(name = "{0} chunks")
  @ValueSource(ints = {1, 1024})
  void writesNothingBehindTheHashes(int count) {
    byte[] hashes = new byte[count * Digest.BYTES + 1];
    hashes[hashes.length - 1] = 7;
    new Keccak().chunks(new byte[count * ObjectLayout.CHUNK_BYTES], 0, count, hashes, 0);
    assertThat(hashes[hashes.length - 1]).isEqualTo((byte) 7);
    assertThat(Keccak.digest(hashes, (count - 1) * Digest.BYTES)).isEqualTo(ZeroSubtrees.root(0));
  }
}

package io.inft.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes in 256ths of a segment: whole ones, cut ones, with and without padding behind them. */
class SegmentBesideTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 512, 700, 768, 769, 1281, 2049, 2305, 4353})
  void provesEverySegmentAndRefusesEveryOther(int parts) throws Exception {
    byte[] object = new byte[parts * 1024 - 7];
    new Random(parts).nextBytes(object);
    ObjectTree tree = ObjectTree.of(ByteSource.of(object));
    ObjectLayout layout = tree.layout();
    for (int i = 0; i < layout.segments(); i++) {
      int segment = i;
      int from = (int) layout.offset(i);
      byte[] bytes = Arrays.copyOfRange(object, from, from + layout.bytesIn(i));
      MerkleProof beside = tree.proof(SegmentBeside.of(layout, i));

      SegmentBeside.verify(layout, tree.root(), i, bytes, beside);

      bytes[bytes.length / 2] ^= 1;
      assertThatThrownBy(() -> SegmentBeside.verify(layout, tree.root(), segment, bytes, beside))
          .isInstanceOf(SubstitutedObjectException.class);
    }
  }
}

package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes in 256ths of a segment: whole ones, cut ones, with and without padding behind them. */
class SegmentSpanTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 512, 700, 768, 769, 1281, 2049, 2305, 4353})
  void whatIsBesideASpanKnowsItsHashAndNoOtherFits(int parts) throws Exception {
    byte[] object = new byte[parts * 1024 - 7];
    new Random(parts).nextBytes(object);
    ObjectTree tree = ObjectTree.of(ByteSource.of(object));
    ObjectLayout layout = tree.layout();
    Map<Integer, Digest> roots = new HashMap<>();
    for (int i = 0; i < layout.segments(); i++) {
      roots.put(i, tree.segmentRoot(i));
    }
    for (int i = 0; i < layout.segments(); i++) {
      Map<Integer, Digest> wrong = new HashMap<>(roots);
      wrong.put(i, Digest.sha256(new byte[] {1}));
      List<SegmentSpan> spans = SegmentSpan.around(layout, i);
      for (int level = 0; level + 1 < spans.size(); level++) {
        SegmentSpan span = spans.get(level);
        for (int beside : spans.get(level + 1).segments(layout)) {
          if (!span.contains(beside)) {
            Digest expected = span.hash(tree.proof(beside));
            assertThat(span.hash(layout, roots)).isEqualTo(expected);
            assertThat(span.hash(layout, wrong)).isNotEqualTo(expected);
          }
        }
      }
      SegmentSpan whole = spans.get(spans.size() - 1);
      assertThat(whole.hash(layout, roots)).isEqualTo(tree.root());
      assertThat(whole.hash(layout, wrong)).isNotEqualTo(tree.root());
    }
  }
}

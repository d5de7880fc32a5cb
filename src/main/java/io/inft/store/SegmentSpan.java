package io.inft.store;

import io.inft.bytes.Digest;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.MerkleTree;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.SegmentHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Neighbouring leaves of an object's tree that are all the leaves of one node of it. The hash of
 * that node is in the proof of every segment beside it, so that segments of which no proof is to be
 * had can be checked together.
 *
 * @param first leaf, padding included
 * @param count of leaves, padding included
 * @param depth of the node under the root
 */
public record SegmentSpan(int first, int count, int depth) {

  /** The spans a segment is in, from itself alone up to the whole object. */
  public static List<SegmentSpan> around(ObjectLayout layout, int index) {
    List<SegmentSpan> spans = new ArrayList<>();
    SegmentSpan span = new SegmentSpan(0, layout.paddedSegments(), 0);
    spans.add(span);
    while (span.count > 1) {
      int half = span.leftHalf();
      span =
          index < span.first + half
              ? new SegmentSpan(span.first, half, span.depth + 1)
              : new SegmentSpan(span.first + half, span.count - half, span.depth + 1);
      spans.add(0, span);
    }
    return List.copyOf(spans);
  }

  private int leftHalf() {
    return (int) (ObjectLayout.powerOfTwoAtLeast(count) / 2);
  }

  public boolean contains(int index) {
    return index >= first && index < first + count;
  }

  /** The segments in it that are stored, padding left out. */
  public List<Integer> segments(ObjectLayout layout) {
    List<Integer> segments = new ArrayList<>();
    for (int i = first; i < Math.min(first + count, layout.segments()); i++) {
      segments.add(i);
    }
    return segments;
  }

  /**
   * What it hashes to according to a segment beside it: in the span around this one, not in this.
   *
   * @param proof verified already
   */
  public Digest hash(MerkleProof proof) {
    return proof.lemma().get(proof.path().size() - depth + 1);
  }

  /** What it hashes to with these segments; padding is added. */
  public Digest hash(ObjectLayout layout, Map<Integer, Digest> segmentRoots) {
    List<Digest> hashes = new ArrayList<>(count);
    for (int i = first; i < first + count; i++) {
      Digest root = i < layout.segments() ? segmentRoots.get(i) : padding(layout, i);
      if (root == null) {
        throw new IllegalArgumentException("the root of segment " + i + " is not given");
      }
      hashes.add(root);
    }
    return MerkleTree.over(hashes).root();
  }

  private static Digest padding(ObjectLayout layout, int index) {
    byte[] root = new byte[Digest.BYTES];
    SegmentHash.chunks(new byte[0], 0, layout.leafChunks(index), root, 0);
    return Digest.of(root);
  }
}

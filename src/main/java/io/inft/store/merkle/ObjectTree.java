package io.inft.store.merkle;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * The Merkle tree of an object down to its segments: root, submission nodes, proofs. Built in one
 * pass by all cores; costs 64 bytes a segment. Immutable, safe for many threads.
 */
public final class ObjectTree {
  /** Is handed each segment once, in any order, by several threads at once. */
  @FunctionalInterface
  public interface Visitor {
    void segment(int index, byte[] bytes) throws InftException;
  }

  /** The root of {@code 2^height} consecutive chunks of the padded object. */
  public record Node(Digest root, int height) {}

  private final ObjectLayout layout;
  private final MerkleTree segments;

  /** Nodes lower than a segment, all in the last padded segment. */
  private final List<Node> smallNodes;

  private ObjectTree(ObjectLayout layout, MerkleTree segments, List<Node> smallNodes) {
    this.layout = layout;
    this.segments = segments;
    this.smallNodes = List.copyOf(smallNodes);
  }

  /** Reads and hashes a source of at least one byte. */
  public static ObjectTree of(ByteSource source) throws InftException {
    return of(source, (index, bytes) -> {});
  }

  /** As {@link #of(ByteSource)}, and hands every segment on as it was hashed. */
  public static ObjectTree of(ByteSource source, Visitor visitor) throws InftException {
    ObjectLayout layout = new ObjectLayout(source.sizeBytes());
    byte[] leaves = new byte[layout.paddedSegments() * Digest.BYTES];
    List<Node> smallNodes = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger next = new AtomicInteger();
    AtomicReference<InftException> failure = new AtomicReference<>();
    int workers = Math.min(layout.segments(), ForkJoinPool.getCommonPoolParallelism() + 1);
    IntStream.range(0, workers)
        .parallel()
        .forEach(
            worker -> {
              int index = next.getAndIncrement();
              while (index < layout.segments() && failure.get() == null) {
                try {
                  byte[] bytes = source.read(layout.offset(index), layout.bytesIn(index));
                  SegmentHash.root(layout, index, bytes, leaves, index * Digest.BYTES);
                  visitor.segment(index, bytes);
                  if (index == layout.paddedSegments() - 1) {
                    smallNodes.addAll(smallNodes(layout, bytes));
                  }
                } catch (InftException e) {
                  InftException first = failure.compareAndExchange(null, e);
                  if (first != null) {
                    first.addSuppressed(e);
                  }
                }
                index = next.getAndIncrement();
              }
            });
    InftException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return new ObjectTree(layout, finish(layout, leaves), smallNodes);
  }

  /**
   * The tree over segment roots that are known already, as a sidecar or a peer tells them; the
   * caller compares the root.
   */
  public static MerkleTree ofSegmentRoots(ObjectLayout layout, List<Digest> roots) {
    if (roots.size() != layout.segments()) {
      throw new IllegalArgumentException(
          roots.size() + " segment roots for " + layout.segments() + " segments");
    }
    byte[] leaves = new byte[layout.paddedSegments() * Digest.BYTES];
    for (int i = 0; i < roots.size(); i++) {
      MerkleTree.put(roots.get(i), leaves, i);
    }
    return finish(layout, leaves);
  }

  /** Fills in the segments that are padding only; all of these are whole segments. */
  private static MerkleTree finish(ObjectLayout layout, byte[] leaves) {
    for (int i = layout.segments(); i < layout.paddedSegments(); i++) {
      byte[] zero = ZeroSubtrees.bytes(ObjectLayout.SEGMENT_HEIGHT);
      System.arraycopy(zero, 0, leaves, i * Digest.BYTES, Digest.BYTES);
    }
    return MerkleTree.overHashes(leaves);
  }

  private static List<Node> smallNodes(ObjectLayout layout, byte[] lastSegment) {
    List<Node> nodes = new ArrayList<>();
    byte[] root = new byte[Digest.BYTES];
    int firstChunk = 0;
    for (int height : layout.nodeHeights()) {
      if (height < ObjectLayout.SEGMENT_HEIGHT) {
        SegmentHash.chunks(lastSegment, firstChunk, 1 << height, root, 0);
        nodes.add(new Node(Digest.of(root), height));
        firstChunk += 1 << height;
      }
    }
    return nodes;
  }

  public ObjectLayout layout() {
    return layout;
  }

  public Digest root() {
    return segments.root();
  }

  public ObjectRef ref() {
    return new ObjectRef(root(), layout.sizeBytes());
  }

  public Digest segmentRoot(int index) {
    return segments.leaf(index);
  }

  public MerkleProof proof(int segment) {
    return segments.proof(segment);
  }

  /** The submission nodes, highest first, as the Flow contract takes them. */
  public List<Node> nodes() {
    List<Node> nodes = new ArrayList<>(4);
    int segment = 0;
    for (int height : layout.nodeHeights()) {
      int above = height - ObjectLayout.SEGMENT_HEIGHT;
      if (above >= 0) {
        nodes.add(new Node(segments.subtree(segment, above), height));
        segment += 1 << above;
      }
    }
    nodes.addAll(smallNodes);
    return List.copyOf(nodes);
  }

  /** The root that follows from the submission nodes: folded from the right. */
  public static Digest fold(List<Node> nodes) {
    Digest root = nodes.get(nodes.size() - 1).root();
    for (int i = nodes.size() - 2; i >= 0; i--) {
      root = Digest.keccak256(nodes.get(i).root().toBytes(), root.toBytes());
    }
    return root;
  }
}

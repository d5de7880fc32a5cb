package io.inft.store.zerog;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Log;
import io.inft.failure.CorruptObjectException;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file as the Flow contract registered it.
 *
 * @param txSeq its number in the flow, by which nodes know it
 * @param startSector its first sector in the flow; a local segment i is global segment {@code
 *     startSector / 1024 + i}
 * @param sectors padded chunks it was charged for
 * @param submitter whoever the submission names; not authenticated by anything
 * @param sizeBytes exact length
 * @param nodes its submission nodes, highest first
 */
public record Submission(
    long txSeq,
    long startSector,
    long sectors,
    Address submitter,
    long sizeBytes,
    List<ObjectTree.Node> nodes,
    Digest transactionHash,
    long blockNumber,
    Digest blockHash) {
  /** Topic 0 of the event, the same in all versions of the contract. */
  public static final Digest TOPIC =
      AbiWriter.topic(
          "Submit(address,bytes32,uint256,uint256,uint256,(uint256,bytes,(bytes32,uint256)[]))");

  private static final int MAX_NODES = 64;
  private static final int MAX_TAGS_BYTES = 1 << 20;
  private static final int MAX_HEIGHT = 63;

  /** The file's number on the nodes, and the first segment of the flow it occupies. */
  record Place(long txSeq, long firstGlobalSegment) {}

  /** All that the contract is told of a file: enough to pay for it without having it. */
  record Content(long sizeBytes, List<ObjectTree.Node> nodes) {
    Content {
      nodes = List.copyOf(nodes);
    }

    static Content of(ObjectTree tree) {
      return new Content(tree.layout().sizeBytes(), tree.nodes());
    }

    ObjectLayout layout() {
      return new ObjectLayout(sizeBytes);
    }

    ObjectRef ref() {
      return new ObjectRef(ObjectTree.fold(nodes), sizeBytes);
    }
  }

  public Submission {
    nodes = List.copyOf(nodes);
  }

  /** Whether the log is such an event of the contract. */
  public static boolean isOne(Address flow, Log log) {
    return log.address().equals(flow)
        && log.topics().size() == 3
        && log.topics().get(0).equals(TOPIC);
  }

  /** Decodes the event and checks that its parts fit each other. */
  public static Submission of(Log log) throws CorruptObjectException {
    AbiReader data = new AbiReader("Submit event", log.data());
    long txSeq = data.uint63("submissionIndex");
    long startSector = data.uint63("startPos");
    long sectors = data.uint63("length");
    AbiReader submission = data.dynamic("submission");
    long size = submission.uint63("size");
    AbiReader tags = submission;
    tags.bytes("tags", MAX_TAGS_BYTES);
    AbiReader array = submission.dynamic("nodes");
    int count = array.count("nodes", MAX_NODES);
    List<ObjectTree.Node> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Digest root = array.bytes32("node root");
      long height = array.uint63("node height");
      if (height > MAX_HEIGHT) {
        throw array.corrupt("node height", "is above " + MAX_HEIGHT);
      }
      nodes.add(new ObjectTree.Node(root, (int) height));
    }
    long covered = nodes.stream().mapToLong(node -> 1L << node.height()).sum();
    if (nodes.isEmpty() || size < 1 || covered != sectors) {
      throw data.corrupt("submission", "has nodes that do not fit its length");
    }
    byte[] sender = log.topics().get(1).toBytes();
    return new Submission(
        txSeq,
        startSector,
        sectors,
        Address.of(java.util.Arrays.copyOfRange(sender, 12, 32)),
        size,
        nodes,
        log.transactionHash(),
        log.blockNumber(),
        log.blockHash());
  }

  Place place() {
    return new Place(txSeq, firstGlobalSegment());
  }

  Content content() {
    return new Content(sizeBytes, nodes);
  }

  /** The file's root, which follows from its nodes. */
  public Digest root() {
    return ObjectTree.fold(nodes);
  }

  /** Whether it registers exactly this object. */
  boolean isOf(ObjectTree tree) {
    return sizeBytes == tree.layout().sizeBytes() && nodes.equals(tree.nodes());
  }

  /** The indexed topic by which submissions of the same content are found. */
  static Digest identity(List<ObjectTree.Node> nodes) {
    byte[][] roots = nodes.stream().map(node -> node.root().toBytes()).toArray(byte[][]::new);
    return Digest.keccak256(roots);
  }

  /**
   * As {@link #identity(List)}, where it follows from the root: with one node it is the root's
   * hash, with two the root itself.
   */
  static Optional<Digest> identity(ObjectRef object) {
    return switch (new ObjectLayout(object.sizeBytes()).nodeHeights().size()) {
      case 1 -> Optional.of(Digest.keccak256(object.root().toBytes()));
      case 2 -> Optional.of(object.root());
      default -> Optional.empty();
    };
  }

  /** The first segment of the flow that holds part of the file. */
  public long firstGlobalSegment() {
    return startSector / ObjectLayout.SEGMENT_CHUNKS;
  }
}

package io.inft.store.zerog;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.rpc.JsonFields;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node says about a file it knows from the chain.
 *
 * @param finalized it stores all segments it should
 * @param cached it has segments in memory only, where all others go too until it forgets them
 * @param pruned it has thrown the data away
 */
record FileInfo(
    Digest root,
    List<ObjectTree.Node> nodes,
    long startSector,
    long sizeBytes,
    long txSeq,
    boolean finalized,
    boolean cached,
    boolean pruned,
    long uploadedSegments) {
  private static final int MAX_NODES = 64;

  /** The sum of as many such nodes is a number. */
  private static final int MAX_DEPTH = 57;

  FileInfo {
    nodes = List.copyOf(nodes);
  }

  static FileInfo of(String node, JsonNode answer) throws CorruptObjectException {
    JsonFields info = new JsonFields("file info of " + node, answer);
    JsonFields tx = info.object("tx");
    List<ObjectTree.Node> nodes = new ArrayList<>();
    for (JsonNode pair : tx.array("merkleNodes", MAX_NODES)) {
      // The depth on the wire is the height and one.
      int depth = pair.path(0).asInt();
      if (depth < 1 || depth > MAX_DEPTH) {
        throw tx.corrupt("merkleNodes", "has a depth that is not from 1 to " + MAX_DEPTH);
      }
      nodes.add(new ObjectTree.Node(JsonFields.digest("merkle node", pair.path(1)), depth - 1));
    }
    return new FileInfo(
        tx.digest("dataMerkleRoot"),
        nodes,
        tx.u64("startEntryIndex"),
        tx.u64("size"),
        tx.u64("seq"),
        info.bool("finalized"),
        info.bool("isCached"),
        info.bool("pruned"),
        info.u64("uploadedSegNum"));
  }

  /** Whether nodes, size and root fit each other; costs a few hashes. */
  boolean isConsistent() {
    if (!ObjectLayout.isPossible(sizeBytes) || nodes.isEmpty()) {
      return false;
    }
    long sectors = nodes.stream().mapToLong(node -> 1L << node.height()).sum();
    return ObjectTree.fold(nodes).equals(root)
        && sectors == new ObjectLayout(sizeBytes).paddedChunks();
  }

  long firstGlobalSegment() {
    return startSector / ObjectLayout.SEGMENT_CHUNKS;
  }
}

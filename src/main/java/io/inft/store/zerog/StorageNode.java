package io.inft.store.zerog;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.SegmentHash;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Speaks {@code zgs_*} with one storage node. Trusts nothing it says. Safe for many threads. */
final class StorageNode {
  private static final int MAX_PROOF_LENGTH = 64;

  private final URI address;
  private final ShardConfig shard;
  private final JsonRpc rpc;

  StorageNode(KnownNode known, RpcSettings settings) {
    this.address = known.address();
    this.shard = known.shard();
    this.rpc = JsonRpc.at(known.address(), settings);
  }

  /**
   * Which network a node belongs to.
   *
   * @param syncedBlock last block it has read
   */
  record Status(long chainId, Address flow, long syncedBlock, Digest syncedHash, long nextTxSeq) {}

  /** A segment as it travels, with the proof of its place. */
  static final class Segment {
    private final int index;
    private final byte[] bytes;
    private final MerkleProof proof;

    Segment(int index, byte[] bytes, MerkleProof proof) {
      this.index = index;
      this.bytes = bytes;
      this.proof = proof;
    }

    int index() {
      return index;
    }

    /** Whole chunks. */
    byte[] bytes() {
      return bytes;
    }

    MerkleProof proof() {
      return proof;
    }

    /** Whether it is what was asked for, by what the caller knows of the object. */
    void verify(Digest object, ObjectLayout layout, int asked) throws SubstitutedObjectException {
      String what = "segment " + asked + " of object " + object;
      if (index != asked) {
        throw new SubstitutedObjectException(what, "segment " + asked, "segment " + index);
      }
      int expected = layout.transferBytes(asked);
      if (bytes.length != expected) {
        throw new SubstitutedObjectException(what, expected + " bytes", bytes.length + " bytes");
      }
      Digest leaf = SegmentHash.root(layout, asked, bytes);
      proof.verify(object, leaf, asked, layout.paddedSegments());
    }
  }

  URI address() {
    return address;
  }

  ShardConfig shard() {
    return shard;
  }

  String describe() {
    return rpc.describe();
  }

  Status status() throws InftException {
    JsonFields status = new JsonFields("status of " + describe(), rpc.call("zgs_getStatus"));
    JsonFields network = status.object("networkIdentity");
    return new Status(
        network.u64("chainId"),
        network.address("flowAddress"),
        status.u64("logSyncHeight"),
        status.digest("logSyncBlock"),
        status.u64("nextTxSeq"));
  }

  static ShardConfig shardOf(URI address, RpcSettings settings) throws InftException {
    JsonRpc rpc = JsonRpc.at(address, settings);
    return shardOf("shard of " + rpc.describe(), rpc.call("zgs_getShardConfig"));
  }

  static ShardConfig shardOf(String what, JsonNode answer) throws CorruptObjectException {
    JsonFields fields = new JsonFields(what, answer);
    long id = fields.u64("shardId");
    long count = fields.u64("numShard");
    if (!ShardConfig.isValid(id, count)) {
      throw fields.corrupt("numShard", "makes no shard: " + id + "/" + count);
    }
    return new ShardConfig(id, count);
  }

  /** The file with this root that it has data of, or knows at all. */
  Optional<FileInfo> fileInfo(Digest root) throws InftException {
    return info(rpc.call("zgs_getFileInfo", root.toString(), true));
  }

  Optional<FileInfo> fileInfo(long txSeq) throws InftException {
    return info(rpc.call("zgs_getFileInfoByTxSeq", txSeq));
  }

  private Optional<FileInfo> info(JsonNode answer) throws CorruptObjectException {
    return answer.isNull() ? Optional.empty() : Optional.of(FileInfo.of(describe(), answer));
  }

  void upload(long txSeq, Digest root, long fileSize, List<Segment> segments) throws InftException {
    List<Map<String, Object>> encoded = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      encoded.add(encode(root, fileSize, segment));
    }
    rpc.call("zgs_uploadSegmentsByTxSeq", encoded, txSeq);
  }

  private static Map<String, Object> encode(Digest root, long fileSize, Segment segment) {
    Map<String, Object> proof = new LinkedHashMap<>();
    proof.put("lemma", segment.proof().lemma().stream().map(Digest::toString).toList());
    proof.put("path", segment.proof().path());
    Map<String, Object> encoded = new LinkedHashMap<>();
    encoded.put("root", root.toString());
    encoded.put("data", segment.bytes()); // Jackson writes byte arrays as base64 with padding
    encoded.put("index", segment.index());
    encoded.put("proof", proof);
    encoded.put("fileSize", fileSize);
    return encoded;
  }

  /**
   * Chunks of a file without a proof, which the caller checks by other means; empty if the node
   * does not have them.
   *
   * @param firstChunk the first one
   * @param endChunk the one behind the last, at most 1024 further
   */
  Optional<byte[]> chunks(long txSeq, long firstChunk, long endChunk) throws InftException {
    JsonNode answer = rpc.call("zgs_downloadSegmentByTxSeq", txSeq, firstChunk, endChunk);
    if (answer.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(answer.asText()));
    } catch (IllegalArgumentException e) {
      throw new CorruptObjectException("segment of " + describe(), 0, "is no base64");
    }
  }

  /** Empty if the node does not have it. */
  Optional<Segment> segment(long txSeq, int index) throws InftException {
    JsonNode answer =
        rpc.callForBase64("data", "zgs_downloadSegmentWithProofByTxSeq", txSeq, index);
    if (answer.isNull()) {
      return Optional.empty();
    }
    JsonFields fields = new JsonFields("segment of " + describe(), answer);
    byte[] bytes = fields.base64("data");
    JsonFields proof = fields.object("proof");
    List<Digest> lemma = new ArrayList<>();
    for (JsonNode hash : proof.array("lemma", MAX_PROOF_LENGTH)) {
      lemma.add(JsonFields.digest("lemma", hash));
    }
    List<Boolean> path = new ArrayList<>();
    for (JsonNode left : proof.array("path", MAX_PROOF_LENGTH)) {
      path.add(left.booleanValue());
    }
    return Optional.of(new Segment(fields.u31("index"), bytes, new MerkleProof(lemma, path)));
  }
}

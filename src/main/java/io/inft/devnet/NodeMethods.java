package io.inft.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.SegmentHash;
import io.inft.store.zerog.ShardConfig;
import io.inft.store.zerog.Submission;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a development node answers, and how it lies about it when told to. */
final class NodeMethods implements RpcServer.Methods {
  private static final long MAX_UNKNOWN_FILE_BYTES = 10L << 20;

  private final ShardConfig shard;
  private final FileTable files;
  private final FlowFollower follower;
  private final Misbehaviour misbehaviour;

  NodeMethods(
      ShardConfig shard, FileTable files, FlowFollower follower, Misbehaviour misbehaviour) {
    this.shard = shard;
    this.files = files;
    this.follower = follower;
    this.misbehaviour = misbehaviour;
  }

  private boolean does(Misbehaviour.Kind kind, String method) {
    return misbehaviour.does(kind, method);
  }

  private boolean does(Misbehaviour.Kind kind, String method, int segment) {
    return misbehaviour.does(kind, method, segment);
  }

  @Override
  public @Nullable Object call(String method, JsonNode parameters) throws RpcFault {
    try {
      return switch (method) {
        case "zgs_getStatus" -> status();
        case "zgs_getShardConfig" -> DevNode.shardJson(shard);
        case "zgs_getFileInfo" ->
            info(method, files.find(root(parameters, 0), flag(parameters, 1)));
        case "zgs_getFileInfoByTxSeq" -> info(method, files.get(seq(parameters, 0)));
        case "zgs_checkFileFinalized" -> checkFinalized(parameters);
        case "zgs_uploadSegment" -> upload(method, List.of(parameter(parameters, 0)), null, true);
        case "zgs_uploadSegmentByTxSeq" ->
            upload(method, List.of(parameter(parameters, 0)), seq(parameters, 1), true);
        case "zgs_uploadSegments" -> upload(method, parameter(parameters, 0), null, true);
        case "zgs_uploadSegmentsByTxSeq" ->
            upload(method, parameter(parameters, 0), seq(parameters, 1), false);
        case "zgs_downloadSegment" ->
            chunks(method, files.find(root(parameters, 0), true), parameters);
        case "zgs_downloadSegmentByTxSeq" ->
            chunks(method, files.get(seq(parameters, 0)), parameters);
        case "zgs_downloadSegmentWithProof" ->
            segment(method, files.find(root(parameters, 0), true), parameters);
        case "zgs_downloadSegmentWithProofByTxSeq" ->
            segment(method, files.get(seq(parameters, 0)), parameters);
        default -> throw RpcFault.unknownMethod();
      };
    } catch (InftException e) {
      throw RpcFault.internal(String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode parameter(JsonNode parameters, int index) throws RpcFault {
    JsonNode found = parameters.get(index);
    if (found == null) {
      throw RpcFault.missingParameter();
    }
    return found;
  }

  private static boolean flag(JsonNode parameters, int index) throws RpcFault {
    JsonNode found = parameter(parameters, index);
    if (!found.isBoolean()) {
      throw RpcFault.invalidType("expected a boolean");
    }
    return found.booleanValue();
  }

  private static Digest root(JsonNode parameters, int index) throws RpcFault {
    try {
      return Digest.parse(parameter(parameters, index).asText());
    } catch (IllegalArgumentException e) {
      throw RpcFault.parameter("root", String.valueOf(e.getMessage()));
    }
  }

  private static long seq(JsonNode parameters, int index) throws RpcFault {
    JsonNode found = parameter(parameters, index);
    if (!found.canConvertToLong() || !found.isIntegralNumber() || found.longValue() < 0) {
      throw RpcFault.invalidType("expected u64");
    }
    return found.longValue();
  }

  private Object status() {
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("major", 0);
    version.put("minor", 4);
    version.put("build", 0);
    Map<String, Object> network = new LinkedHashMap<>();
    long other = does(Misbehaviour.Kind.WRONG_CHAIN, "zgs_getStatus") ? 1 : 0;
    network.put("chainId", follower.chainId() + other);
    network.put(
        "flowAddress",
        does(Misbehaviour.Kind.WRONG_FLOW, "zgs_getStatus")
            ? "0x" + "66".repeat(20)
            : follower.flow().toString());
    network.put("p2pProtocolVersion", version);
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("connectedPeers", 0);
    status.put("logSyncHeight", follower.syncedBlock());
    status.put("logSyncBlock", follower.syncedHash().toString());
    status.put("nextTxSeq", files.count());
    status.put("networkIdentity", network);
    return status;
  }

  private @Nullable Object info(String method, Optional<FileTable.Entry> found) {
    if (found.isEmpty() || does(Misbehaviour.Kind.FORGET, method)) {
      return null;
    }
    FileTable.Entry entry = found.get();
    Submission submission = entry.submission();
    List<List<Object>> nodes =
        submission.nodes().stream()
            .map(node -> List.<Object>of(node.height() + 1, node.root().toString()))
            .toList();
    Map<String, Object> tx = new LinkedHashMap<>();
    tx.put("streamIds", List.of());
    tx.put("data", List.of());
    tx.put("dataMerkleRoot", submission.root().toString());
    tx.put("merkleNodes", nodes);
    tx.put("startEntryIndex", submission.startSector());
    tx.put("size", submission.sizeBytes());
    tx.put("seq", submission.txSeq());
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("tx", tx);
    info.put("finalized", entry.isFinalized());
    int cached = files.cached(entry);
    info.put("isCached", cached > 0);
    info.put("uploadedSegNum", cached > 0 ? cached : entry.uploaded());
    info.put("pruned", entry.isPruned());
    return info;
  }

  private @Nullable Object checkFinalized(JsonNode parameters) throws RpcFault {
    Optional<FileTable.Entry> found =
        parameter(parameters, 0).isNumber()
            ? files.get(seq(parameters, 0))
            : files.find(root(parameters, 0), false);
    return found.map(FileTable.Entry::isFinalized).orElse(null);
  }

  private @Nullable Object upload(
      String method, Iterable<JsonNode> segments, @Nullable Long txSeq, boolean stopsAtDuplicates)
      throws RpcFault, InftException {
    if (does(Misbehaviour.Kind.BUSY, method)) {
      throw RpcFault.application("too many data writing: 16");
    }
    if (does(Misbehaviour.Kind.MISSING_TX, method)) {
      throw RpcFault.application("put chunks with missing tx: tx_seq=" + txSeq);
    }
    if (does(Misbehaviour.Kind.AMNESIA, method)) {
      files.forgetUnfinished();
    }
    boolean loses = does(Misbehaviour.Kind.LOSE, method);
    for (JsonNode json : segments) {
      UploadedSegment segment = UploadedSegment.of(json);
      segment.checkForm();
      Optional<FileTable.Entry> entry =
          txSeq == null ? files.find(segment.root(), false) : files.get(txSeq);
      if (txSeq != null
          && entry.isPresent()
          && !entry.get().submission().root().equals(segment.root())) {
        throw RpcFault.internal("data root and tx seq not match");
      }
      if (entry.isPresent()) {
        if (entry.get().submission().sizeBytes() != segment.fileSize()) {
          throw RpcFault.parameter("file_size", "segment file size not matched with tx file size");
        }
        if (entry.get().isFinalized()) {
          throw RpcFault.parameter("root", "already uploaded and finalized");
        }
        if (entry.get().isPruned()) {
          throw RpcFault.parameter("root", "already pruned");
        }
      } else if (segment.fileSize() > MAX_UNKNOWN_FILE_BYTES) {
        throw RpcFault.parameter(
            "file_size", "caching of large file when tx is unavailable is not supported");
      }
      segment.checkProof();
      if (!loses && !files.keep(entry, segment) && stopsAtDuplicates) {
        throw RpcFault.application("segment has already been uploaded or is being uploaded");
      }
    }
    return null;
  }

  private @Nullable Object chunks(
      String method, Optional<FileTable.Entry> found, JsonNode parameters)
      throws RpcFault, InftException {
    long start = seq(parameters, 1);
    long end = seq(parameters, 2);
    if (start < 0 || start >= end) {
      throw RpcFault.parameter("end_index", "invalid chunk index");
    }
    if (end - start > ObjectLayout.SEGMENT_CHUNKS) {
      throw RpcFault.parameter("end_index", "exceeds maximum chunks 1024");
    }
    if (found.isEmpty() || does(Misbehaviour.Kind.FORGET, method)) {
      return null;
    }
    ObjectLayout layout = new ObjectLayout(found.get().submission().sizeBytes());
    if (end > layout.chunks()) {
      throw RpcFault.application(
          "end entry index exceeds tx size: end=" + end + " tx size=" + layout.chunks());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long index = start / 1024; index <= (end - 1) / 1024; index++) {
      boolean isMisplaced = does(Misbehaviour.Kind.MISPLACE, method, (int) index);
      int shown = isMisplaced ? (int) (index ^ 1) : (int) index;
      Optional<Segments.Kept> kept = files.segment(found.get(), shown);
      if (kept.isEmpty()) {
        return null;
      }
      int from = (int) Math.max(0, (start - index * 1024) * ObjectLayout.CHUNK_BYTES);
      int to =
          (int)
              Math.min(kept.get().bytes().length, (end - index * 1024) * ObjectLayout.CHUNK_BYTES);
      bytes.write(kept.get().bytes(), from, to - from);
    }
    int asked = (int) (start / 1024);
    byte[] served = spoil(method, asked, bytes.toByteArray());
    if (does(Misbehaviour.Kind.SUBSTITUTE, method, asked)) {
      Arrays.fill(served, (byte) 0x66);
    }
    return does(Misbehaviour.Kind.BAD_BASE64, method, asked)
        ? "*** not base64 ***"
        : RpcServer.JSON.getNodeFactory().pojoNode(new Base64Text(served));
  }

  private byte[] spoil(String method, int segment, byte[] bytes) {
    byte[] served = bytes.clone();
    if (does(Misbehaviour.Kind.CORRUPT, method, segment)) {
      served[served.length / 2] ^= 0x08;
    }
    if (does(Misbehaviour.Kind.TRUNCATE, method, segment)) {
      served = Arrays.copyOf(served, served.length - ObjectLayout.CHUNK_BYTES);
    }
    return served;
  }

  private @Nullable Object segment(
      String method, Optional<FileTable.Entry> found, JsonNode parameters)
      throws RpcFault, InftException {
    int index = (int) seq(parameters, 1);
    if (found.isEmpty() || does(Misbehaviour.Kind.FORGET, method)) {
      return null;
    }
    Submission submission = found.get().submission();
    ObjectLayout layout = new ObjectLayout(submission.sizeBytes());
    if (index < 0 || index >= layout.segments()) {
      throw RpcFault.parameter("index", "index out of bound");
    }
    if (does(Misbehaviour.Kind.NO_PROOF, method, index)) {
      throw RpcFault.application("Not ready to generate proof for leaf_index=" + index);
    }
    int shown = index;
    if (does(Misbehaviour.Kind.MISPLACE, method)) {
      index = index == 0 ? layout.segments() - 1 : 0;
    }
    Optional<Segments.Kept> kept = files.segment(found.get(), index);
    if (kept.isEmpty()) {
      return null;
    }
    byte[] bytes = spoil(method, index, kept.get().bytes());
    MerkleProof proof = kept.get().proof();
    Digest root = submission.root();
    if (does(Misbehaviour.Kind.SUBSTITUTE, method)) {
      Arrays.fill(bytes, (byte) 0x66);
      root = SegmentHash.root(layout, index, bytes);
      proof = new MerkleProof(List.of(root), List.of());
    }
    if (does(Misbehaviour.Kind.BAD_PROOF, method)) {
      List<Digest> lemma = new ArrayList<>(proof.lemma());
      lemma.set(lemma.size() > 1 ? 1 : 0, Digest.keccak256(bytes));
      proof = new MerkleProof(lemma, proof.path());
    }
    ObjectNode json = RpcServer.JSON.createObjectNode();
    json.put("root", root.toString());
    if (does(Misbehaviour.Kind.BAD_BASE64, method)) {
      json.put("data", "*** not base64 ***");
    } else {
      json.putPOJO("data", new Base64Text(bytes));
    }
    json.put("index", shown);
    Map<String, Object> proofJson = new LinkedHashMap<>();
    proofJson.put("lemma", proof.lemma().stream().map(Digest::toString).toList());
    proofJson.put("path", proof.path());
    json.set("proof", RpcServer.JSON.valueToTree(proofJson));
    json.put("fileSize", submission.sizeBytes());
    return json;
  }
}

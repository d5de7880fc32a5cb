package io.inft.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Digest;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.SegmentHash;
import io.inft.store.merkle.ZeroSubtrees;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A segment as a client sent it, and the checks a storage node makes before it takes it. */
final class UploadedSegment {
  private final Digest root;
  private final byte[] bytes;
  private final int index;
  private final long fileSize;
  private final MerkleProof proof;

  private UploadedSegment(Digest root, byte[] bytes, int index, long fileSize, MerkleProof proof) {
    this.root = root;
    this.bytes = bytes;
    this.index = index;
    this.fileSize = fileSize;
    this.proof = proof;
  }

  static UploadedSegment of(JsonNode json) throws RpcFault {
    try {
      List<Digest> lemma = new ArrayList<>();
      json.path("proof").path("lemma").forEach(hash -> lemma.add(Digest.parse(hash.asText())));
      List<Boolean> path = new ArrayList<>();
      json.path("proof").path("path").forEach(left -> path.add(left.booleanValue()));
      return new UploadedSegment(
          Digest.parse(json.path("root").asText()),
          Base64.getDecoder().decode(json.path("data").asText()),
          json.path("index").asInt(-1),
          json.path("fileSize").asLong(-1),
          new MerkleProof(lemma, path));
    } catch (IllegalArgumentException e) {
      throw RpcFault.parameter("segment", String.valueOf(e.getMessage()));
    }
  }

  Digest root() {
    return root;
  }

  byte[] bytes() {
    return bytes;
  }

  int index() {
    return index;
  }

  long fileSize() {
    return fileSize;
  }

  MerkleProof proof() {
    return proof;
  }

  void checkForm() throws RpcFault {
    if (bytes.length == 0) {
      throw RpcFault.application("data is empty");
    }
    if (bytes.length % ObjectLayout.CHUNK_BYTES != 0) {
      throw RpcFault.application("invalid data length");
    }
  }

  /** Index, length and proof, in the order and with the texts of the real node. */
  void checkProof() throws RpcFault {
    if (fileSize < 1) {
      throw RpcFault.parameter("file_size", "file is empty");
    }
    ObjectLayout layout = new ObjectLayout(fileSize);
    if (index < 0 || index >= layout.segments()) {
      throw RpcFault.parameter("index", "index out of bound");
    }
    if (bytes.length != layout.transferBytes(index)) {
      throw RpcFault.parameter("data", "invalid data length");
    }
    List<Digest> lemma = proof.lemma();
    List<Boolean> path = proof.path();
    if (lemma.size() != (path.isEmpty() ? 1 : path.size() + 2)) {
      throw RpcFault.parameter("proof", "invalid proof");
    }
    Digest leaf = SegmentHash.root(layout, index, bytes);
    if (!lemma.get(0).equals(leaf)) {
      throw RpcFault.application("data hash mismatch, expected " + lemma.get(0));
    }
    if (!lemma.get(lemma.size() - 1).equals(root)) {
      throw RpcFault.application("root mismatch, expected " + root);
    }
    walk(layout);
    Digest computed = leaf;
    for (int level = 0; level < path.size(); level++) {
      Digest sibling = lemma.get(level + 1);
      computed =
          path.get(level)
              ? Digest.keccak256(computed.toBytes(), sibling.toBytes())
              : Digest.keccak256(sibling.toBytes(), computed.toBytes());
    }
    if (!computed.equals(root)) {
      throw RpcFault.parameter("proof", "validation failed");
    }
  }

  /** From the root down: where the path leads, and whether padding is the zeros it must be. */
  private void walk(ObjectLayout layout) throws RpcFault {
    int left = layout.paddedSegments();
    int position = 0;
    for (int level = proof.path().size() - 1; level >= 0; level--) {
      if (left < 2) {
        throw RpcFault.application("wrong position: the path is too long");
      }
      int half = Integer.highestOneBit(left - 1);
      if (proof.path().get(level)) {
        boolean siblingIsPadding = position + half >= layout.segments();
        int height = Integer.numberOfTrailingZeros(half) + 10;
        if (siblingIsPadding
            && left - half == half
            && !proof.lemma().get(level + 1).equals(ZeroSubtrees.root(height))) {
          throw RpcFault.parameter("proof", "invalid proof node value in the padding range");
        }
        left = half;
      } else {
        position += half;
        left -= half;
      }
    }
    if (left != 1 || position != index) {
      throw RpcFault.application("wrong position, expected " + index + ", found " + position);
    }
  }
}

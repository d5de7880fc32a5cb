package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.MerkleTree;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import io.inft.store.merkle.SegmentHash;
import io.inft.store.merkle.ZeroSubtrees;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layout, roots and proofs against vectors made with the 0G TypeScript SDK. */
class MerkleVectorsTest {
  private static final JsonNode VECTORS = load();

  private static JsonNode load() {
    try (InputStream in = MerkleVectorsTest.class.getResourceAsStream("/vectors/0g-storage.json")) {
      return new ObjectMapper().readTree(in);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  record File(String pattern, JsonNode expected) {
    byte[] bytes() {
      int size = expected.get("size").intValue();
      return pattern.equals("A") ? Patterns.a(size) : Patterns.b(size);
    }

    @Override
    public String toString() {
      return "pattern " + pattern + ", " + expected.get("size") + " bytes";
    }
  }

  static Stream<File> files() {
    List<File> files = new ArrayList<>();
    VECTORS.get("filesPatternA").forEach(file -> files.add(new File("A", file)));
    VECTORS.get("filesPatternB").forEach(file -> files.add(new File("B", file)));
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void layoutAndTreeAreThoseOfThePeers(File file) throws Exception {
    JsonNode expected = file.expected();
    byte[] bytes = file.bytes();

    ObjectTree tree = ObjectTree.of(ByteSource.of(bytes));

    ObjectLayout layout = tree.layout();
    assertThat(Digest.sha256(bytes).hex()).isEqualTo(expected.get("sha256").textValue());
    assertThat(layout.chunks()).isEqualTo(expected.get("numChunks").longValue());
    assertThat(layout.segments()).isEqualTo(expected.get("numSegments").intValue());
    assertThat(layout.paddedChunks()).isEqualTo(expected.get("paddedChunks").longValue());
    assertThat(layout.paddedSegments()).isEqualTo(expected.get("numSegmentsPadded").intValue());
    assertThat(layout.transferBytes(layout.segments() - 1))
        .isEqualTo(expected.get("lastSegmentUploadBytes").intValue());
    assertThat(tree.root().toString()).isEqualTo(expected.get("root").textValue());
    assertThat(MerkleRoot.of(ByteSource.of(bytes))).isEqualTo(tree.root());
    List<String> nodes = new ArrayList<>();
    expected
        .get("nodes")
        .forEach(node -> nodes.add(node.get("root").textValue() + " " + node.get("height")));
    assertThat(tree.nodes().stream().map(node -> node.root() + " " + node.height()))
        .isEqualTo(nodes);
    assertThat(ObjectTree.fold(tree.nodes())).isEqualTo(tree.root());
    assertThat(layout.nodeHeights())
        .isEqualTo(tree.nodes().stream().map(ObjectTree.Node::height).toList());
    List<String> segments = new ArrayList<>();
    if (!expected.has("segmentRoots")) {
      return; // left out of the largest vectors
    }
    expected.get("segmentRoots").forEach(root -> segments.add(root.textValue()));
    assertThat(
            IntStream.range(0, layout.paddedSegments())
                .mapToObj(i -> tree.segmentRoot(i).toString()))
        .isEqualTo(segments);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everySegmentIsProvenAndNoOtherPlaceIs(File file) throws Exception {
    byte[] bytes = file.bytes();
    ObjectTree tree = ObjectTree.of(ByteSource.of(bytes));
    ObjectLayout layout = tree.layout();
    int leaves = layout.paddedSegments();

    for (int i = 0; i < layout.segments(); i++) {
      int from = i * ObjectLayout.SEGMENT_BYTES;
      byte[] sent = Arrays.copyOfRange(bytes, from, from + layout.transferBytes(i));
      Digest leaf = SegmentHash.root(layout, i, sent);
      tree.proof(i).verify(tree.root(), leaf, i, leaves);
      int other = i + 1;
      assertThatThrownBy(() -> tree.proof(other - 1).verify(tree.root(), leaf, other, leaves))
          .isInstanceOf(SubstitutedObjectException.class);
    }
  }

  @Test
  void proofsAreThoseOfThePeers() throws Exception {
    for (JsonNode vector : VECTORS.get("proofs")) {
      int size = vector.get("size").intValue();
      boolean isA = vector.get("pattern").textValue().equals("A");
      ObjectTree tree = ObjectTree.of(ByteSource.of(isA ? Patterns.a(size) : Patterns.b(size)));
      MerkleProof proof = tree.proof(vector.get("segmentIndex").intValue());

      List<String> lemma = new ArrayList<>();
      vector.get("proof").get("lemma").forEach(hash -> lemma.add(hash.textValue()));
      List<Boolean> path = new ArrayList<>();
      vector.get("proof").get("path").forEach(left -> path.add(left.booleanValue()));
      assertThat(proof.lemma().stream().map(Digest::toString)).isEqualTo(lemma);
      assertThat(proof.path()).isEqualTo(path);
    }
  }

  @Test
  void zeroSubtreesAreThoseOfTheContract() {
    JsonNode expected = VECTORS.get("constants").get("zeroSubtreeHashesByHeight");
    for (int height = 0; height < expected.size(); height++) {
      assertThat(ZeroSubtrees.root(height).toString()).isEqualTo(expected.get(height).textValue());
    }
  }

  @Test
  void treesOfAnyShapeAreThoseOfThePeers() {
    JsonNode roots = VECTORS.get("merkleUnitRoots").get("roots");
    roots
        .fieldNames()
        .forEachRemaining(
            count -> {
              List<Digest> leaves =
                  IntStream.range(0, Integer.parseInt(count))
                      .mapToObj(i -> ("chunk data - " + i).getBytes(StandardCharsets.UTF_8))
                      .map(Digest::keccak256)
                      .toList();
              assertThat(MerkleTree.over(leaves).root().toString())
                  .isEqualTo(roots.get(count).textValue());
            });
    JsonNode zeros = VECTORS.get("merkleUnitRoots").get("zeroChunks");
    zeros
        .fieldNames()
        .forEachRemaining(
            count -> {
              List<Digest> leaves =
                  java.util.Collections.nCopies(Integer.parseInt(count), ZeroSubtrees.root(0));
              assertThat(MerkleTree.over(leaves).root().toString())
                  .isEqualTo(zeros.get(count).textValue());
            });
  }

  @Test
  void aRootSeenOnMainnetComesOut() throws Exception {
    JsonNode sample = VECTORS.get("mainnetSample");
    byte[] bytes = HexFormat.of().parseHex(sample.get("dataHex").textValue());

    assertThat(MerkleRoot.of(ByteSource.of(bytes)).toString())
        .isEqualTo(sample.get("root").textValue());
  }

  @Test
  void aRootDoesNotBindTrailingZerosWithinTheLastChunk() throws Exception {
    String root = VECTORS.get("trailingZeroCollision").get("root").textValue();

    assertThat(MerkleRoot.of(ByteSource.of(new byte[] {'a'})).toString()).isEqualTo(root);
    assertThat(MerkleRoot.of(ByteSource.of(Arrays.copyOf(new byte[] {'a'}, 256))).toString())
        .isEqualTo(root);
  }

  @Test
  void refusesEveryDamagedProof() throws Exception {
    byte[] bytes = Patterns.b(1_572_867);
    ObjectTree tree = ObjectTree.of(ByteSource.of(bytes));
    int leaves = tree.layout().paddedSegments();
    MerkleProof good = tree.proof(3);
    Digest leaf = tree.segmentRoot(3);
    good.verify(tree.root(), leaf, 3, leaves);

    List<MerkleProof> bad = new ArrayList<>();
    for (int i = 0; i < good.lemma().size(); i++) {
      List<Digest> lemma = new ArrayList<>(good.lemma());
      lemma.set(i, Digest.sha256(lemma.get(i).toBytes()));
      bad.add(new MerkleProof(lemma, good.path()));
      List<Digest> shorter = new ArrayList<>(good.lemma());
      shorter.remove(i);
      bad.add(new MerkleProof(shorter, good.path()));
    }
    for (int i = 0; i < good.path().size(); i++) {
      List<Boolean> path = new ArrayList<>(good.path());
      path.set(i, !path.get(i));
      bad.add(new MerkleProof(good.lemma(), path));
    }
    bad.add(new MerkleProof(List.of(), List.of()));
    bad.add(new MerkleProof(List.of(tree.root()), List.of()));
    List<Digest> deeper = new ArrayList<>(good.lemma());
    deeper.add(1, Digest.ZERO);
    List<Boolean> deeperPath = new ArrayList<>(good.path());
    deeperPath.add(true);
    bad.add(new MerkleProof(deeper, deeperPath));

    for (MerkleProof proof : bad) {
      assertThatThrownBy(() -> proof.verify(tree.root(), leaf, 3, leaves))
          .as("%s", proof)
          .isInstanceOf(SubstitutedObjectException.class);
    }
  }

  @Test
  void refusesAnotherRootForAnObjectOfOneSegment() throws Exception {
    ObjectTree tree = ObjectTree.of(ByteSource.of(Patterns.b(1000)));
    ObjectTree other = ObjectTree.of(ByteSource.of(Patterns.a(1000)));

    assertThatThrownBy(() -> other.proof(0).verify(tree.root(), other.root(), 0, 1))
        .isInstanceOf(SubstitutedObjectException.class);
  }
}

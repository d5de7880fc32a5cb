package io.inft.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.RpcErrorException;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.OnchainSettings;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import io.inft.store.Patterns;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import io.inft.store.zerog.ShardConfig;
import io.inft.store.zerog.ZeroGSettings;
import io.inft.store.zerog.ZeroGStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevnetTest {
  private static final int SEGMENT = ObjectLayout.SEGMENT_BYTES;

  @TempDir Path folder;

  private Devnet open(List<String> told) throws Exception {
    DevnetOptions options =
        DevnetOptions.standard(TestPackages.FOLDER).withShards(new ShardConfig(0, 1));
    return Devnet.open(folder, options, told::add);
  }

  private static ZeroGStore store(Devnet devnet) {
    return ZeroGStore.open(
        ZeroGSettings.withIndexer(devnet.indexerAddress()), devnet.chain(), devnet.sender());
  }

  @Test
  void goesOnWhereItWasStopped() throws Exception {
    byte[] object = Patterns.b(SEGMENT + 1);
    ObjectRef ref;
    Map<String, String> environment;
    List<String> told = new ArrayList<>();
    try (Devnet devnet = open(told);
        ZeroGStore store = store(devnet)) {
      ref = store.put(ByteSource.of(object), TransferListener.NONE);
      devnet.remember("something", devnet.contracts().flow().toString());
      environment = devnet.environment();
    }
    assertThat(told).anyMatch(line -> line.contains("deploying")).last().isEqualTo("ready");
    assertThat(environment)
        .containsKeys("ZERO_G_RPC", "ZERO_G_INDEXER", "ZERO_G_STORAGE_CONTRACT")
        .containsEntry("ZERO_G_CHAIN_ID", "16602");

    told.clear();
    try (Devnet devnet = open(told);
        ZeroGStore store = store(devnet)) {
      assertThat(told).noneMatch(line -> line.contains("deploying"));
      awaitSubmissions(devnet);
      assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
      assertThat(devnet.fact("something")).contains(devnet.contracts().flow().toString());
      assertThat(devnet.environment())
          .containsEntry("ZERO_G_STORAGE_CONTRACT", devnet.registry().toString());
      assertThat(OnchainRegistry.readOnly(OnchainSettings.of(devnet.registry()), devnet.chain()))
          .extracting(OnchainRegistry::chainId)
          .isEqualTo(Anvil.CHAIN_ID);
      assertThat(devnet.environment().get("ZERO_G_PRIVATE_KEY"))
          .isEqualTo(environment.get("ZERO_G_PRIVATE_KEY"));
    }
  }

  /** The nodes read the chain again after a start. */
  private static void awaitSubmissions(Devnet devnet) throws Exception {
    JsonRpc node = JsonRpc.at(devnet.nodes().get(0).address(), RpcSettings.STANDARD);
    for (int i = 0; node.call("zgs_getStatus").get("nextTxSeq").intValue() == 0; i++) {
      assertThat(i).as("looks for the submission").isLessThan(6000);
      Thread.sleep(10);
    }
  }

  private static Map<String, Object> segment(ObjectTree tree, byte[] object, int index) {
    ObjectLayout layout = tree.layout();
    int from = index * SEGMENT;
    byte[] bytes = Arrays.copyOfRange(object, from, from + layout.transferBytes(index));
    return segment(tree.root(), bytes, index, tree.proof(index), object.length);
  }

  private static Map<String, Object> segment(
      Digest root, byte[] bytes, int index, MerkleProof proof, long size) {
    Map<String, Object> proofJson = new LinkedHashMap<>();
    proofJson.put("lemma", proof.lemma().stream().map(Digest::toString).toList());
    proofJson.put("path", proof.path());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", root.toString());
    json.put("data", bytes);
    json.put("index", index);
    json.put("proof", proofJson);
    json.put("fileSize", size);
    return json;
  }

  @Test
  void nodesValidateUploadsWithTheTextsOfTheRealOne() throws Exception {
    try (Devnet devnet = open(new ArrayList<>());
        ZeroGStore store = store(devnet)) {
      byte[] object = Patterns.b(2 * SEGMENT + 300);
      ObjectTree tree = ObjectTree.of(ByteSource.of(object));
      JsonRpc node =
          JsonRpc.at(
              devnet.nodes().get(0).address(), RpcSettings.STANDARD.withRetry(RetryRule.ONCE));
      Map<String, Object> good = segment(tree, object, 1);

      refuses(node, with(good, "data", new byte[0]), "data is empty");
      refuses(node, with(good, "data", new byte[100]), "invalid data length");
      refuses(node, with(good, "data", new byte[SEGMENT]), "data hash mismatch");
      refuses(node, with(good, "data", new byte[256]), "invalid data length");
      refuses(node, with(good, "fileSize", 0), "file is empty");
      refuses(node, with(good, "fileSize", 11 << 20), "caching of large file");
      refuses(node, with(good, "index", 7), "index out of bound");
      refuses(node, with(good, "index", 0), "wrong position");
      refuses(node, with(good, "root", Digest.ZERO.toString()), "root mismatch");
      MerkleProof proof = tree.proof(1);
      List<Digest> short1 = proof.lemma().subList(0, proof.lemma().size() - 1);
      refuses(
          node,
          segment(
              tree.root(), bytes(good), 1, new MerkleProof(short1, proof.path()), object.length),
          "invalid proof");
      List<Digest> broken = new ArrayList<>(proof.lemma());
      broken.set(1, Digest.ZERO);
      refuses(
          node,
          segment(
              tree.root(), bytes(good), 1, new MerkleProof(broken, proof.path()), object.length),
          "validation failed");

      ObjectRef ref = store.put(ByteSource.of(object), TransferListener.NONE);
      assertThat(ref).isEqualTo(tree.ref());
      refuses(node, good, "already uploaded and finalized");
      refuses(node, with(good, "fileSize", object.length - 1), "not matched with tx file size");
      assertThatThrownBy(
              () ->
                  node.call(
                      "zgs_uploadSegmentByTxSeq", with(good, "root", Digest.ZERO.toString()), 0))
          .isInstanceOf(RpcErrorException.class)
          .hasMessageContaining("data root and tx seq not match");
      assertThat(node.call("zgs_checkFileFinalized", 0).booleanValue()).isTrue();
      assertThat(node.call("zgs_checkFileFinalized", 5).isNull()).isTrue();
      assertThat(node.call("zgs_downloadSegmentByTxSeq", 0, 1020, 1030).asText()).isNotEmpty();
      assertThatThrownBy(() -> node.call("zgs_downloadSegmentByTxSeq", 0, 5, 5))
          .hasMessageContaining("invalid chunk index");
      assertThatThrownBy(() -> node.call("zgs_downloadSegmentByTxSeq", 0, 0, 1025))
          .hasMessageContaining("exceeds maximum chunks 1024");
      assertThatThrownBy(() -> node.call("zgs_downloadSegmentByTxSeq", 0, 2040, 2052))
          .hasMessageContaining("end entry index exceeds tx size");
      assertThatThrownBy(() -> node.call("zgs_getFileInfo")).hasMessageContaining("No more params");
      assertThatThrownBy(() -> node.call("zgs_nothing")).hasMessageContaining("-32601");
    }
  }

  private static byte[] bytes(Map<String, Object> segment) {
    return (byte[]) segment.get("data");
  }

  private static Map<String, Object> with(Map<String, Object> segment, String field, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(segment);
    changed.put(field, value);
    return changed;
  }

  private static void refuses(JsonRpc node, Map<String, Object> segment, String text) {
    assertThatThrownBy(() -> node.call("zgs_uploadSegment", segment))
        .isInstanceOf(RpcErrorException.class)
        .hasMessageContaining(text);
  }

  @Test
  void aSmallFileSentBeforeTheChainKnowsItIsTakenOver() throws Exception {
    try (Devnet devnet = open(new ArrayList<>());
        ZeroGStore store = store(devnet)) {
      byte[] object = Patterns.a(700);
      JsonRpc node = JsonRpc.at(devnet.nodes().get(0).address(), RpcSettings.STANDARD);
      ObjectTree tree = ObjectTree.of(ByteSource.of(object));
      node.call("zgs_uploadSegments", List.of(segment(tree, object, 0)));

      ObjectRef ref = store.put(ByteSource.of(object), TransferListener.NONE);

      assertThat(store.open(ref).readAll(700)).isEqualTo(object);
    }
  }
}

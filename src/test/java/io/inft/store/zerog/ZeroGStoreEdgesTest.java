package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.ByteSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevNode;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.MemoryJournal;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.rpc.RpcSettings;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What neither the contract of stores nor misbehaving nodes show, on nodes of one half each. */
class ZeroGStoreEdgesTest {
  private static final int SEGMENT = ObjectLayout.SEGMENT_BYTES;
  private static final AtomicInteger NEXT = new AtomicInteger(1_000_000);

  private static DevnetFixture network;

  private ZeroGStore store;
  private long paidBefore;

  @BeforeAll
  static void start() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2));
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @BeforeEach
  void openStore() throws Exception {
    store = network.store();
    paidBefore = flow().submissions();
  }

  @AfterEach
  void closeStore() {
    network.behave();
    store.close();
  }

  private static FlowContract flow() {
    return new FlowContract(network.chain(), network.devnet().contracts().flow());
  }

  private long paid() throws Exception {
    return flow().submissions() - paidBefore;
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(NEXT.incrementAndGet()).nextBytes(bytes);
    return bytes;
  }

  private static ObjectRef put(ZeroGStore to, byte[] object) throws Exception {
    return to.put(ByteSource.of(object), TransferListener.NONE);
  }

  @Test
  void halfOfTheShardsIsNotEnoughAndNothingIsPaid() throws Exception {
    network.devnet().indexer().misbehaviour().start(Kind.INCOMPLETE_SHARDS);

    assertThatThrownBy(() -> put(store, bytes(300)))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("nodes that keep every segment");

    assertThat(paid()).isZero();
  }

  @Test
  void aShardThatCannotBeAskedIsNoReasonToCallTheFileMissing() throws Exception {
    byte[] object = bytes(3 * SEGMENT);
    ObjectRef ref = put(store, object);
    network.devnet().indexer().misbehaviour().start(Kind.NO_LOCATIONS);
    DevNode other = network.devnet().nodes().get(1);

    other.misbehaviour().start(Kind.DROP);
    assertThatThrownBy(() -> store.contains(ref)).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.open(ref).readAll(object.length))
        .isInstanceOf(StoreUnavailableException.class);

    other.misbehaviour().stop();
    other.misbehaviour().start(Kind.FORGET);
    assertThat(store.contains(ref)).isFalse();
    assertThatThrownBy(() -> store.open(ref).readAll(object.length))
        .isInstanceOf(ObjectMissingException.class);
  }

  @Test
  void aLostAnswerToAnUploadIsNoFailure() throws Exception {
    for (DevNode node : network.devnet().nodes()) {
      node.misbehaviour().next(1, Kind.CUT, "zgs_upload");
    }
    byte[] object = bytes(2 * SEGMENT + 5);

    ObjectRef ref = put(store, object);

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
    assertThat(paid()).isEqualTo(1);
  }

  /** Registers content under a size that is too small, which the root does not show. */
  private static Submission lie(TransactionSender liar, ObjectTree tree, long size)
      throws Exception {
    List<AbiWriter> nodes =
        tree.nodes().stream()
            .map(node -> new AbiWriter().bytes32(node.root()).uint(node.height()))
            .toList();
    AbiWriter data = new AbiWriter().uint(size).bytes(new byte[0]).array(nodes);
    AbiWriter submission = new AbiWriter().tuple(data).address(liar.account());
    byte[] call =
        new AbiWriter()
            .tuple(submission)
            .call("submit(((uint256,bytes,(bytes32,uint256)[]),address))");
    Address flow = network.devnet().contracts().flow();
    BigInteger fee = flow().feeWei(tree.layout());
    Receipt receipt = liar.send("lie " + tree.root(), "lie", Call.paying(flow, fee, call));
    return flow().submissions(receipt).get(0);
  }

  @Test
  void refusesBytesBehindAnObjectThatAreNotZero() throws Exception {
    byte[] content = bytes(200);
    ObjectTree tree = ObjectTree.of(ByteSource.of(content));
    SigningKey key = network.account();
    TransactionSender liar = new TransactionSender(network.chain(), key, new MemoryJournal());
    Submission submission = lie(liar, tree, 150);
    byte[] chunk = Arrays.copyOf(content, ObjectLayout.CHUNK_BYTES);
    for (DevNode node : network.devnet().nodes()) {
      StorageNode client =
          new StorageNode(new KnownNode(node.address(), node.shard()), RpcSettings.STANDARD);
      while (client.fileInfo(submission.txSeq()).isEmpty()) {
        Thread.sleep(10);
      }
      if (!client.fileInfo(submission.txSeq()).orElseThrow().finalized()) {
        client.upload(
            submission.txSeq(),
            tree.root(),
            150,
            List.of(new StorageNode.Segment(0, chunk, tree.proof(0))));
      }
    }
    ByteSource cut = store.open(new ObjectRef(tree.root(), 150));

    assertThatThrownBy(() -> cut.readAll(150))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("not zero");
  }

  @Test
  void aReceiptOfOtherObjectsIsNotBelieved() throws Exception {
    ObjectTree mine = ObjectTree.of(ByteSource.of(bytes(10)));
    ObjectTree other = ObjectTree.of(ByteSource.of(bytes(10)));
    SigningKey key = network.account();
    TransactionSender sender = new TransactionSender(network.chain(), key, new MemoryJournal());

    Receipt receipt = flow().await(sender, "mine", List.of(mine));

    assertThat(flow().submissions(receipt, List.of(mine))).hasSize(1);
    for (List<ObjectTree> wrong : List.of(List.of(other), List.of(mine, mine))) {
      assertThatThrownBy(() -> flow().submissions(receipt, wrong))
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("not those of the objects submitted");
    }
  }

  @Test
  void gasIsEstimatedWithAMargin() throws Exception {
    ObjectTree tree = ObjectTree.of(ByteSource.of(bytes(10)));
    SigningKey key = network.account();
    TransactionSender sender = new TransactionSender(network.chain(), key, new MemoryJournal());

    Receipt receipt = flow().await(sender, "margin", List.of(tree));

    String hash = receipt.transactionHash().toString();
    String gas =
        network.devnet().anvil().control("eth_getTransactionByHash", hash).get("gas").asText();
    assertThat(Long.decode(gas)).isGreaterThanOrEqualTo(receipt.gasUsed().longValue() + 50_000);
  }

  @Test
  void verifiedSegmentsAreKeptUpToTheBound() throws Exception {
    byte[] object = bytes(3 * SEGMENT);
    ObjectRef ref = put(store, object);
    try (ZeroGStore forgetful =
        network.store(
            network.settings().withCacheBytes(SEGMENT), network.account(), new MemoryJournal())) {
      ByteSource kept = store.open(ref);
      ByteSource dropped = forgetful.open(ref);
      assertThat(kept.readAll(object.length)).isEqualTo(object);
      assertThat(dropped.readAll(object.length)).isEqualTo(object);
      network.devnet().nodes().forEach(node -> node.misbehaviour().start(Kind.FORGET));

      assertThat(kept.readAll(object.length)).isEqualTo(object);
      assertThatThrownBy(() -> dropped.readAll(object.length))
          .isInstanceOf(ObjectMissingException.class);
    }
  }
}

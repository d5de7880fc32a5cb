package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevStranger;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.DevnetOptions;
import io.inft.devnet.Misbehaviour;
import io.inft.evm.MemoryJournal;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Among nodes that nobody vouches for, half of which never answer. */
class StrangersTest {
  private static final AtomicInteger NEXT = new AtomicInteger();

  /** As the driver's: what waits for somebody silent waits long. */
  private static final RpcSettings PATIENT =
      RpcSettings.STANDARD.withRetry(
          new RetryRule(3, Duration.ofMillis(200), Duration.ofSeconds(3)));

  /** For tests that wait for all of the silent ones. */
  private static final RpcSettings BRIEF =
      RpcSettings.STANDARD.withCallTimeout(Duration.ofSeconds(1)).withRetry(RetryRule.ONCE);

  private static DevnetFixture network;
  private ZeroGStore store;

  @BeforeAll
  static void start() throws Exception {
    network =
        DevnetFixture.among(
            new DevnetOptions.Crowd(20, 50, 20, 10), new ShardConfig(0, 2), new ShardConfig(1, 2));
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @BeforeEach
  void open() throws Exception {
    store = store(PATIENT);
  }

  private static ZeroGStore store(RpcSettings bounds) throws Exception {
    return network.store(
        network.settings().withRpc(bounds), network.account(), new MemoryJournal());
  }

  @AfterEach
  void close() {
    network.behave();
    store.close();
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(NEXT.incrementAndGet()).nextBytes(bytes);
    return bytes;
  }

  private static long total(ToLongFunction<DevStranger> count) {
    return network.devnet().strangers().stream().mapToLong(count).sum();
  }

  private static long calls() {
    return total(stranger -> stranger.calls().of(""));
  }

  private static long seconds(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toSeconds();
  }

  @Test
  void theIndexerListsThemAsDiscovered() throws Exception {
    Indexer.Listed listed =
        new Indexer(network.devnet().indexerAddress(), RpcSettings.STANDARD).nodes();

    assertThat(listed.trusted()).hasSize(2);
    assertThat(listed.discovered()).hasSize(100);
  }

  @Test
  void whatIsNewIsLookedForNowhere() throws Exception {
    long before = calls();
    long lookUps = lookUps();

    byte[] object = bytes(ObjectLayout.SEGMENT_BYTES + 3);
    ObjectRef ref = store.putNew(ByteSource.of(object), TransferListener.NONE);

    assertThat(calls() - before).as("calls to strangers").isZero();
    assertThat(lookUps() - lookUps).as("questions for the root").isZero();
    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
  }

  private static long lookUps() {
    return network.devnet().nodes().stream()
            .mapToLong(
                node ->
                    node.calls().of("zgs_getFileInfo") - node.calls().of("zgs_getFileInfoByTxSeq"))
            .sum()
        + network.devnet().indexer().calls().of("indexer_getFileLocations");
  }

  @Test
  void whatMayBeThereIsLookedForWhereItWouldBeWritten() throws Exception {
    long before = calls();
    byte[] object = bytes(5000);

    ObjectRef ref = store.put(ByteSource.of(object), TransferListener.NONE);
    long paid = submissions();
    assertThat(store.put(ByteSource.of(object), TransferListener.NONE)).isEqualTo(ref);

    assertThat(submissions()).as("paid once").isEqualTo(paid);
    assertThat(calls() - before).as("calls to strangers").isZero();
  }

  private static long submissions() throws Exception {
    return new FlowContract(network.chain(), network.devnet().contracts().flow()).submissions();
  }

  @Test
  void readingWhatTheTrustedNodesHaveAsksNobodyElse() throws Exception {
    byte[] object = bytes(3 * ObjectLayout.SEGMENT_BYTES);
    ObjectRef ref = store.putNew(ByteSource.of(object), TransferListener.NONE);
    long before = calls();

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
    assertThat(store.contains(ref)).isTrue();

    assertThat(calls() - before).isZero();
  }

  /** Both trusted nodes are silent; among the strangers are some that have it and are honest. */
  @Test
  void aSilentNodeDelaysNoReadThatAnotherCanAnswer() throws Exception {
    byte[] object = bytes(ObjectLayout.SEGMENT_BYTES + 9);
    ObjectRef ref = store.putNew(ByteSource.of(object), TransferListener.NONE);
    long before = calls();
    network.devnet().nodes().forEach(node -> node.misbehaviour().start(Misbehaviour.Kind.SILENT));

    long begun = System.nanoTime();
    byte[] read = store.open(ref).readAll(object.length);

    assertThat(read).isEqualTo(object);
    assertThat(seconds(begun)).isLessThan(30);
    assertThat(calls() - before).as("calls to strangers").isBetween(2L, 200L);
  }

  @Test
  void whatNoTrustedNodeHasIsMissingAfterAFewQuestions() throws Exception {
    ObjectRef nowhere = new ObjectRef(Digest.sha256(bytes(3)), 300);
    long before = calls();
    long begun = System.nanoTime();

    try (ZeroGStore brief = store(BRIEF)) {
      assertThat(brief.contains(nowhere)).isFalse();
    }

    assertThat(seconds(begun)).isLessThan(15);
    assertThat(calls() - before).isLessThanOrEqualTo(48);
  }

  @Test
  void aFileIsFoundAndDescribedInBoundedTime() throws Exception {
    ObjectRef ref = store.putNew(ByteSource.of(bytes(700)), TransferListener.NONE);
    long begun = System.nanoTime();

    List<ZeroGFiles.Status> info;
    try (ZeroGStore brief = store(BRIEF)) {
      info = new ZeroGFiles(brief).info(ref.root());
    }

    assertThat(info).hasSizeBetween(2, 50);
    assertThat(seconds(begun)).isLessThan(15);
  }

  @Test
  void aLookAtTheWholeNetworkIsBounded() throws Exception {
    long begun = System.nanoTime();

    StoreHealth health = StoreHealth.of(network.settings().withRpc(BRIEF), network.chain());

    assertThat(health.covers(1)).isTrue();
    assertThat(health.nodes()).hasSize(10);
    assertThat(health.nodes()).filteredOn(StoreHealth.Node::isTrusted).hasSize(2);
    assertThat(health.strangersNotAsked()).isEqualTo(92);
    assertThat(seconds(begun)).isLessThan(15);
  }
}

package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.Misbehaviour;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.FileJournal;
import io.inft.evm.MemoryJournal;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.WrongChainException;
import io.inft.store.MerkleRoot;
import io.inft.store.ObjectLayout;
import io.inft.store.ObjectRef;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when nodes, indexer and chain misbehave: two full nodes, both needed or one. */
class ZeroGFaultsTest {
  private static final int SEGMENT = ObjectLayout.SEGMENT_BYTES;
  private static final AtomicInteger NEXT = new AtomicInteger();

  private static DevnetFixture network;
  private static Misbehaviour first;
  private static Misbehaviour second;

  @TempDir Path folder;

  private ZeroGStore store;
  private long paidBefore;

  @BeforeAll
  static void start() throws Exception {
    network = DevnetFixture.start(new ShardConfig(0, 1), new ShardConfig(0, 1));
    first = network.devnet().nodes().get(0).misbehaviour();
    second = network.devnet().nodes().get(1).misbehaviour();
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
  }

  @BeforeEach
  void openStore() throws Exception {
    store = network.store();
    paidBefore = payments();
  }

  @AfterEach
  void closeStore() {
    network.behave();
    store.close();
  }

  private static long payments() throws Exception {
    return new FlowContract(network.chain(), network.devnet().contracts().flow()).submissions();
  }

  private long paid() throws Exception {
    return payments() - paidBefore;
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(NEXT.incrementAndGet()).nextBytes(bytes);
    return bytes;
  }

  private static ObjectRef put(ZeroGStore to, byte[] object) throws Exception {
    return to.put(ByteSource.of(object), TransferListener.NONE);
  }

  /** Both nodes keep the object, so that each can stand in for the other. */
  private ObjectRef putOnBoth(byte[] object) throws Exception {
    try (ZeroGStore both =
        network.store(network.settings().withReplicas(2), network.account(), new MemoryJournal())) {
      return put(both, object);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "CORRUPT",
        "TRUNCATE",
        "BAD_BASE64",
        "MISPLACE",
        "SUBSTITUTE",
        "FORGET",
        "CUT",
        "GARBAGE",
        "GIANT",
        "DROP",
        "TOO_MANY_REQUESTS"
      })
  void readsFromAnotherHolderWhenOneFails(Kind kind) throws Exception {
    byte[] object = bytes(2 * SEGMENT + 99);
    ObjectRef ref = putOnBoth(object);

    first.next(1000, kind, "zgs_downloadSegment");

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
  }

  @ParameterizedTest
  @EnumSource(names = {"CORRUPT", "TRUNCATE", "BAD_BASE64", "SUBSTITUTE"})
  void refusesOtherBytesWhoeverServesThem(Kind kind) throws Exception {
    byte[] small = bytes(1000);
    byte[] large = bytes(SEGMENT + 99);
    ObjectRef smallRef = putOnBoth(small);
    ObjectRef largeRef = putOnBoth(large);

    first.start(kind);
    second.start(kind);

    assertThatThrownBy(() -> store.open(smallRef).readAll(small.length))
        .isInstanceOf(SubstitutedObjectException.class);
    assertThatThrownBy(() -> store.open(largeRef).readAll(large.length))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void refusesASegmentFromAnotherPlace() throws Exception {
    byte[] object = bytes(2 * SEGMENT);
    ObjectRef ref = putOnBoth(object);
    first.start(Kind.MISPLACE);
    second.start(Kind.MISPLACE);

    assertThatThrownBy(() -> store.open(ref).read(0, 10))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void nobodyServingIsUnavailableAndNobodyHavingIsMissing() throws Exception {
    byte[] object = bytes(500);
    ObjectRef ref = putOnBoth(object);
    ByteSource source = store.open(ref);

    first.next(1000, Kind.DROP, "zgs_downloadSegment");
    second.next(1000, Kind.DROP, "zgs_downloadSegment");
    assertThatThrownBy(() -> source.readAll(object.length))
        .isInstanceOf(StoreUnavailableException.class)
        .satisfies(failure -> assertThat(failure.getSuppressed()).isNotEmpty());

    network.behave();
    first.start(Kind.FORGET);
    second.start(Kind.FORGET);
    assertThatThrownBy(() -> source.readAll(object.length))
        .isInstanceOf(ObjectMissingException.class);

    network.behave();
    assertThat(source.readAll(object.length)).isEqualTo(object);
  }

  @Test
  void doesNotNeedTheIndexerToKnowWhereAFileIs() throws Exception {
    byte[] object = bytes(700);
    ObjectRef ref = put(store, object);
    network.devnet().indexer().misbehaviour().start(Kind.NO_LOCATIONS);

    assertThat(store.contains(ref)).isTrue();
    assertThat(store.open(ref).readAll(700)).isEqualTo(object);
  }

  @Test
  void anIndexerWithoutNodesOrOutOfReachIsUnavailableAndNothingIsPaid() throws Exception {
    for (Kind kind : List.of(Kind.NO_NODES, Kind.DROP, Kind.GARBAGE)) {
      network.devnet().indexer().misbehaviour().start(kind);
      assertThatThrownBy(() -> put(store, bytes(300)))
          .as("%s", kind)
          .isInstanceOf(StoreUnavailableException.class);
      network.behave();
    }
    assertThat(paid()).isZero();
  }

  @Test
  void anOldIndexerWillDo() throws Exception {
    network.devnet().indexer().misbehaviour().start(Kind.OLD);

    ObjectRef ref = put(store, bytes(300));

    assertThat(store.contains(ref)).isTrue();
  }

  @Test
  void aNodeOnAnotherChainIsNotUsed() throws Exception {
    first.start(Kind.WRONG_CHAIN);
    ObjectRef ref = put(store, bytes(300));
    assertThat(store.contains(ref)).isTrue();

    second.start(Kind.WRONG_CHAIN);
    try (ZeroGStore other = network.store()) {
      assertThatThrownBy(() -> put(other, bytes(301)))
          .isInstanceOf(WrongChainException.class)
          .hasMessageContaining("16603");
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void waitsForABusyNode() throws Exception {
    first.next(3, Kind.BUSY, "zgs_upload");

    ObjectRef ref = put(store, bytes(SEGMENT + 1));

    assertThat(store.contains(ref)).isTrue();
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void sendsFewerSegmentsAtOnceWhereAProxyRefuses() throws Exception {
    first.start(Kind.SMALL_BODIES);
    second.start(Kind.SMALL_BODIES);
    byte[] object = bytes(9 * SEGMENT + 5);

    try (ZeroGStore large =
        network.store(
            network.settings().withCalls(10, 2), network.account(), new MemoryJournal())) {
      assertThat(large.contains(put(large, object))).isTrue();
    }
    assertThat(paid()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"DROP", "TOO_MANY_REQUESTS", "GARBAGE", "CUT"})
  void aNodeThatFailsDuringTheUploadIsReplacedWithoutPayingAgain(Kind kind) throws Exception {
    byte[] object = bytes(3 * SEGMENT);
    first.next(1000, kind, "zgs_upload");

    ObjectRef ref = put(store, object);

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void sendsAgainWhatANodeLost() throws Exception {
    first.next(1, Kind.LOSE, "zgs_upload");
    second.next(1, Kind.LOSE, "zgs_upload");
    byte[] object = bytes(2 * SEGMENT);

    try (ZeroGStore impatient =
        network.store(
            network.settings().withTimes(Duration.ofSeconds(4), Duration.ofMillis(20)),
            network.account(),
            new MemoryJournal())) {
      ObjectRef ref = put(impatient, object);
      assertThat(impatient.open(ref).readAll(object.length)).isEqualTo(object);
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void allNodesDownAfterPayingLosesNothingAndANewProcessGoesOn() throws Exception {
    byte[] object = bytes(SEGMENT + 7);
    SigningKey payer = network.account();
    first.next(1000, Kind.DROP, "zgs_upload");
    second.next(1000, Kind.DROP, "zgs_upload");
    try (ZeroGStore before = network.store(network.settings(), payer, FileJournal.open(folder))) {
      assertThatThrownBy(() -> put(before, object)).isInstanceOf(StoreUnavailableException.class);
    }
    assertThat(paid()).isEqualTo(1);

    network.behave();
    try (ZeroGStore after = network.store(network.settings(), payer, FileJournal.open(folder))) {
      ObjectRef ref = put(after, object);
      assertThat(after.open(ref).readAll(object.length)).isEqualTo(object);
    }
    assertThat(paid()).isEqualTo(1);
    assertThat(FileJournal.open(folder).all()).as("settled").isEmpty();
  }

  @Test
  void anUploadLeftUnfinishedByAnotherIsFinishedWithoutPaying() throws Exception {
    byte[] object = bytes(SEGMENT + 8);
    first.next(1000, Kind.DROP, "zgs_upload");
    second.next(1000, Kind.DROP, "zgs_upload");
    assertThatThrownBy(() -> put(store, object)).isInstanceOf(StoreUnavailableException.class);
    network.behave();

    try (ZeroGStore somebodyElse = network.store()) {
      ObjectRef ref = put(somebodyElse, object);
      assertThat(somebodyElse.contains(ref)).isTrue();
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void manyThreadsStoringTheSameObjectPayOnce() throws Exception {
    byte[] object = bytes(5000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<ObjectRef>> done =
          java.util.stream.IntStream.range(0, 4)
              .mapToObj(i -> threads.submit(() -> put(store, object)))
              .toList();
      for (Future<ObjectRef> one : done) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void aReorganizationThatMovesTheSubmissionIsFollowed() throws Exception {
    byte[] object = bytes(SEGMENT + 3);
    byte[] rival = bytes(900);
    SigningKey ours = network.account();
    SigningKey theirs = network.account();
    MemoryJournal ourJournal = new MemoryJournal();
    MemoryJournal theirJournal = new MemoryJournal();
    first.start(Kind.STALE);
    second.start(Kind.STALE);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (ZeroGStore one = network.store(network.settings(), ours, ourJournal);
        ZeroGStore two = network.store(network.settings(), theirs, theirJournal)) {
      Future<ObjectRef> uploading = threads.submit(() -> put(one, object));
      awaitPayments(1);
      Future<ObjectRef> rivals = threads.submit(() -> put(two, rival));
      awaitPayments(2);
      String ourRaw = raw(ourJournal);
      String theirRaw = raw(theirJournal);

      network
          .devnet()
          .anvil()
          .control("anvil_reorg", 2, List.of(List.of(theirRaw, 0), List.of(ourRaw, 1)));
      network.behave();

      ObjectRef ref = uploading.get();
      assertThat(one.open(ref).readAll(object.length)).isEqualTo(object);
      assertThat(two.open(rivals.get()).readAll(1000)).isEqualTo(rival);
      assertThat(new ZeroGFiles(one).info(ref.root()))
          .extracting(ZeroGFiles.Status::txSeq)
          .as("it was first and is second now")
          .containsOnly(paidBefore + 1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(paid()).isEqualTo(2);
  }

  private void awaitPayments(long count) throws Exception {
    for (int i = 0; i < 6000 && paid() < count; i++) {
      Thread.sleep(10);
    }
    assertThat(paid()).isEqualTo(count);
  }

  private static String raw(MemoryJournal journal) {
    return "0x" + HexFormat.of().formatHex(journal.all().get(0).raw().toBytes());
  }

  @Test
  void namesWhatIsNeededWhenTheAccountCannotPay() throws Exception {
    SigningKey poor = SigningKey.generate(new SecureRandom());
    network.devnet().anvil().fund(poor.address(), BigInteger.TEN);

    try (ZeroGStore other = network.store(network.settings(), poor, new MemoryJournal())) {
      assertThatThrownBy(() -> put(other, bytes(400)))
          .isInstanceOf(InsufficientFundsException.class);
    }
    assertThat(paid()).isZero();
  }

  @Test
  void aReaderReadsAndDoesNotWrite() throws Exception {
    byte[] object = bytes(400);
    ObjectRef ref = put(store, object);

    try (ZeroGStore reader = ZeroGStore.readOnly(network.settings(), network.chain())) {
      assertThat(reader.open(ref).readAll(400)).isEqualTo(object);
      assertThat(put(reader, object)).as("stored already").isEqualTo(ref);
      assertThatThrownBy(() -> put(reader, bytes(401))).isInstanceOf(ReadOnlyException.class);
    }
  }

  @Test
  void worksWithAFixedListOfNodes() throws Exception {
    List<URI> nodes = network.devnet().nodes().stream().map(node -> node.address()).toList();
    byte[] object = bytes(SEGMENT + 400);

    try (ZeroGStore fixed =
        network.store(
            ZeroGSettings.withNodes(nodes).withRpc(network.settings().rpc()),
            network.account(),
            new MemoryJournal())) {
      ObjectRef ref = put(fixed, object);
      assertThat(fixed.contains(ref)).isTrue();
      assertThat(fixed.open(ref).readAll(object.length)).isEqualTo(object);
    }
  }

  @Test
  void refusesAnObjectAboveTheLimitBeforeReadingIt() {
    ByteSource giant =
        new ByteSource() {
          @Override
          public long sizeBytes() {
            return ZeroGStore.MAX_OBJECT_BYTES + 1;
          }

          @Override
          public byte[] read(long offset, int length) {
            throw new AssertionError("was read");
          }
        };

    assertThatThrownBy(() -> store.put(giant, TransferListener.NONE))
        .isInstanceOf(StoreRefusedException.class);
  }

  @Test
  void anInterruptEndsAnUploadThatCanGoOnLater() throws Exception {
    byte[] object = bytes(600);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> put(store, object)).isInstanceOf(StoreUnavailableException.class);
    assertThat(Thread.interrupted()).isTrue();

    assertThat(store.contains(put(store, object))).isTrue();
    assertThat(paid()).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void filesAboveTheFragmentSizeAreCutAndPutTogether(int fragments) throws Exception {
    ZeroGFiles files = new ZeroGFiles(store);
    byte[] file = bytes((fragments - 1) * SEGMENT + 1000);

    List<ObjectRef> refs = files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE);
    List<ObjectRef> again = files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE);

    assertThat(refs).hasSize(fragments).isEqualTo(again);
    assertThat(files.open(refs.stream().map(ObjectRef::root).toList()).readAll(file.length))
        .isEqualTo(file);
    assertThat(files.info(refs.get(0).root()))
        .isNotEmpty()
        .allSatisfy(status -> assertThat(status.sizeBytes()).isEqualTo(refs.get(0).sizeBytes()));
    assertThat(paid()).isEqualTo(fragments);
  }

  @Test
  void fragmentsResumeWithoutPayingAgain() throws Exception {
    ZeroGFiles files = new ZeroGFiles(store);
    byte[] file = bytes(3 * SEGMENT + 1000);
    first.next(1000, Kind.DROP, "zgs_upload");
    second.next(1000, Kind.DROP, "zgs_upload");
    assertThatThrownBy(() -> files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE))
        .isInstanceOf(StoreUnavailableException.class);
    network.behave();

    List<ObjectRef> refs = files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE);

    assertThat(files.open(refs.stream().map(ObjectRef::root).toList()).readAll(file.length))
        .isEqualTo(file);
    assertThat(paid()).isEqualTo(4);
    assertThat(files.info(MerkleRoot.of(ByteSource.of(bytes(77))))).isEmpty();
  }
}

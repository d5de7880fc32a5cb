package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.SigningKey;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.FileJournal;
import io.inft.evm.MemoryJournal;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.StoreUnavailableException;
import io.inft.store.merkle.ObjectRef;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is paid when an upload fails, is repeated, or the chain changes its mind. */
class PaymentFaultsTest extends TwoFullNodes {
  @TempDir private Path folder;

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
          .isInstanceOf(InsufficientFundsException.class)
          .hasMessageContaining("0.00000001 gwei there");
    }
    assertThat(paid()).isZero();
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
}

package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.ByteSource;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.DevNode;
import io.inft.devnet.ZeroGContracts;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import io.inft.store.RenewableStore.Paid;
import io.inft.store.RenewableStore.Renewal;
import io.inft.store.RenewableStore.State;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Anybody keeps an object alive by paying again; without that it is gone one day. */
class RenewalTest extends TwoFullNodes {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration AGES = Duration.ofDays(1000);

  private static Renewal renew(ZeroGStore by, List<ObjectRef> objects, Duration olderThan)
      throws Exception {
    return by.renew(objects, olderThan, TransferListener.NONE);
  }

  private static FlowContract flow() {
    return new FlowContract(network.chain(), network.devnet().contracts().flow());
  }

  private static void prune(long belowTxSeq) throws Exception {
    network.awaitNodes();
    for (DevNode node : network.devnet().nodes()) {
      node.prune(belowTxSeq);
    }
  }

  private static boolean isThere(ObjectRef object) throws Exception {
    try (ZeroGStore fresh = network.store()) {
      return fresh.contains(object);
    }
  }

  @Test
  void whatIsPaidForAgainOutlivesTheOldPayment() throws Exception {
    List<ObjectRef> kept = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (int size : new int[] {1, 300, 4097, SEGMENT, SEGMENT + 1, 5 * SEGMENT + 77, 786_433}) {
      contents.add(bytes(size));
      kept.add(put(store, contents.get(contents.size() - 1)));
    }
    ObjectRef left = put(store, bytes(3000));
    long before = flow().submissions();

    try (ZeroGStore stranger = network.store()) {
      Renewal renewal = renew(stranger, kept, Duration.ZERO);

      assertThat(renewal.of(State.RENEWED)).isEqualTo(kept);
      assertThat(renewal.transactions()).isEqualTo(1);
      assertThat(renewal.sentBytes()).isZero();
    }
    assertThat(flow().submissions()).isEqualTo(before + kept.size());
    prune(before);

    assertThat(isThere(left)).isFalse();
    for (int i = 0; i < kept.size(); i++) {
      assertThat(store.open(kept.get(i)).readAll(contents.get(i).length))
          .isEqualTo(contents.get(i));
    }
  }

  @Test
  void theSameObjectsAreNotPaidForAgainSoSoon() throws Exception {
    List<ObjectRef> objects = List.of(put(store, bytes(5)), put(store, bytes(6)));
    ObjectRef never = MerkleRoot.refOf(ByteSource.of(bytes(400)));

    Renewal first = renew(store, List.of(objects.get(0)), Duration.ZERO);
    Renewal second =
        renew(store, List.of(objects.get(0), objects.get(1), never, objects.get(1)), HOUR);

    assertThat(first.of(State.RENEWED)).containsExactly(objects.get(0));
    assertThat(second.of(State.RECENT)).isEqualTo(objects);
    assertThat(second.of(State.MISSING)).containsExactly(never);
    assertThat(second.transactions()).isZero();
    assertThat(paid()).isEqualTo(3);
  }

  @Test
  void thePriceIsWhatIsPaidThen() throws Exception {
    List<ObjectRef> objects = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      objects.add(put(store, bytes(1000 + i)));
    }
    SigningKey key = network.account();
    try (ZeroGStore stranger = network.store(network.settings(), key, new MemoryJournal());
        ZeroGStore reader = ZeroGStore.readOnly(network.settings(), network.chain())) {
      BigInteger balance = network.chain().balance(key.address());

      Renewal price = stranger.priceOfRenewal(objects, Duration.ZERO);
      assertThat(network.chain().balance(key.address())).isEqualTo(balance);
      Renewal renewal = renew(stranger, objects, Duration.ZERO);

      assertThat(price.of(State.RENEWED)).isEqualTo(objects);
      assertThat(renewal.transactions()).isEqualTo(price.transactions()).isEqualTo(2);
      assertThat(renewal.storageWei())
          .isEqualTo(price.storageWei())
          .isEqualTo(ZeroGContracts.PRICE_PER_SECTOR_WEI.multiply(BigInteger.valueOf(25 * 4)));
      assertThat(renewal.gasWei()).isLessThanOrEqualTo(price.gasWei()).isPositive();
      assertThat(balance.subtract(network.chain().balance(key.address())))
          .isEqualTo(renewal.storageWei().add(renewal.gasWei()));
      assertThat(reader.priceOfRenewal(objects, Duration.ZERO).storageWei())
          .isEqualTo(price.storageWei());
      assertThatThrownBy(() -> renew(reader, objects, HOUR)).isInstanceOf(ReadOnlyException.class);
    }
  }

  @Test
  void whenAndUntilWhenIsReadFromTheChain() throws Exception {
    List<ObjectRef> objects =
        List.of(put(store, bytes(256)), put(store, bytes(300)), put(store, bytes(786_433)));
    ObjectRef never = MerkleRoot.refOf(ByteSource.of(bytes(500)));
    Map<ObjectRef, Paid> first = store.paid(List.of(objects.get(0), objects.get(2), never));

    assertThat(first).containsOnlyKeys(objects.get(0), objects.get(2));
    Paid paid = first.get(objects.get(0));
    assertThat(Duration.between(paid.at(), paid.until())).isEqualTo(ZeroGContracts.LIFETIME);

    network.devnet().anvil().control("evm_increaseTime", 90L * 86_400);
    network.devnet().anvil().control("evm_mine");
    try (ZeroGStore stranger = network.store()) {
      assertThat(renew(stranger, objects, Duration.ofDays(91)).of(State.RECENT)).hasSize(3);
      assertThat(renew(stranger, objects.subList(2, 3), Duration.ofDays(89)).of(State.RENEWED))
          .isEqualTo(objects.subList(2, 3));
    }

    Map<ObjectRef, Paid> second = store.paid(objects);
    assertThat(second.get(objects.get(0))).isEqualTo(paid);
    Instant renewed = second.get(objects.get(2)).at();
    assertThat(Duration.between(first.get(objects.get(2)).at(), renewed).toDays())
        .isGreaterThanOrEqualTo(90);
  }

  /** The transaction was sent and nobody learned what became of it; then the process is killed. */
  @Test
  void killedBetweenSendingAndTheReceiptItPaysOnce() throws Exception {
    List<ObjectRef> objects = List.of(put(store, bytes(700)), put(store, bytes(800)));
    SigningKey key = network.account();
    MemoryJournal journal = new MemoryJournal();
    try (ChainProxy proxy = new ChainProxy(network.devnet().rpc())) {
      Chain blind =
          new Chain(
              JsonRpc.at(proxy.address(), RpcSettings.STANDARD),
              network
                  .chain()
                  .settings()
                  .withTimes(
                      Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofMillis(50)));
      proxy.hideReceipts();
      try (ZeroGStore killed =
          ZeroGStore.open(network.settings(), blind, new TransactionSender(blind, key, journal))) {
        assertThatThrownBy(() -> renew(killed, objects, Duration.ZERO))
            .isInstanceOf(InftException.class);
      }
    }
    try (ZeroGStore again = network.store(network.settings(), key, journal)) {
      Renewal renewal = renew(again, List.of(objects.get(1), objects.get(0)), HOUR);

      assertThat(renewal.of(State.RECENT)).containsExactlyInAnyOrderElementsOf(objects);
    }
    assertThat(paid()).isEqualTo(4);
    assertThat(journal.all()).isEmpty();
  }

  /** As nodes do, they take over from the first file with the root only, and that is gone. */
  @Test
  void whatNodesDoNotTakeOverIsReadFromThemAndSent() throws Exception {
    byte[] content = bytes(2 * SEGMENT + 5);
    List<ObjectRef> object = List.of(put(store, content));
    renew(store, object, Duration.ZERO);
    prune(flow().submissions() - 1);

    Renewal again = renew(store, object, Duration.ZERO);
    prune(flow().submissions() - 1);

    assertThat(again.of(State.RENEWED)).isEqualTo(object);
    assertThat(again.sentBytes()).isEqualTo(content.length);
    assertThat(store.open(object.get(0)).readAll(content.length)).isEqualTo(content);
  }

  /** A payment whose data no node took over is no payment to rely on. */
  @Test
  void whatSomebodyElsePaidForIsBroughtToTheNodes() throws Exception {
    byte[] content = bytes(9000);
    List<ObjectRef> object = List.of(put(store, content));
    renew(store, object, Duration.ZERO);
    prune(flow().submissions() - 1);
    ObjectTree tree = ObjectTree.of(ByteSource.of(content));
    TransactionSender other =
        new TransactionSender(network.chain(), network.account(), new MemoryJournal());
    flow().submit(other, "somebody else", List.of(tree));

    Renewal renewal = renew(store, object, HOUR);
    prune(flow().submissions() - 1);

    assertThat(renewal.of(State.RECENT)).isEqualTo(object);
    assertThat(renewal.transactions()).isZero();
    assertThat(store.open(object.get(0)).readAll(9000)).isEqualTo(content);
  }

  @Test
  void whatWasSubmittedThroughAnotherContractIsRenewedTheSame() throws Exception {
    TransactionSender sender =
        new TransactionSender(network.chain(), network.account(), new MemoryJournal());
    byte[] content = bytes(786_433);
    ObjectTree tree = ObjectTree.of(ByteSource.of(content));
    ObjectRef object = tree.ref();
    Address forwarder =
        sender.send("deploy", "deploy", Call.deploying(forwarder())).contract().orElseThrow();
    Call call = flow().submitting(List.of(Submission.Content.of(tree)), sender.account());
    sender.send(
        "forward", "forward", Call.paying(forwarder, call.valueWei(), call.data().toBytes()));
    network.awaitNodes();

    assertThat(store.paid(List.of(object))).containsOnlyKeys(object);
    assertThat(renew(store, List.of(object), Duration.ZERO).of(State.MISSING))
        .as("paid for, and nobody sent it")
        .containsExactly(object);
    put(store, content);
    assertThat(paid()).isEqualTo(1);
    assertThat(renew(store, List.of(object), Duration.ZERO).of(State.RENEWED))
        .containsExactly(object);
    assertThat(paid()).isEqualTo(2);
    prune(flow().submissions() - 1);
    assertThat(store.open(object).readAll(786_433)).isEqualTo(content);
  }

  /** Sends what it gets on to the Flow contract, value and all. */
  private static byte[] forwarder() {
    String flow = network.devnet().contracts().flow().toString().substring(2);
    String code = // calldatacopy; call(gas, flow, value, 0, size, 0, 0) or revert; stop
        "366000600037" + "60006000366000" + "3473" + flow + "5af1602d5760006000fd5b00";
    String length = String.format("%02x", code.length() / 2);
    return HexFormat.of().parseHex("60" + length + "600c600039" + "60" + length + "6000f3" + code);
  }

  @Test
  void manyObjectsAreLookedUpInFewQuestionsAndTheNextTimeInFewer() throws Exception {
    List<ObjectRef> objects = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      objects.add(put(store, bytes(300 + i)));
    }
    network.devnet().anvil().control("anvil_mine", "0x400");
    try (ChainProxy proxy = new ChainProxy(network.devnet().rpc())) {
      proxy.refuseLogsOfMoreThan(500);
      Chain chain =
          new Chain(JsonRpc.at(proxy.address(), RpcSettings.STANDARD), network.chain().settings());
      try (ZeroGStore reader = ZeroGStore.readOnly(network.settings(), chain)) {
        int before = proxy.calls();
        assertThat(reader.paid(objects)).hasSize(30);
        int once = proxy.calls() - before;
        assertThat(reader.paid(objects)).hasSize(30);
        int twice = proxy.calls() - before - once;

        assertThat(once).isLessThan(60);
        assertThat(twice).isLessThan(once);
      }
    }
  }

  @Test
  void nothingDueCostsNothing() throws Exception {
    ObjectRef object = put(store, bytes(77));

    Renewal renewal = renew(store, List.of(object), AGES);

    assertThat(renewal.transactions()).isZero();
    assertThat(renewal.storageWei()).isZero();
    assertThat(renewal.gasWei()).isZero();
  }
}

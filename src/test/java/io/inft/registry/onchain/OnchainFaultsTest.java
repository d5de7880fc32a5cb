package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.TestPackages;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.FileJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.GasLimitException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.SettingException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Inlined;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry on a chain whose endpoint misbehaves, and after crashes. */
class OnchainFaultsTest {
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(20));
  private static final RpcSettings IMPATIENT =
      RpcSettings.STANDARD.withRetry(new RetryRule(4, Duration.ofMillis(5), Duration.ofMillis(20)));

  private static Anvil anvil;

  @TempDir Path folder;
  private ChainProxy proxy;
  private Chain chain;
  private SigningKey key;
  private OnchainRegistry registry;
  private DatabaseId id;

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  @BeforeEach
  void deploy() throws Exception {
    id = DatabaseId.parse("inft_12345");
    proxy = new ChainProxy(anvil.address());
    chain = new Chain(JsonRpc.at(proxy.address(), IMPATIENT), QUICK);
    key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), BigInteger.TEN.pow(21));
    registry = open(OnchainSettings.of(RegistryCode.deploy(sender())));
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  /** As a process that has just started. */
  private TransactionSender sender() throws Exception {
    return new TransactionSender(chain, key, FileJournal.open(folder.resolve("journal")));
  }

  private OnchainRegistry open(OnchainSettings settings) throws Exception {
    return OnchainRegistry.open(settings.withPatience(Duration.ofMillis(300)), chain, sender());
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Anchor begin() throws Exception {
    registry.register(id);
    Anchor first =
        new Anchor(
            1,
            Digest.ZERO,
            digest("root 1"),
            1000,
            digest("bytes"),
            1,
            digest("keyring"),
            Kind.SNAPSHOT);
    registry.rotateAndAnchor(id, first);
    return first;
  }

  private static Anchor after(Anchor before) {
    return new Anchor(
        before.version() + 1,
        before.root(),
        digest("root " + (before.version() + 1)),
        1000,
        digest("bytes"),
        before.keyEpoch(),
        before.keyringHash(),
        Kind.DELTA);
  }

  @Test
  void anEndpointThatFallsBehindIsNotBelieved() throws Exception {
    Anchor one = begin();
    long old = chain.blockNumber();
    registry.anchor(id, after(one));
    Head seen = registry.head(id);
    assertThat(seen.version()).isEqualTo(2);
    assertThat(registry.lagsBehind(seen.asOf())).isFalse();

    proxy.serveOldHead(old);
    assertThat(registry.lagsBehind(seen.asOf())).isTrue();
    assertThatThrownBy(() -> registry.head(id))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("lags behind");
    proxy.behave();
    assertThat(registry.head(id).version()).isEqualTo(2);
  }

  @Test
  void callsThatFailAtRandomAnchorEachVersionOnce() throws Exception {
    Anchor newest = begin();
    long nonce = chain.minedNonce(key.address());
    proxy.failAtRandom(25, 7);
    for (int i = 0; i < 10; i++) {
      newest = after(newest);
      assertThat(registry.anchor(id, newest).anchor()).isEqualTo(newest);
    }
    proxy.behave();
    assertThat(registry.history(id, 1, 99)).hasSize(11);
    assertThat(chain.minedNonce(key.address())).isEqualTo(nonce + 10);
  }

  @Test
  void anAnchorWithoutAReceiptIsJudgedByTheContract() throws Exception {
    Anchor two = after(begin());
    long nonce = chain.minedNonce(key.address());
    chain =
        new Chain(
            JsonRpc.at(proxy.address(), IMPATIENT),
            QUICK.withTimes(Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofMillis(20)));
    proxy.hideReceipts();

    Anchored anchored = open(OnchainSettings.of(registry.address())).anchor(id, two);

    assertThat(anchored.anchor()).isEqualTo(two);
    assertThat(chain.minedNonce(key.address())).isEqualTo(nonce + 1);
    assertThat(FileJournal.open(folder.resolve("journal")).all()).isEmpty();
  }

  @Test
  void anAnchorWhoseConfirmationWasNeverSeenIsRecognisedAfterACrash() throws Exception {
    Anchor two = after(begin());
    long nonce = chain.minedNonce(key.address());
    sender()
        .send(
            "registry "
                + registry.address()
                + " "
                + Digest.keccak256(RegistryCalls.anchor(id, two)),
            "anchor",
            Call.of(registry.address(), RegistryCalls.anchor(id, two)));

    Anchored anchored = open(OnchainSettings.of(registry.address())).anchor(id, two);

    assertThat(anchored.anchor()).isEqualTo(two);
    assertThat(chain.minedNonce(key.address())).isEqualTo(nonce + 1);
    assertThat(FileJournal.open(folder.resolve("journal")).all()).isEmpty();
  }

  @Test
  void aControlOperationOfBeforeACrashIsTakenForTheSameOneUnlessOthersCameAfter() throws Exception {
    begin();
    byte[] freeze = RegistryCalls.withId("freeze", id);
    String purpose = "registry " + registry.address() + " " + Digest.keccak256(freeze);
    sender().send(purpose, "freeze", Call.of(registry.address(), freeze));
    long nonce = chain.minedNonce(key.address());

    registry.freeze(id);
    assertThat(chain.minedNonce(key.address())).as("nothing was sent").isEqualTo(nonce);

    registry.unfreeze(id);
    sender().send(purpose, "freeze", Call.of(registry.address(), freeze));
    anotherUnfreezes();
    registry.freeze(id);
    assertThat(registry.head(id).status()).isEqualTo(Head.FROZEN);
  }

  /** With a journal of its own, as on another machine. */
  private void anotherUnfreezes() throws Exception {
    TransactionSender other =
        new TransactionSender(chain, key, FileJournal.open(folder.resolve("other")));
    OnchainRegistry.open(OnchainSettings.of(registry.address()), chain, other).unfreeze(id);
  }

  @Test
  void refusesATransactionAboveTheGasLimitBeforeSending() throws Exception {
    begin();
    long nonce = chain.minedNonce(key.address());
    OnchainRegistry bounded = open(OnchainSettings.of(registry.address()).withGasLimit(30_000));

    assertThatThrownBy(() -> bounded.freeze(id))
        .isInstanceOf(GasLimitException.class)
        .hasMessageContaining("gasLimit");
    assertThat(chain.minedNonce(key.address())).isEqualTo(nonce);
  }

  @Test
  void refusesCodeThatIsNotThePinnedOne() throws Exception {
    OnchainSettings pinned =
        OnchainSettings.of(registry.address()).withCodeHash(digest("other code"));

    assertThatThrownBy(() -> open(pinned))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining(RegistryCode.HASH.toString())
        .hasMessageContaining(digest("other code").toString());
  }

  @Test
  void aLongHistoryIsReadInPartsThatEndpointsAccept() throws Exception {
    Anchor newest = begin();
    List<Anchor> all = new ArrayList<>(List.of(newest));
    for (int i = 0; i < 8; i++) {
      newest = after(newest);
      all.add(newest);
      registry.anchor(id, newest);
      anvil.control("anvil_mine", "0x14");
    }
    int before = proxy.calls();
    assertThat(registry.history(id, 1, 99)).extracting(Anchored::anchor).isEqualTo(all);
    assertThat(proxy.calls() - before).as("1,000 blocks a question").isLessThan(6);

    proxy.refuseLogsOfMoreThan(15);
    assertThat(registry.history(id, 2, 99))
        .extracting(Anchored::anchor)
        .isEqualTo(all.subList(1, all.size()));
    assertThat(registry.version(id, 3, registry.history(id, 3, 3).get(0).block().number()))
        .extracting(Anchored::version)
        .isEqualTo(3L);
    Address account = registry.account().orElseThrow();
    assertThat(registry.version(id, 3, 0).author()).isEqualTo(account);
  }

  @Test
  void tipsAreAtLeastTwoGweiWhateverTheEndpointSuggests() throws Exception {
    Anchor two = after(begin());
    registry.anchor(id, two);

    var block = anvil.rpc().call("eth_getBlockByNumber", "latest", true);
    var transaction = block.get("transactions").get(0);
    assertThat(transaction.get("to").asText()).isEqualTo(registry.address().toString());
    assertThat(Long.decode(transaction.get("maxPriorityFeePerGas").asText()))
        .isGreaterThanOrEqualTo(2_000_000_000L);
  }

  @Test
  void anEndpointWithoutItsEventsStillHasTheObjectInTheCallData() throws Exception {
    Anchor plain = after(begin());
    byte[] object = "an object that goes along".getBytes(StandardCharsets.US_ASCII);
    Anchored anchored =
        registry.anchorInline(
            id, named(plain, object.length, Digest.sha256(object)), Blob.of(object));
    proxy.dropLogs();

    assertThat(registry.object(id, anchored).toBytes()).isEqualTo(object);

    Anchored other =
        new Anchored(
            named(plain, object.length, digest("another object")),
            anchored.author(),
            anchored.historyHash(),
            anchored.controlSequence(),
            anchored.block(),
            anchored.previousBlockNumber(),
            true);
    assertThatThrownBy(() -> registry.object(id, other))
        .isInstanceOf(ObjectMissingException.class)
        .hasMessageContaining("block " + anchored.block().number());
  }

  /** Stuck, replaced at a higher price, and found by the next process: one anchor, by its road. */
  @ParameterizedTest(name = "inlined: {0}")
  @ValueSource(booleans = {false, true})
  void aStuckAnchorIsReplacedByItsRoadAndPaidOnce(boolean inlined) throws Exception {
    byte[] object = "an object that waits".getBytes(StandardCharsets.US_ASCII);
    Anchor two = named(after(begin()), object.length, Digest.sha256(object));
    Optional<Blob> along = inlined ? Optional.of(Blob.of(object)) : Optional.empty();
    long nonce = chain.minedNonce(key.address());
    chain =
        new Chain(
            JsonRpc.at(proxy.address(), IMPATIENT),
            QUICK.withTimes(Duration.ofMillis(900), Duration.ofMillis(200), Duration.ofMillis(20)));
    anvil.control("evm_setAutomine", false);
    try {
      OnchainRegistry waiting = open(OnchainSettings.of(registry.address()));
      assertThatThrownBy(() -> anchor(waiting, two, along))
          .isInstanceOf(OutcomeUnknownException.class);
      assertThat(FileJournal.open(folder.resolve("journal")).all()).hasSizeGreaterThan(1);
      assertThat(waiting.isUnderWay(new Registry.AnchorRequest(id, two, along))).isTrue();
    } finally {
      anvil.control("evm_setAutomine", true);
      anvil.control("evm_mine");
    }
    chain = new Chain(JsonRpc.at(proxy.address(), IMPATIENT), QUICK);

    Anchored anchored = anchor(open(OnchainSettings.of(registry.address())), two, along);

    assertThat(anchored.anchor()).isEqualTo(two);
    assertThat(anchored.inlined()).isEqualTo(inlined);
    assertThat(chain.minedNonce(key.address())).isEqualTo(nonce + 1);
    assertThat(FileJournal.open(folder.resolve("journal")).all()).isEmpty();
    if (inlined) {
      assertThat(registry.object(id, anchored).toBytes()).isEqualTo(object);
    }
  }

  private Anchored anchor(OnchainRegistry by, Anchor next, Optional<Blob> along) throws Exception {
    return along.isPresent() ? by.anchorInline(id, next, along.get()) : by.anchor(id, next);
  }

  private List<Anchored> goAlong(int versions) throws Exception {
    Anchor newest = begin();
    List<Anchored> all = new ArrayList<>();
    for (int i = 0; i < versions; i++) {
      byte[] object = ("object " + i).getBytes(StandardCharsets.US_ASCII);
      newest = named(after(newest), object.length, Digest.sha256(object));
      all.add(registry.anchorInline(id, newest, Blob.of(object)));
    }
    return all;
  }

  private static final String INLINED =
      AbiWriter.topic("ObjectInlined(bytes32,uint64,bytes)").toString();

  @Test
  void theTailComesWithItsObjectsInFewQuestions() throws Exception {
    List<Anchored> all = goAlong(6);
    Anchored newest = all.get(5);
    anvil.rpc().call("anvil_mine", "0x3e8");
    int before = proxy.calls();

    List<Inlined> tail = registry.tail(id, newest);

    assertThat(proxy.calls() - before).isLessThan(6);
    assertThat(tail).extracting(Inlined::version).isEqualTo(all);
    assertThat(tail).allMatch(one -> one.object().isPresent());
    proxy.refuseLogsOfMoreThan(1);
    List<Inlined> refused = registry.tail(id, newest);
    assertThat(refused).extracting(Inlined::version).isEqualTo(all);
    assertThat(registry.object(id, refused.get(0).version())).isEqualTo(tail.get(0).object().get());
  }

  /** A list without events is an answer; what is missing then is said, and had elsewhere. */
  @Test
  void whatAnEndpointPrunedOrBentIsMissingFromTheTail() throws Exception {
    List<Anchored> all = goAlong(3);
    proxy.dropLogs(INLINED);

    assertThat(registry.tail(id, all.get(2))).hasSize(3).allMatch(one -> one.object().isEmpty());
    assertThat(registry.object(id, all.get(0)).toBytes()).asString().isEqualTo("object 0");

    proxy.behave();
    proxy.bendLogs(INLINED);
    assertThat(registry.tail(id, all.get(2))).hasSize(3).allMatch(one -> one.object().isEmpty());
    assertThat(registry.object(id, all.get(0)).toBytes()).asString().isEqualTo("object 0");
  }

  private static Anchor named(Anchor a, long size, Digest checksum) {
    return new Anchor(
        a.version(),
        a.previousRoot(),
        a.root(),
        size,
        checksum,
        a.keyEpoch(),
        a.keyringHash(),
        a.kind());
  }
}

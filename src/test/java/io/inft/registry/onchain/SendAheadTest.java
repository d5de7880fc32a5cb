package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.TestPackages;
import io.inft.evm.AccountBook;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.FileJournal;
import io.inft.evm.MemoryJournal;
import io.inft.evm.SpendCap;
import io.inft.evm.TransactionSender;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry.AnchorRequest;
import io.inft.registry.Rights;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two anchors on their way at once, and whatever may befall the first of them. */
class SendAheadTest {
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofMillis(20));
  private static final RpcSettings IMPATIENT =
      RpcSettings.STANDARD.withRetry(new RetryRule(4, Duration.ofMillis(5), Duration.ofMillis(20)));

  private static Anvil anvil;

  @TempDir Path folder;
  private ChainProxy proxy;
  private Chain chain;
  private SigningKey key;
  private OnchainSettings settings;
  private OnchainRegistry registry;
  private DatabaseId id;
  private AnchorRequest two;
  private AnchorRequest three;
  private long nonce;

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  @BeforeEach
  void begin() throws Exception {
    id = DatabaseId.parse("inft_12345");
    proxy = new ChainProxy(anvil.address());
    chain = new Chain(JsonRpc.at(proxy.address(), IMPATIENT), QUICK);
    key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), BigInteger.TEN.pow(21));
    settings = OnchainSettings.of(RegistryCode.deploy(sender()));
    registry = open();
    registry.register(id);
    Anchor first = anchor(1, Digest.ZERO, 1000, digest("bytes"), Kind.SNAPSHOT);
    registry.rotateAndAnchor(id, first);
    two = inlined(2, first.root());
    three = inlined(3, two.anchor().root());
    nonce = chain.minedNonce(key.address());
    anvil.control("evm_setAutomine", false);
  }

  @AfterEach
  void end() throws Exception {
    anvil.control("evm_setAutomine", true);
    proxy.close();
  }

  /** As a process that has just started. */
  private TransactionSender sender() throws Exception {
    return new TransactionSender(chain, key, FileJournal.open(folder.resolve("journal")));
  }

  private OnchainRegistry open() throws Exception {
    return OnchainRegistry.open(settings.withPatience(Duration.ofMillis(300)), chain, sender());
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Anchor anchor(
      long version, Digest previous, long size, Digest checksum, Kind kind) {
    return new Anchor(
        version, previous, digest("root " + version), size, checksum, 1, digest("keyring"), kind);
  }

  private AnchorRequest inlined(long version, Digest previous) {
    byte[] object = ("the commit object of version " + version).getBytes(StandardCharsets.US_ASCII);
    Anchor anchor = anchor(version, previous, object.length, Digest.sha256(object), Kind.DELTA);
    return new AnchorRequest(id, anchor, Optional.of(Blob.of(object)));
  }

  private CompletableFuture<Anchored> anchoring(OnchainRegistry by, AnchorRequest request) {
    CompletableFuture<Anchored> outcome = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                outcome.complete(
                    by.anchorInline(id, request.anchor(), request.object().orElseThrow()));
              } catch (InftException | RuntimeException e) {
                outcome.completeExceptionally(e);
              }
            })
        .start();
    return outcome;
  }

  private void awaitPending(long transactions) throws Exception {
    while (chain.pendingNonce(key.address()) < nonce + transactions) {
      Thread.sleep(5);
    }
  }

  private static Anchored of(CompletableFuture<Anchored> outcome) throws Exception {
    return outcome.get(60, TimeUnit.SECONDS);
  }

  /** The second is in the pool behind the first. */
  private CompletableFuture<Anchored> bothSent() throws Exception {
    CompletableFuture<Anchored> first = anchoring(registry, two);
    awaitPending(1);
    assertThat(registry.sendAhead(two, three)).isTrue();
    awaitPending(2);
    return first;
  }

  private void mine() throws Exception {
    anvil.control("evm_mine");
  }

  private void assertSent(long transactions) throws Exception {
    assertThat(chain.minedNonce(key.address()) - nonce).isEqualTo(transactions);
    assertThat(registry.head(id).version()).isEqualTo(3);
    assertThat(registry.head(id).root()).isEqualTo(three.anchor().root());
  }

  @Test
  void bothAreMinedInOneBlock() throws Exception {
    CompletableFuture<Anchored> first = bothSent();
    mine();
    Anchored second = of(anchoring(registry, three));
    assertThat(second.block()).isEqualTo(of(first).block());
    assertSent(2);
    assertThat(sender().purposes("")).as("nothing is left in the journal").isEmpty();
  }

  /** Over a network every call takes its time, and who waits for the second waits for it too. */
  @Test
  void theSecondIsNotAskedForOnceTheFirstIsFoundInTheSameBlock() throws Exception {
    CompletableFuture<Anchored> first = anchoring(registry, two);
    awaitPending(1);
    int balances = proxy.calls("eth_getBalance");
    assertThat(registry.sendAhead(two, three)).isTrue();
    assertThat(proxy.calls("eth_getBalance")).as("enough a moment ago").isEqualTo(balances);
    assertThat(registry.isMinedToo(three)).as("nobody has looked").isFalse();
    awaitPending(2);
    mine();
    Anchored found = of(first);

    assertThat(registry.isMinedToo(three)).isTrue();
    int receipts = proxy.calls("eth_getTransactionReceipt");
    assertThat(of(anchoring(registry, three)).block()).isEqualTo(found.block());
    assertThat(proxy.calls("eth_getTransactionReceipt")).isEqualTo(receipts);
    assertThat(registry.isMinedToo(three)).as("it is known by now").isFalse();
    assertSent(2);
  }

  @Test
  void theSecondIsWaitedForIfItIsNotInTheBlockOfTheFirst() throws Exception {
    CompletableFuture<Anchored> first = anchoring(registry, two);
    awaitPending(1);
    proxy.delay(40); // so that the answer to what is asked behind the first comes late
    mine();
    assertThat(registry.sendAhead(two, three)).isTrue();
    Anchored found = of(first);
    assertThat(registry.isMinedToo(three)).isFalse();
    proxy.delay(0);
    CompletableFuture<Anchored> second = anchoring(registry, three);
    mine();
    assertThat(of(second).block().number()).isGreaterThan(found.block().number());
    assertSent(2);
  }

  @Test
  void nothingGoesAheadOfWhatIsNotOnItsWay() throws Exception {
    assertThat(registry.sendAhead(two, three)).as("may be asked again").isFalse();
    assertThat(chain.pendingNonce(key.address())).isEqualTo(nonce);
  }

  @Test
  void twiceAheadIsOnceAhead() throws Exception {
    CompletableFuture<Anchored> first = bothSent();
    registry.sendAhead(two, three);
    mine();
    of(first);
    of(anchoring(registry, three));
    assertSent(2);
  }

  /** The process dies with both in the pool, or when both are mined and neither is written down. */
  @Test
  void anotherProcessGoesOnWithBoth() throws Exception {
    CompletableFuture<Anchored> lost = bothSent();
    OnchainRegistry after = open();
    assertThat(after.isUnderWay(two)).isTrue();
    assertThat(after.isUnderWay(three)).isTrue();
    mine();
    of(lost);
    OnchainRegistry again = open();
    of(anchoring(again, two));
    of(anchoring(again, three));
    assertSent(2);
  }

  @Test
  void anotherProcessGoesOnBetweenTheTwo() throws Exception {
    CompletableFuture<Anchored> lost = anchoring(registry, two);
    awaitPending(1);
    OnchainRegistry after = open();
    CompletableFuture<Anchored> first = anchoring(after, two);
    after.sendAhead(two, three);
    awaitPending(2);
    mine();
    of(lost);
    of(first);
    of(anchoring(after, three));
    assertSent(2);
  }

  /** Another program took the nonce of the first; the second, mined before it, is refused. */
  @Test
  void whatIsRefusedBecauseTheFirstWasDroppedIsSentAgain() throws Exception {
    CompletableFuture<Anchored> first = bothSent();
    for (Digest hash : sender().hashes(purposeOf(two))) {
      anvil.control("anvil_dropTransaction", hash.toString());
    }
    // With a journal of its own: it does not know that the nonce is taken.
    TransactionSender stranger = new TransactionSender(chain, key, new MemoryJournal());
    stranger.sendAhead(
        "pay", "pay", Call.paying(key.address(), BigInteger.ONE, new byte[0]), 30_000);
    mine();
    anvil.control("evm_setAutomine", true);
    mine();
    of(first);
    boolean refused = false; // or dropped once more, which depends on who was first
    for (Digest hash : sender().hashes(purposeOf(three))) {
      refused |= chain.receipt(hash).filter(receipt -> !receipt.succeeded()).isPresent();
    }
    of(anchoring(registry, three));
    assertThat(registry.head(id).root()).isEqualTo(three.anchor().root());
    AnchorRequest four = inlined(4, three.anchor().root());
    AnchorRequest five = inlined(5, four.anchor().root());
    anvil.control("evm_setAutomine", false);
    long before = chain.minedNonce(key.address());
    CompletableFuture<Anchored> next = anchoring(registry, four);
    while (chain.pendingNonce(key.address()) == before) {
      Thread.sleep(5);
    }
    assertThat(registry.sendAhead(four, five)).as("it goes in its turn").isTrue();
    assertThat(chain.pendingNonce(key.address()))
        .as("after a refusal nothing is sent ahead for a while")
        .isBetween(before + 1, before + (refused ? 1 : 2));
    mine();
    of(next);
  }

  private String purposeOf(AnchorRequest request) throws Exception {
    byte[] data = RegistryCalls.anchorInline(id, request.anchor(), request.object().orElseThrow());
    return "registry " + settings.contract() + " " + Digest.keccak256(data);
  }

  /** Somebody else's version came between: both are refused, and the second does not win. */
  @Test
  void neitherWinsAgainstAnotherWriter() throws Exception {
    SigningKey other = SigningKey.generate(new SecureRandom());
    anvil.fund(other.address(), BigInteger.TEN.pow(21));
    anvil.control("evm_setAutomine", true);
    registry.grant(id, other.address(), Rights.WRITER, Instant.now().plus(Duration.ofDays(1)), 0);
    nonce = chain.minedNonce(key.address());
    anvil.control("evm_setAutomine", false);
    CompletableFuture<Anchored> first = bothSent();
    proxy.refuse("eth_sendRawTransaction");
    for (AnchorRequest request : List.of(three, two)) {
      for (Digest hash : sender().hashes(purposeOf(request))) {
        anvil.control("anvil_dropTransaction", hash.toString());
      }
    }
    anvil.control("evm_setAutomine", true);
    Chain direct = new Chain(anvil.rpc(), QUICK);
    OnchainRegistry theirs =
        OnchainRegistry.open(
            settings, direct, new TransactionSender(direct, other, new MemoryJournal()));
    Anchor stolen =
        new Anchor(
            2,
            two.anchor().previousRoot(),
            digest("theirs"),
            1000,
            digest("bytes"),
            1,
            digest("keyring"),
            Kind.DELTA);
    theirs.anchor(id, stolen);
    assertThatThrownBy(() -> of(first)).cause().isInstanceOf(OutcomeUnknownException.class);
    proxy.behave();
    for (AnchorRequest request : List.of(two, three)) {
      assertThatThrownBy(() -> of(anchoring(registry, request)))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(HeadConflictException.class);
    }
    assertThat(registry.head(id).root()).isEqualTo(digest("theirs"));
  }

  /** A generation that lost is not asked for again, and what was sent ahead of it is. */
  @Test
  void whatIsGivenUpIsForgottenOnceItIsKnownAndItsRealPriceIsNoted() throws Exception {
    SigningKey other = SigningKey.generate(new SecureRandom());
    anvil.fund(other.address(), BigInteger.TEN.pow(21));
    anvil.control("evm_setAutomine", true);
    registry.grant(id, other.address(), Rights.WRITER, Instant.now().plus(Duration.ofDays(1)), 0);
    nonce = chain.minedNonce(key.address());
    anvil.control("evm_setAutomine", false);
    Path spent = Files.createDirectories(folder.resolve("spending"));
    SpendCap cap = SpendCap.of(BigInteger.TEN.pow(20), spent, Clock.systemUTC());
    registry =
        OnchainRegistry.open(
            settings.withPatience(Duration.ofMillis(300)),
            chain,
            new TransactionSender(chain, key, FileJournal.open(folder.resolve("journal")), cap));
    CompletableFuture<Anchored> first = bothSent();
    BigInteger reserved = spent(spent);
    registry.giveUp(three);
    assertThat(registry.isUnderWay(three)).as("it takes a nonce still").isTrue();

    Chain dear =
        new Chain(
            anvil.rpc(),
            new ChainSettings(
                Optional.empty(),
                BigInteger.TEN.pow(10), // is mined first
                false,
                0,
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                0,
                Duration.ofMillis(20),
                BigInteger.TEN.pow(11)));
    byte[] call =
        RegistryCalls.anchor(
            id,
            new Anchor(
                2,
                two.anchor().previousRoot(),
                digest("their root"),
                1000,
                digest("theirs"),
                1,
                digest("keyring"),
                Kind.DELTA));
    new TransactionSender(dear, other, new MemoryJournal())
        .sendAhead("steal", "steal", Call.of(settings.contract(), call), 300_000);
    mine();
    assertThatThrownBy(() -> of(first)).cause().isInstanceOf(HeadConflictException.class);
    assertThat(sender().hashes(purposeOf(three))).as("nobody asked for it").hasSize(1);

    registry.giveUp(three);

    assertThat(sender().purposes("")).isEmpty();
    BigInteger paid = BigInteger.TEN.pow(21).subtract(chain.balance(key.address()));
    assertThat(spent(spent)).as("what it did cost").isLessThan(reserved).isLessThanOrEqualTo(paid);
    assertThat(registry.head(id).root()).isEqualTo(digest("their root"));
  }

  private static BigInteger spent(Path folder) throws Exception {
    return AccountBook.toRead(folder, Clock.systemUTC()).lastHour();
  }

  @Test
  void whatThePoolRefusesGoesInItsTurn() throws Exception {
    CompletableFuture<Anchored> first = anchoring(registry, two);
    awaitPending(1);
    proxy.refuse("eth_sendRawTransaction");
    assertThatThrownBy(() -> registry.sendAhead(two, three)).isInstanceOf(InftException.class);
    assertThat(registry.isUnderWay(three)).as("it is forgotten").isFalse();
    proxy.behave();
    mine();
    of(first);
    anvil.control("evm_setAutomine", true);
    of(anchoring(registry, three));
    assertSent(2);
  }

  /** Raised fees keep the nonce, and so the order. */
  @Test
  void theFirstMayBeReplaced() throws Exception {
    chain =
        new Chain(
            JsonRpc.at(proxy.address(), IMPATIENT),
            QUICK.withTimes(Duration.ofSeconds(60), Duration.ofMillis(300), Duration.ofMillis(20)));
    registry = open();
    CompletableFuture<Anchored> first = bothSent();
    while (sender().hashes(purposeOf(two)).size() < 2) {
      Thread.sleep(5);
    }
    mine();
    of(first);
    of(anchoring(registry, three));
    assertSent(2);
  }

  @Test
  void aReorganisationMayTakeOneOrBothAway() throws Exception {
    for (int depth = 1; depth <= 2; depth++) {
      CompletableFuture<Anchored> first = anchoring(registry, two);
      if (depth == 1) {
        awaitPending(1);
        registry.sendAhead(two, three);
        awaitPending(2);
        mine();
        of(first);
        of(anchoring(registry, three));
        anvil.control("evm_setAutomine", true);
        anvil.control("anvil_reorg", 1, List.of()); // both
      } else {
        of(first);
      }
      of(anchoring(registry, two));
      of(anchoring(registry, three));
      assertThat(registry.head(id).root()).isEqualTo(three.anchor().root());
      anvil.control("anvil_reorg", 1, List.of()); // the second alone
    }
    of(anchoring(registry, two));
    of(anchoring(registry, three));
    assertThat(registry.head(id).root()).isEqualTo(three.anchor().root());
  }
}

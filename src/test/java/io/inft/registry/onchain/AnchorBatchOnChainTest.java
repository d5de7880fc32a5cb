package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.GasLimitException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.PaidRegistry.Mined;
import io.inft.registry.Registry.AnchorOutcome;
import io.inft.registry.Registry.AnchorRequest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Batches of which some items belong to NFTs whose contract means harm. */
class AnchorBatchOnChainTest {
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(20));

  private static Anvil anvil;
  private static Chain chain;
  private static TransactionSender sender;
  private static OnchainRegistry registry;
  private static HostileToken token;
  private static int made;

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
    chain = new Chain(anvil.rpc(), QUICK);
    SigningKey key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), BigInteger.TEN.pow(21));
    sender = new TransactionSender(chain, key, new MemoryJournal());
    registry = open(OnchainSettings.of(RegistryCode.deploy(sender)));
    token = HostileToken.deploy(sender, key.address());
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  private static OnchainRegistry open(OnchainSettings settings) throws Exception {
    return OnchainRegistry.open(settings, chain, sender, AnchorBatchOnChainTest::mineOne);
  }

  private static void mineOne(Duration ignored) {
    try {
      anvil.control("evm_mine");
    } catch (InftException e) {
      throw new AssertionError(e);
    }
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Anchor anchor(long version, Digest previous, String root, Kind kind) {
    return new Anchor(
        version, previous, digest(root), 1000, digest("bytes"), 1, digest("keys"), kind);
  }

  /** Version 2 of a database that has version 1. */
  private static AnchorRequest begun(DatabaseId id) throws Exception {
    registry.register(id);
    registry.rotateAndAnchor(id, anchor(1, Digest.ZERO, "one", Kind.SNAPSHOT));
    return new AnchorRequest(id, anchor(2, digest("one"), "two", Kind.DELTA));
  }

  private static List<AnchorRequest> flat(int count) throws Exception {
    List<AnchorRequest> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(begun(DatabaseId.parse("inft_" + ++made)));
    }
    return items;
  }

  private static List<AnchorRequest> bound(int count) throws Exception {
    token.become(HostileToken.HONEST);
    List<AnchorRequest> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String nft = "eip155:" + Anvil.CHAIN_ID + "/erc721:" + token.contract() + "/" + ++made;
      items.add(begun(DatabaseId.parse(nft)));
    }
    return items;
  }

  private static List<AnchorOutcome> anchor(
      OnchainRegistry by, List<AnchorRequest> items, List<Mined> mined) throws Exception {
    return by.telling(mined::add).anchorMany(items);
  }

  private static void assertAnchored(List<AnchorRequest> items, List<AnchorOutcome> outcomes) {
    assertThat(outcomes).hasSameSizeAs(items);
    for (int i = 0; i < items.size(); i++) {
      assertThat(outcomes.get(i).anchored().orElseThrow().anchor())
          .isEqualTo(items.get(i).anchor());
    }
  }

  @Test
  void oneThatStarvesIsRefusedUnpaidAndTheOtherNineAreAnchoredInOneTransaction() throws Exception {
    List<AnchorRequest> items = flat(9);
    items.add(4, bound(1).get(0));
    token.become(HostileToken.BURNING);
    List<Mined> mined = new ArrayList<>();

    List<AnchorOutcome> outcomes = new ArrayList<>(anchor(registry, items, mined));

    assertThat(mined).hasSize(1);
    assertThat(outcomes.remove(4).failure()).containsInstanceOf(NotAuthorizedException.class);
    items.remove(4);
    assertAnchored(items, outcomes);
    assertThat(mined.get(0).gas()).as("nothing burned").isLessThan(BigInteger.valueOf(350_000));
  }

  @Test
  void thoseThatStarveItOnlyInTheBlockHarmThemselvesAlone() throws Exception {
    List<AnchorRequest> items = bound(7);
    items.addAll(flat(3));
    token.become(HostileToken.TWO_FACED);
    BigInteger estimate =
        chain.estimateGas(
            sender.account(),
            Call.of(registry.address(), RegistryCalls.anchorMany(items)),
            "estimate");
    List<Mined> mined = new ArrayList<>();

    List<AnchorOutcome> outcomes = anchor(registry, items, mined);

    assertThat(mined).hasSize(1);
    assertThat(mined.get(0).gas())
        .as("an estimate and its margin would have failed whole")
        .isGreaterThan(estimate.multiply(BigInteger.valueOf(13)).divide(BigInteger.TEN));
    assertThat(outcomes.subList(0, 7))
        .allSatisfy(
            one -> assertThat(one.failure()).containsInstanceOf(NotAuthorizedException.class));
    assertAnchored(items.subList(7, 10), outcomes.subList(7, 10));
  }

  @Test
  void gasThatIsNotEnoughIsToldFromARefusal() throws Exception {
    List<AnchorRequest> items = flat(1);
    items.add(new AnchorRequest(items.get(0).id(), items.get(0).anchor())); // used up by then
    items.addAll(bound(1));
    BatchCheck check =
        new BatchCheck(
            chain,
            registry.address(),
            new Patience("registry", Duration.ofSeconds(1), Patience.asleep()));

    for (long gas : new long[] {45_000, 60_000, 100_000}) {
      assertThat(check.accepted(items, sender.account(), gas)).as("%d gas", gas).isEmpty();
    }
    assertThat(check.accepted(items, sender.account(), BatchGas.of(items)).orElseThrow().stream())
        .containsExactly(0, 2);
  }

  @Test
  void whatWouldBeRefusedIsNotPaidFor() throws Exception {
    List<AnchorRequest> items = flat(2);
    DatabaseId second = items.get(1).id();
    items.set(1, new AnchorRequest(second, anchor(2, digest("other"), "two", Kind.DELTA)));
    List<Mined> mined = new ArrayList<>();

    assertThat(anchor(registry, items.subList(1, 2), mined).get(0).failure())
        .containsInstanceOf(HeadConflictException.class);
    assertThat(mined).isEmpty();
    List<AnchorOutcome> outcomes = anchor(registry, items, mined);

    assertThat(mined).hasSize(1);
    assertThat(mined.get(0).gas()).as("as for one").isLessThan(BigInteger.valueOf(60_000));
    assertAnchored(items.subList(0, 1), outcomes.subList(0, 1));
    assertThat(outcomes.get(1).failure()).containsInstanceOf(HeadConflictException.class);
  }

  @Test
  void theGasLimitIsForAnItemAndTheBlocksForTheBatch() throws Exception {
    List<AnchorRequest> items = flat(5);
    List<Mined> mined = new ArrayList<>();
    OnchainSettings settings = OnchainSettings.of(registry.address());
    assertThat(anchor(open(settings.withGasLimit(30_000)), items, mined))
        .allSatisfy(one -> assertThat(one.failure()).containsInstanceOf(GasLimitException.class));
    assertThat(mined).isEmpty();
    long before = chain.blockGasLimit();
    anvil.control("evm_setBlockGasLimit", Chain.hex(200_000));
    anvil.control("evm_mine");
    try {
      assertThat(chain.blockGasLimit()).isEqualTo(200_000);
      assertAnchored(items, anchor(open(settings.withGasLimit(80_000)), items, mined));
    } finally {
      anvil.control("evm_setBlockGasLimit", Chain.hex(before));
      anvil.control("evm_mine");
    }

    assertThat(mined).as("three and two").hasSize(2);
  }
}

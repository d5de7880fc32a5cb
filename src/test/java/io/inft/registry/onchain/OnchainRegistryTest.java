package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.TestPackages;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.PaidRegistry;
import io.inft.registry.Registry;
import io.inft.registry.RegistryContract;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on a real EVM node passes what the twins pass. Every test has a new contract. */
class OnchainRegistryTest extends RegistryContract {
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(20));
  private static final List<TransactionSender> SENDERS = new ArrayList<>();

  private static Anvil anvil;
  private static Chain chain;
  private static TestToken token;
  private static int tokens;

  private @Nullable Address contract;

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
    chain = new Chain(anvil.rpc(), QUICK);
    for (int i = 0; i < 4; i++) {
      SigningKey key = SigningKey.generate(new SecureRandom());
      anvil.fund(key.address(), BigInteger.TEN.pow(21));
      SENDERS.add(new TransactionSender(chain, key, new MemoryJournal()));
    }
    token = TestToken.deploy(SENDERS.get(3));
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
    SENDERS.clear();
  }

  private Address contract() throws Exception {
    if (contract == null) {
      contract = RegistryCode.deploy(SENDERS.get(3));
    }
    return contract;
  }

  private static void mineOne(Duration ignored) {
    try {
      anvil.control("evm_mine");
    } catch (io.inft.failure.InftException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  protected Registry as(int number) throws Exception {
    return OnchainRegistry.open(
        OnchainSettings.of(contract()), chain, SENDERS.get(number), OnchainRegistryTest::mineOne);
  }

  @Override
  protected Registry readOnly() throws Exception {
    return OnchainRegistry.readOnly(OnchainSettings.of(contract()), chain);
  }

  @Override
  protected Instant now() throws Exception {
    return chain.block(Chain.LATEST).orElseThrow().time();
  }

  @Override
  protected void advance(Duration time) throws Exception {
    anvil.control("evm_increaseTime", time.toSeconds());
    anvil.control("evm_mine");
  }

  @Override
  protected void mine(int blocks) throws Exception {
    anvil.control("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  @Override
  protected DatabaseId token(Address owner) throws Exception {
    BigInteger number = BigInteger.valueOf(++tokens);
    token.set(number, owner);
    return DatabaseId.parse(
        "eip155:" + Anvil.CHAIN_ID + "/erc721:" + token.contract() + "/" + number);
  }

  @Override
  protected void moveToken(DatabaseId id, Address to) throws Exception {
    token.set(id.token().orElseThrow().number(), to);
  }

  @Test
  void theCodeOnTheChainIsTheOneThisReleaseKnows() throws Exception {
    assertThat(chain.codeHash(contract())).contains(RegistryCode.HASH);
  }

  @Test
  void tellsWhatAnOperationCostsWithoutDoingItAndThenWhatItDid() throws Exception {
    OnchainRegistry owner = (OnchainRegistry) as(0);
    DatabaseId id = DatabaseId.parse("priced");
    PaidRegistry.Price registering = owner.price(registry -> registry.register(id));
    assertThatThrownBy(() -> owner.head(id)).isInstanceOf(NotRegisteredException.class);
    List<PaidRegistry.Mined> mined = new ArrayList<>();

    owner.telling(mined::add).register(id);

    assertThat(mined).hasSize(1);
    assertThat(registering.gas()).isGreaterThanOrEqualTo(mined.get(0).gas());
    assertThat(registering.gas().doubleValue()).isLessThan(mined.get(0).gas().doubleValue() * 1.2);
    assertThat(registering.likelyWei()).isPositive().isLessThanOrEqualTo(registering.maxWei());
    assertThat(registering.balanceWei()).isGreaterThan(registering.maxWei());
    assertThat(chain.receipt(mined.get(0).hash())).isPresent();
    assertThatThrownBy(() -> owner.price(registry -> registry.unfreeze(id)))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("not frozen");
    assertThatThrownBy(() -> ((OnchainRegistry) as(2)).price(registry -> registry.freeze(id)))
        .isInstanceOf(NotAuthorizedException.class);
  }

  @Test
  void findsAVersionByItsBlockOrWithoutAndTellsItsTransaction() throws Exception {
    Registry owner = as(0);
    DatabaseId id = DatabaseId.parse("hinted");
    owner.register(id);
    Anchored anchored = owner.rotateAndAnchor(id, first("root 1"));
    long block = anchored.block().number();
    for (long hint : new long[] {block, block - 1, block + 1_000_000, 0}) {
      assertThat(owner.version(id, 1, hint)).as("hint %s", hint).isEqualTo(anchored);
    }
    PaidRegistry.Mined mined = owner.transaction(id, anchored).orElseThrow();
    assertThat(mined.block()).isEqualTo(block);
    assertThat(mined.gas().longValueExact()).isBetween(50_000L, 500_000L);
    assertThat(mined.feeWei()).isPositive();
  }

  @Test
  void aWalkToOldVersionsBeginsWhereAnEarlierOneCameBy() throws Exception {
    Registry owner = as(0);
    DatabaseId id = DatabaseId.parse("walked");
    owner.register(id);
    Anchor anchor = first("root 1");
    owner.rotateAndAnchor(id, anchor);
    for (int version = 2; version <= 70; version++) {
      anchor = after(anchor, "root " + version);
      owner.anchor(id, anchor);
    }
    long last = owner.head(id).newest().orElseThrow().block().number();
    try (ChainProxy proxy = new ChainProxy(anvil.address())) {
      Chain counted = new Chain(JsonRpc.at(List.of(proxy.address()), RpcSettings.STANDARD), QUICK);
      LinkedEvents<Anchored> events =
          new LinkedEvents<>(
              counted, contract(), id, RegistryEvents.ANCHORED, RegistryEvents::anchored, 1);
      Landmarks landmarks = new Landmarks();
      assertThat(events.walk(1, 10, 70, last, landmarks).orElseThrow()).hasSize(10);
      assertThat(proxy.calls()).as("one for each version").isEqualTo(70);

      assertThat(events.walk(1, 10, 70, last, landmarks).orElseThrow())
          .extracting(Anchored::version)
          .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
      assertThat(proxy.calls()).as("from version 32").isEqualTo(70 + 32);
      assertThat(events.walk(66, 70, 70, last, landmarks).orElseThrow()).hasSize(5);

      Landmarks misleading = new Landmarks();
      misleading.note(64, last);
      assertThat(events.walk(60, 61, 70, last, misleading).orElseThrow())
          .extracting(Anchored::version)
          .containsExactly(60L, 61L);
    }
  }
}

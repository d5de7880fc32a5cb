package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.bytes.Trust;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.TestPackages;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.SplitViewException;
import io.inft.failure.TooFewEndpointsException;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Kind;
import io.inft.rpc.Quorum;
import io.inft.rpc.RetryRule;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registry that three endpoints answer for, of which two must say the same. */
class QuorumOnChainTest {
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(20));
  private static final RpcSettings ONCE = RpcSettings.STANDARD.withRetry(RetryRule.ONCE);

  private static Anvil anvil;

  /** Another chain that calls itself the same, with the same contract and other owners. */
  private static Anvil forged;

  private static SigningKey deployer;

  private final List<ChainProxy> proxies = new ArrayList<>();
  private Chain chain;
  private OnchainRegistry registry;
  private DatabaseId id;

  @BeforeAll
  static void startChains() throws Exception {
    anvil = TestPackages.anvil();
    forged = TestPackages.anvil();
    deployer = SigningKey.generate(new SecureRandom());
    for (Anvil each : List.of(anvil, forged)) {
      each.fund(deployer.address(), BigInteger.TEN.pow(21));
      RegistryCode.deploy(
          new TransactionSender(new Chain(each.rpc(), QUICK), deployer, new MemoryJournal()));
    }
  }

  @AfterAll
  static void stopChains() {
    anvil.close();
    forged.close();
  }

  @BeforeEach
  void askThree() throws Exception {
    id = DatabaseId.parse("agent-" + System.nanoTime());
    registry = through(anvil, anvil, anvil);
  }

  @AfterEach
  void stop() {
    proxies.forEach(ChainProxy::close);
  }

  private OnchainRegistry through(Anvil... chains) throws Exception {
    proxies.forEach(ChainProxy::close);
    proxies.clear();
    List<URI> addresses = new ArrayList<>();
    for (Anvil each : chains) {
      proxies.add(new ChainProxy(each.address()));
      addresses.add(proxies.get(proxies.size() - 1).address());
    }
    chain = new Chain(Quorum.of(addresses, Quorum.majority(chains.length), ONCE), QUICK, List.of());
    SigningKey key = deployer;
    return OnchainRegistry.open(
        OnchainSettings.of(contract()).withPatience(Duration.ofMillis(400)),
        chain,
        new TransactionSender(chain, key, new MemoryJournal()));
  }

  private static Address contract() throws Exception {
    return Address.parse(
        org.web3j.crypto.ContractUtils.generateContractAddress(
            deployer.address().toString(), BigInteger.ZERO));
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Anchor begin(OnchainRegistry where) throws Exception {
    where.register(id);
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
    where.rotateAndAnchor(id, first);
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

  private ChainProxy liar() {
    return proxies.get(1);
  }

  private void assertOneDiffers() {
    assertThat(registry.trust().dissenting())
        .extracting(Trust.Endpoint::name)
        .containsExactly(liar().address().toString());
  }

  @Test
  void whatAllSaySoIsReadAndWritten() throws Exception {
    Anchor one = begin(registry);
    Anchor two = after(one);
    registry.anchor(id, two);

    Head head = registry.head(id);

    assertThat(head.version()).isEqualTo(2);
    assertThat(head.newest().orElseThrow().author()).isEqualTo(deployer.address());
    assertThat(registry.history(id, 1, 2)).hasSize(2);
    assertThat(registry.rights(id, deployer.address()).owner()).isTrue();
    assertThat(registry.trust().level()).isNotEqualTo(Trust.Level.L0);
    assertThat(registry.trust().dissenting()).isEmpty();
    anvil.control("anvil_mine", "0x10");
    assertThat(registry.isFinal(head.newest().orElseThrow().block())).isTrue();
  }

  /** What a proof says is what the contract says, field by field. */
  @Test
  void aRecordIsProvenWhereAnyEndpointGivesProofs() throws Exception {
    Anchor one = begin(registry);
    registry.grant(
        id, Address.parse("0x" + "ab".repeat(20)), 1, Instant.now().plusSeconds(3600), 0);
    registry.anchor(id, after(one));
    Head proven = registry.head(id);
    assertThat(registry.trust().level()).isEqualTo(Trust.Level.L2);

    // One makes proofs up, and another header for the third: the one that is left proves it.
    proxies.get(0).rewrite("eth_getProof", QuorumOnChainTest::bendLastNode);
    proxies
        .get(1)
        .rewrite(
            "eth_getBlockByHash",
            answer -> {
              ((ObjectNode) answer.get("result")).put("stateRoot", digest("forged").toString());
              return answer;
            });
    assertThat(registry.head(id)).isEqualTo(proven);
    assertThat(registry.trust().level()).isEqualTo(Trust.Level.L2);
    assertThat(registry.trust().endpoints().get(0).standing()).contains("proof");

    proxies.get(2).lie("eth_getProof", "0x");
    assertThat(registry.head(id)).as("by what two say alike").isEqualTo(proven);
    assertThat(registry.trust().level()).isEqualTo(Trust.Level.L1);
    assertThat(proxies.get(2).calls("eth_getProof")).isPositive();
  }

  private static JsonNode bendLastNode(JsonNode answer) {
    ArrayNode nodes = (ArrayNode) answer.at("/result/storageProof/4/proof");
    char[] node = nodes.get(nodes.size() - 1).asText().toCharArray();
    node[node.length - 1] = node[node.length - 1] == '0' ? '1' : '0';
    nodes.set(nodes.size() - 1, new String(node));
    return answer;
  }

  @Test
  void oneThatShowsAnOldHeadIsOutvoted() throws Exception {
    Anchor one = begin(registry);
    long old = chain.blockNumber();
    liar().serveOldHead(old);
    registry.anchor(id, after(one));

    assertThat(registry.head(id).version()).isEqualTo(2);
    assertThat(registry.trust().behind()).as("the others do not trail").isZero();
  }

  @Test
  void oneThatIsOnAChainOfItsOwnIsOutvoted() throws Exception {
    OnchainRegistry lie = through(forged, forged, forged);
    Anchor one = begin(lie);
    lie.anchor(id, after(one));
    registry = through(anvil, forged, anvil);
    // The forged chain is longer, so it is not just behind.
    forged.control("anvil_mine", "0x20");
    begin(registry);

    assertThat(registry.head(id).version()).isEqualTo(1);
    assertOneDiffers();

    assertThatThrownBy(() -> through(anvil, forged))
        .isInstanceOf(SplitViewException.class)
        .hasMessageContainingAll(
            "do not agree about block",
            proxies.get(0).address().toString(),
            proxies.get(1).address().toString());
  }

  @Test
  void oneThatBendsARecordAnEventOrARightIsOutvoted() throws Exception {
    Anchor one = begin(registry);
    registry.anchor(id, after(one));
    UnaryOperator<JsonNode> bend =
        answer -> {
          String result = answer.path("result").asText();
          int at = result.length() - 1;
          char last = result.charAt(at);
          ((ObjectNode) answer).put("result", result.substring(0, at) + (last == '0' ? '1' : '0'));
          return answer;
        };
    liar().rewrite("eth_call", bend);
    liar().bendLogs(RegistryEvents.ANCHORED.toString());

    assertThat(registry.head(id).version()).isEqualTo(2);
    assertThat(registry.history(id, 1, 2)).hasSize(2);
    assertThat(registry.rights(id, deployer.address()).owner()).isTrue();
    assertOneDiffers();
    assertThat(registry.trust().dissenting().get(0).dissents()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void oneWithOtherCodeOrAnotherChainIdIsOutvoted() throws Exception {
    liar().lie("eth_getCode", "0x6001");
    liar().lie("eth_chainId", "0x1");
    registry =
        OnchainRegistry.open(
            OnchainSettings.of(contract()).withCodeHash(RegistryCode.HASH),
            chain,
            new TransactionSender(chain, deployer, new MemoryJournal()));

    assertThat(registry.chainId()).isEqualTo(Anvil.CHAIN_ID);
    assertOneDiffers();
  }

  @Test
  void oneCannotMakeTheAccountPayMore() throws Exception {
    BigInteger honest = chain.fees().maxWei();
    liar().lie("eth_maxPriorityFeePerGas", "0x" + BigInteger.TEN.pow(12).toString(16));
    liar().lie("eth_gasPrice", "0x" + BigInteger.TEN.pow(12).toString(16));
    liar().lie("eth_estimateGas", "0x" + Long.toHexString(400_000_000L));
    liar()
        .rewrite(
            "eth_getBlockByNumber",
            answer -> {
              ((ObjectNode) answer.get("result")).put("baseFeePerGas", "0x174876e800");
              return answer;
            });

    assertThat(chain.fees().maxWei()).isEqualTo(honest);
    begin(registry);
    assertThat(registry.head(id).version()).isEqualTo(1);
  }

  @Test
  void oneThatIsDownIsDoneWithoutAndTwoAreTooMany() throws Exception {
    begin(registry);
    liar().failAtRandom(100, 1);
    assertThat(registry.head(id).version()).isEqualTo(1);

    proxies.get(2).failAtRandom(100, 1);
    assertThatThrownBy(() -> registry.head(id))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasCauseInstanceOf(TooFewEndpointsException.class)
        .hasMessageContaining("1 of 3 endpoints answered");
  }

  @Test
  void onesThatLagAreWaitedForNoLongerThanTheOthersNeed() throws Exception {
    Anchor one = begin(registry);
    long old = chain.blockNumber();
    registry.anchor(id, after(one));
    assertThat(registry.head(id).version()).isEqualTo(2);

    // Two of three have not come as far as what was seen: that is no answer.
    liar().serveOldHead(old);
    proxies.get(2).serveOldHead(old);
    assertThatThrownBy(() -> registry.head(id))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("lags behind");

    // Whoever never saw more agrees with them about what they have, and is told that there is more.
    OnchainRegistry fresh = OnchainRegistry.readOnly(OnchainSettings.of(contract()), chain);
    assertThat(fresh.head(id).version()).isEqualTo(1);
    assertThat(fresh.trust().behind()).isPositive();
  }

  @Test
  void aTransactionThatOneSwallowsReachesTheChain() throws Exception {
    liar().lie("eth_sendRawTransaction", digest("never sent").toString());
    liar().hideReceipts();

    begin(registry);

    assertThat(registry.head(id).version()).isEqualTo(1);
  }
}

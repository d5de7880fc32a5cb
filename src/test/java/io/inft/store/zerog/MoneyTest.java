package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.Chain;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.PriceLimitException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.WrongFlowException;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nodes, contracts and endpoints say decides neither where money goes nor how much. */
class MoneyTest extends TwoFullNodes {
  private static final String OTHERS = "0x" + "66".repeat(20);

  private final MemoryJournal journal = new MemoryJournal();

  private ZeroGStore storeWith(ZeroGSettings settings) throws Exception {
    return network.store(settings, network.account(), journal);
  }

  private static ZeroGSettings pinned() {
    return network
        .settings()
        .withFlow(FlowPin.of(network.devnet().contracts().flow(), "for this test"));
  }

  private void refuses(ZeroGStore to, Class<? extends InftException> failure, String... words) {
    assertThatThrownBy(() -> put(to, bytes(300)))
        .isInstanceOf(failure)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
    assertThat(journal.all()).as("signed").isEmpty();
  }

  @Test
  void aNodeThatNamesAnotherContractIsNotUsed() throws Exception {
    first.start(Kind.WRONG_FLOW);
    try (ZeroGStore one = storeWith(pinned())) {
      put(one, bytes(300));
    }
    assertThat(paid()).isEqualTo(1);
    assertThat(network.devnet().chain().balance(Address.parse(OTHERS)).signum()).isZero();
  }

  @Test
  void allNodesTogetherCannotNameAnotherContract() throws Exception {
    first.start(Kind.WRONG_FLOW);
    second.start(Kind.WRONG_FLOW);
    try (ZeroGStore one = storeWith(pinned())) {
      refuses(
          one,
          WrongFlowException.class,
          "expected " + network.devnet().contracts().flow() + " (for this test)",
          "found " + OTHERS,
          "set flow (ZERO_G_FLOW)");
    }
    assertThat(paid()).isZero();
  }

  /** Nothing is known beforehand: then all that are chosen must say the same. */
  @Test
  void nodesThatContradictEachOtherAreNotBelieved() throws Exception {
    first.start(Kind.WRONG_FLOW);
    try (ZeroGStore one =
        storeWith(network.settings().withReplicas(2).withFlow(FlowPin.untilClosed()))) {
      refuses(one, WrongFlowException.class, OTHERS);
    }
    assertThat(paid()).isZero();
  }

  @Test
  void aPriceBeyondTheLimitIsNotPaid() throws Exception {
    try (ZeroGStore one = storeWith(pinned().withMaxPricePerSector(BigInteger.TEN.pow(10)))) {
      refuses(
          one,
          PriceLimitException.class,
          "at most 0.041943 0G per GiB",
          "asks 0.128906 0G per GiB",
          "maxStoragePrice");
    }
    assertThat(paid()).isZero();
  }

  /** 16^12 wei of tip; 16^9 gas; a price that the market never asked: 16^12 wei a sector. */
  @ParameterizedTest
  @CsvSource({
    "eth_maxPriorityFeePerGas, 0x1000000000000, asks 281475 gwei",
    "eth_estimateGas, 0x1000000000, at most 2000000"
  })
  void whatAnEndpointSaysAboutPricesIsBounded(String method, String lie, String words)
      throws Exception {
    try (ChainProxy proxy = new ChainProxy(network.devnet().rpc());
        ZeroGStore one = through(proxy)) {
      proxy.lie(method, lie);
      refuses(
          one,
          method.equals("eth_estimateGas")
              ? StoreRefusedException.class
              : PriceLimitException.class,
          words);

      proxy.behave();
      put(one, bytes(300));
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void aMarketThatAnEndpointInventsIsBoundedToo() throws Exception {
    try (ChainProxy proxy = new ChainProxy(network.devnet().rpc());
        ZeroGStore one = through(proxy)) {
      proxy.lie("eth_call", "0x" + "0".repeat(50) + "10000000000000");
      refuses(one, PriceLimitException.class, "0G per GiB", proxy.address().toString());
    }
    assertThat(paid()).isZero();
  }

  private ZeroGStore through(ChainProxy proxy) throws Exception {
    Chain chain =
        new Chain(JsonRpc.at(proxy.address(), RpcSettings.STANDARD), network.chain().settings());
    return ZeroGStore.open(
        pinned(), chain, new TransactionSender(chain, network.account(), journal));
  }
}

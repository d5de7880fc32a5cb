package io.inft.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.evm.Chain;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * What a development chain was asked to do since a moment: transactions, gas and fees by contract.
 */
public final class ChainTally {
  private final DevnetFixture network;
  private final long after;

  /**
   * Transactions that one contract was sent.
   *
   * @param feeWei what their sender paid for gas and sent along
   */
  public record Sum(int transactions, long gas, BigInteger feeWei) {
    static final Sum NOTHING = new Sum(0, 0, BigInteger.ZERO);

    private Sum plus(long moreGas, BigInteger moreWei) {
      return new Sum(transactions + 1, gas + moreGas, feeWei.add(moreWei));
    }
  }

  private ChainTally(DevnetFixture network, long after) {
    this.network = network;
    this.after = after;
  }

  /** Begins to count. */
  public static ChainTally begin(DevnetFixture network) throws Exception {
    return new ChainTally(network, network.chain().blockNumber());
  }

  /** What the registry was sent by this account so far. */
  public Sum registry(Address from) throws Exception {
    return sums(from).getOrDefault(network.devnet().registry(), Sum.NOTHING);
  }

  /** What the Flow contract was sent by this account so far. */
  public Sum flow(Address from) throws Exception {
    return sums(from).getOrDefault(network.devnet().contracts().flow(), Sum.NOTHING);
  }

  private Map<Address, Sum> sums(Address from) throws Exception {
    Map<Address, Sum> sums = new HashMap<>();
    long newest = network.chain().blockNumber();
    for (long number = after + 1; number <= newest; number++) {
      JsonNode block =
          network.devnet().anvil().rpc().call("eth_getBlockByNumber", Chain.hex(number), true);
      for (JsonNode transaction : block.path("transactions")) {
        if (transaction.path("to").isTextual()
            && Address.parse(transaction.path("from").asText()).equals(from)) {
          add(sums, transaction);
        }
      }
    }
    return sums;
  }

  private void add(Map<Address, Sum> sums, JsonNode transaction) throws Exception {
    JsonNode receipt =
        network
            .devnet()
            .anvil()
            .rpc()
            .call("eth_getTransactionReceipt", transaction.path("hash").asText());
    BigInteger gas = number(receipt.path("gasUsed"));
    BigInteger wei =
        gas.multiply(number(receipt.path("effectiveGasPrice")))
            .add(number(transaction.path("value")));
    Address to = Address.parse(transaction.path("to").asText());
    sums.merge(
        to, Sum.NOTHING.plus(gas.longValueExact(), wei), (a, b) -> a.plus(b.gas(), b.feeWei()));
  }

  private static BigInteger number(JsonNode hex) {
    return new BigInteger(hex.asText().substring(2), 16);
  }
}

package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * What became of a mined transaction.
 *
 * @param succeeded false if it was mined and reverted
 * @param contract the address of the contract it deployed
 * @param feeWei what its gas cost, without the value sent
 */
public record Receipt(
    Digest transactionHash,
    Digest blockHash,
    long blockNumber,
    boolean succeeded,
    List<Log> logs,
    Optional<Address> contract,
    BigInteger gasUsed,
    BigInteger feeWei) {
  public Receipt {
    logs = List.copyOf(logs);
  }
}

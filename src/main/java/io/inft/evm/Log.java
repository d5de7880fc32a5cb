package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import java.util.List;

/** An event as a contract emitted it, and where it stands in the chain. */
public record Log(
    Address address,
    List<Digest> topics,
    Blob data,
    long blockNumber,
    Digest blockHash,
    Digest transactionHash,
    long index) {
  public Log {
    topics = List.copyOf(topics);
  }
}

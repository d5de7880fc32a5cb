package io.inft.devnet;

import io.inft.store.zerog.ShardConfig;
import java.net.URI;

/**
 * A storage node that made itself known to the indexer: nobody vouches for it. It has what the node
 * has that it stands beside, and behaves as it is told.
 */
public final class DevStranger {
  private final URI address;
  private final DevNode beside;
  private final CallTally calls;

  DevStranger(URI address, DevNode beside, CallTally calls) {
    this.address = address;
    this.beside = beside;
    this.calls = calls;
  }

  public URI address() {
    return address;
  }

  public ShardConfig shard() {
    return beside.shard();
  }

  /** What it was asked so far. */
  public CallTally calls() {
    return calls;
  }
}

package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import java.util.Optional;

/**
 * The registry's word on one id at one block.
 *
 * @param owner who controls it now (of an NFT: its live owner)
 * @param status 1 live, 2 frozen
 * @param newest the newest version; empty while only registered
 * @param keyEpoch current key epoch, 0 before the first version
 * @param keyringHash SHA-256 of the current keyring, zero before the first version
 * @param controlSequence number of control operations so far
 * @param controlHash the running hash over all control operations
 * @param asOf the block the answer is from
 */
public record Head(
    DatabaseId id,
    Address owner,
    int status,
    Optional<Anchored> newest,
    int keyEpoch,
    Digest keyringHash,
    long controlSequence,
    Digest controlHash,
    Block asOf) {
  public static final int LIVE = 1;
  public static final int FROZEN = 2;

  /** The newest version's number, 0 while there is none. */
  public long version() {
    return newest.map(Anchored::version).orElse(0L);
  }

  /** The newest version's commit root, zero while there is none. */
  public Digest root() {
    return newest.map(found -> found.anchor().root()).orElse(Digest.ZERO);
  }
}

package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import java.time.Duration;
import java.util.Optional;

/**
 * Which registry, and how it is used.
 *
 * @param contract the registry's address
 * @param codeHash Keccak-256 of the contract's code, refused if it is another one; empty accepts
 *     any registry of version 1
 * @param gasLimit cap for one transaction; of a batch, for what each item takes by itself
 * @param finalityBlocks blocks on top after which a block counts as final where the endpoint does
 *     not know the block {@code finalized}
 * @param patience how long an endpoint is given to catch up with what it or another one said before
 * @param inlineMaxAge how long a version may lie in the chain's log alone, where the user does not
 *     say; a third of the time for which nodes are known to keep logs, or less
 */
public record OnchainSettings(
    Address contract,
    Optional<Digest> codeHash,
    long gasLimit,
    int finalityBlocks,
    Duration patience,
    Duration inlineMaxAge) {
  /** A steady anchor takes about 60,000 gas, of an NFT's id about 75,000. */
  public static final long STANDARD_GAS_LIMIT = 500_000;

  public static OnchainSettings of(Address contract) {
    return new OnchainSettings(
        contract,
        Optional.empty(),
        STANDARD_GAS_LIMIT,
        64,
        Duration.ofSeconds(10),
        Duration.ofMinutes(30));
  }

  public OnchainSettings withCodeHash(Digest pinned) {
    return new OnchainSettings(
        contract, Optional.of(pinned), gasLimit, finalityBlocks, patience, inlineMaxAge);
  }

  public OnchainSettings withGasLimit(long gas) {
    return new OnchainSettings(contract, codeHash, gas, finalityBlocks, patience, inlineMaxAge);
  }

  public OnchainSettings withInlineMaxAge(Duration age) {
    return new OnchainSettings(contract, codeHash, gasLimit, finalityBlocks, patience, age);
  }

  public OnchainSettings withPatience(Duration changed) {
    return new OnchainSettings(contract, codeHash, gasLimit, finalityBlocks, changed, inlineMaxAge);
  }
}

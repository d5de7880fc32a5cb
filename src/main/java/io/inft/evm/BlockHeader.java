package io.inft.evm;

import io.inft.bytes.Digest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * The part of a block header that is used here.
 *
 * @param baseFeeWei empty on chains without EIP-1559
 */
public record BlockHeader(
    long number, Digest hash, Digest parentHash, Instant time, Optional<BigInteger> baseFeeWei) {}

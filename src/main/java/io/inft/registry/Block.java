package io.inft.registry;

import io.inft.bytes.Digest;

/**
 * A block of the chain. The hash, not the number, says whether it is still the same one after a
 * reorganisation.
 *
 * @param timeSeconds Unix time
 */
public record Block(long number, Digest hash, long timeSeconds) {}

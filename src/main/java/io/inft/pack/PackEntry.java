package io.inft.pack;

import io.inft.bytes.Digest;

/**
 * One page in the index of a pack.
 *
 * @param pageNumber counted from 1
 * @param block the block it lies in
 * @param sha256 of the page as it is after the pack was applied
 * @param xor whether the pack stores its difference to the page of the from-version
 * @param baseFingerprint the first eight bytes of that page's SHA-256; 0 for whole pages
 */
public record PackEntry(
    long pageNumber, int block, Digest sha256, boolean xor, long baseFingerprint) {}

package io.inft.pack;

import io.inft.bytes.Digest;

/**
 * One page in the index of a pack.
 *
 * @param pageNumber counted from 1
 * @param block the block it lies in
 * @param sha256 of the page as it is after the pack was applied
 * @param form how the pack stores it
 * @param baseFingerprint the first eight bytes of the SHA-256 of the page of the from-version; 0
 *     for forms without a base
 */
public record PageEntry(
    long pageNumber, int block, Digest sha256, PageForm form, long baseFingerprint) {}

package io.inft.pack;

import io.inft.bytes.Digest;

/**
 * One page in the index of a pack.
 *
 * @param pageNumber counted from 1
 * @param block the block it lies in
 * @param digest of the page as it is after the pack was applied: its leaf in the state tree, in
 *     packs of versions 1 and 2 its SHA-256
 * @param form how the pack stores it
 * @param baseFingerprint the first eight bytes of that of the page of the from-version; 0 for forms
 *     without a base
 */
public record PageEntry(
    long pageNumber, int block, Digest digest, PageForm form, long baseFingerprint) {}

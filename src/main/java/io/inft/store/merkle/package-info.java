/**
 * The Merkle tree of 0G Storage: segments, roots and proofs, and the hash they are made of.
 *
 * <p>Words: a <em>chunk</em> of 256 bytes is a leaf; a <em>segment</em> is 1024 chunks;
 * <em>padding</em> is the zeros behind the last byte that the tree counts; a <em>proof</em> leads
 * from a segment to the root.
 */
@NullMarked
package io.inft.store.merkle;

import org.jspecify.annotations.NullMarked;

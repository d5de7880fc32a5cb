/** The Merkle tree of 0G Storage: segments, roots and proofs, and the hash they are made of. */
@NullMarked
package io.inft.store.merkle;

import org.jspecify.annotations.NullMarked;

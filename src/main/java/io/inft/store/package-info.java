/**
 * Immutable objects addressed by their 0G Merkle root; memory and directory twins of 0G Storage.
 */
@NullMarked
package io.inft.store;

import org.jspecify.annotations.NullMarked;

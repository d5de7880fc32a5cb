/** A whole 0G on loopback: development storage nodes and indexer, anvil, contracts. */
@NullMarked
package io.inft.devnet;

import org.jspecify.annotations.NullMarked;

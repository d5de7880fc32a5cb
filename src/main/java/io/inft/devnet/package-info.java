/**
 * A whole 0G on loopback: development storage nodes and indexer, anvil, contracts.
 *
 * <p>Words: a <em>discovered</em> node is one that the indexer lists and nobody vouches for;
 * <em>misbehaviour</em> is what a test has a server do.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.devnet;

import org.jspecify.annotations.NullMarked;

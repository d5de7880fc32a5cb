/**
 * Objects on 0G Storage: Flow submissions, nodes and indexer, upload and verified download.
 *
 * <p>Words: a <em>submission</em> is an object's entry in the Flow contract, paid for; a
 * <em>shard</em> is the part of all segments that a node keeps; a <em>trusted</em> node is one the
 * indexer vouches for, a <em>stranger</em> one that made itself known; an object is
 * <em>finalized</em> when a node has its whole share.
 */
@NullMarked
package io.inft.store.zerog;

import org.jspecify.annotations.NullMarked;

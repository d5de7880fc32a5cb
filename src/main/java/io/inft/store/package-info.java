/**
 * Immutable objects addressed by their 0G Merkle root; in memory, in a folder, on 0G Storage.
 *
 * <p>Words: an <em>object</em> is a sequence of bytes that never changes; its <em>root</em> names
 * it; a <em>segment</em> is the part of it that is read and verified at once.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.store;

import org.jspecify.annotations.NullMarked;

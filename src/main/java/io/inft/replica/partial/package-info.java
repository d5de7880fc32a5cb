/**
 * Versions that are used before all of their pages are on this disk.
 *
 * <p>Words: pages of a version are brought out of its restore set, the newest pack that has one
 * wins; a <em>group</em> are the blocks of a pack that begin in one chunk of its sealed object, so
 * that one fetch brings them.
 */
@NullMarked
package io.inft.replica.partial;

import org.jspecify.annotations.NullMarked;

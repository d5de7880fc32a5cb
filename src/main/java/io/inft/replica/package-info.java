/**
 * The two flows, restore and publish, written as straight lines, and the working copy they share.
 */
@NullMarked
package io.inft.replica;

import org.jspecify.annotations.NullMarked;

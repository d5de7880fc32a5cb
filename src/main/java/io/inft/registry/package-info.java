/**
 * Which version is the head: compare-and-swap, grants, owners; the door and its values.
 *
 * <p>Words: an <em>anchor</em> is what a version says of itself; <em>anchored</em> is what the
 * registry recorded of it; the <em>head</em> is the newest one; a <em>control operation</em>
 * changes who may do what; a block is <em>final</em> when no reorganisation takes it away.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.registry;

import org.jspecify.annotations.NullMarked;

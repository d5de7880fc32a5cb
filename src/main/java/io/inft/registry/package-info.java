/** Which version is the head: compare-and-swap, grants, owners; the door and its values. */
@NullMarked
package io.inft.registry;

import org.jspecify.annotations.NullMarked;

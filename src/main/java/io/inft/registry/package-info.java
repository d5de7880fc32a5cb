/** Which version is the head: compare-and-swap, grants, owners; memory and directory twins. */
@NullMarked
package io.inft.registry;

import org.jspecify.annotations.NullMarked;

/**
 * Page packs: pages of a database file, all or what changed, compressed; and the tree over every
 * page whose root names a state. The formats are described in {@code page-pack.md} and {@code
 * state-root.md}.
 */
@NullMarked
package io.inft.pack;

import org.jspecify.annotations.NullMarked;

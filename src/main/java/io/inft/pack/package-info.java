/**
 * Page packs: pages of a database file, all or what changed, compressed; and the tree over every
 * page whose root names a state. The formats are described in {@code page-pack.md} and {@code
 * state-root.md}.
 *
 * <p>A <b>snapshot</b> holds all pages of a version, a <b>delta</b> those that changed since
 * another one; deltas are <b>laid on</b> what they were made from, and <b>composed</b> into one. A
 * pack stores pages in <b>blocks</b>, each compressed by the pack's <b>codec</b>; an <b>entry</b>
 * of its index says in which block a page lies and in which <b>form</b>. The <b>state tree</b> is
 * over the hashes of all pages.
 */
@NullMarked
package io.inft.pack;

import org.jspecify.annotations.NullMarked;

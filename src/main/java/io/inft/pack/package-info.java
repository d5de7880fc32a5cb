/**
 * Page packs: pages of a database file, all or what changed, compressed. The format is described in
 * {@code page-pack.md}.
 *
 * <p>A <b>snapshot</b> holds all pages of a version, a <b>delta</b> those that changed since
 * another one; deltas are <b>laid on</b> what they were made from, and <b>composed</b> into one. A
 * pack stores pages in <b>blocks</b>, each compressed by the pack's <b>codec</b>; an <b>entry</b>
 * of its index says in which block a page lies and in which <b>form</b>. The <b>directory</b> tells
 * the same without the pages' hashes; <b>top pages</b> lie beside it.
 */
@NullMarked
package io.inft.pack;

import org.jspecify.annotations.NullMarked;

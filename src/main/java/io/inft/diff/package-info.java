/**
 * What changed between two states of a database: versions, what was put aside, a file.
 *
 * <p>A <b>comparison</b> holds the <b>left</b> state, from which one comes, against the
 * <b>right</b> one. Rows are <b>paired</b> by primary key, or by rowid where a table declares none;
 * what has no pair was added or removed. Which rows can differ at all is told by the pages that do:
 * they are the <b>suspects</b>.
 */
@NullMarked
package io.inft.diff;

import org.jspecify.annotations.NullMarked;

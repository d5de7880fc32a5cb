/**
 * Looks a row up in a SQLite database of which only parts are there: along the pages of its table's
 * tree, by <a href="https://www.sqlite.org/fileformat2.html">SQLite's file format</a>. What it
 * reads it is given, and whether that is the database's is for others to know.
 *
 * <p>Words: an <em>image</em> is a database as far as it is there; a <em>turn</em> says at which
 * cell a page of a tree is left or a row found, so that nothing else of the page need be there; a
 * table's <em>definition</em> is what its CREATE TABLE statement says.
 */
@NullMarked
package io.inft.proof.tables;

import org.jspecify.annotations.NullMarked;

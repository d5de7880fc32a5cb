/**
 * What agents remember, found again by its words and by its meaning: SQLite's full text and vectors
 * in one database, several agents apart from each other.
 *
 * <p>Words: a <em>memory</em> is a text with a key, in a <em>space</em>, which is an agent's own or
 * shared; a correction is a further <em>revision</em> of it.
 */
@NullMarked
package io.inft.agents.search;

import org.jspecify.annotations.NullMarked;

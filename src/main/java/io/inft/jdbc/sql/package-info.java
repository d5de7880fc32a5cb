/**
 * What an SQL text is about to do: kinds of statements, scripts, the event table.
 *
 * <p>The <b>kind</b> of a statement says whether it may change the database, and begin or end a
 * transaction; a <b>script</b> is a text of one or more. It is no parser: what it gets wrong costs
 * a check more, never a commit that goes unseen.
 */
@NullMarked
package io.inft.jdbc.sql;

import org.jspecify.annotations.NullMarked;

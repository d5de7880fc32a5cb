/** What an SQL text is about to do: kinds of statements, scripts, the event table. */
@NullMarked
package io.inft.jdbc.sql;

import org.jspecify.annotations.NullMarked;

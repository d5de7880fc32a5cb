/**
 * Commands about one database: its state, history and content.
 *
 * <p>One command a file, under its own name; texts and JSON are made here, of values. What was
 * <b>put aside</b> on this machine is listed as <b>forks</b>; the newest version may be
 * <b>unreadable</b> and published over only if it is named.
 */
@NullMarked
package io.inft.cli.database;

import org.jspecify.annotations.NullMarked;

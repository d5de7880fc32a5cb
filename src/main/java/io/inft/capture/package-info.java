/**
 * What SQLite committed, read from its log: which pages changed since the newest staged version,
 * and their images, without a trigger and without a change to the database.
 *
 * <p>Words: a <em>WAL frame</em> is one page image in SQLite's log; a <em>checkpoint</em> moves
 * frames into the database file; the <em>read mark</em> is the read transaction that keeps the log
 * from beginning anew before its frames were captured; a <em>pin</em> is one position of the log,
 * held still while a version is made from it.
 */
@NullMarked
package io.inft.capture;

import org.jspecify.annotations.NullMarked;

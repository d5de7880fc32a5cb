/**
 * SQLite's files as SQLite defines them: header, write-ahead log, its index, the lock page; and who
 * may take its write lock next.
 *
 * <p>Words: a <em>WAL frame</em> is one page image in the log; a <em>commit frame</em> ends a
 * transaction; a <em>position</em> says how far a log was read, with its salts and checksum; the
 * <em>lock page</em> holds no data.
 */
@NullMarked
package io.inft.sqlite;

import org.jspecify.annotations.NullMarked;

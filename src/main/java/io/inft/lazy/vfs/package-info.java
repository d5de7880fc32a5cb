/**
 * A VFS of ours in SQLite's own list, put there from Java through JNA, so that each read and write
 * of a main database file passes a {@link io.inft.lazy.vfs.FileGate}. The only room that knows how
 * SQLite's structures lie in memory.
 *
 * <p>Words: a <em>gate</em> stands between SQLite and one file; a <em>native file</em> is SQLite's
 * own handle of a file and what its VFS does with it.
 */
@NullMarked
package io.inft.lazy.vfs;

import org.jspecify.annotations.NullMarked;

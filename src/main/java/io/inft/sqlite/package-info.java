/** SQLite's files as SQLite defines them: header, write-ahead log, its index, the lock page. */
@NullMarked
package io.inft.sqlite;

import org.jspecify.annotations.NullMarked;

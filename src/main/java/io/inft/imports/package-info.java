/**
 * Files that the guide's clients and others wrote, and how they begin a database: encrypted
 * snapshots of the Python and the TypeScript client, event logs, SQLite files, pointers on chain.
 */
@NullMarked
package io.inft.imports;

import org.jspecify.annotations.NullMarked;

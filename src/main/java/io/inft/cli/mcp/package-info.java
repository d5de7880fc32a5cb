/**
 * {@code inft mcp}: the memory of agents over the Model Context Protocol, out of one database.
 *
 * <p>Words: a <em>tool</em> is what a client may call; a <em>home</em> is the database that all
 * tools of a server work on.
 */
@NullMarked
package io.inft.cli.mcp;

import org.jspecify.annotations.NullMarked;

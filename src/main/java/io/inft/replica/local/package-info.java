/**
 * The working copy on this machine's disk: generations, the writer's state, objects on their way,
 * page hashes, and what was seen last.
 *
 * <p>Words: a <em>generation</em> is one folder with a database file and all that belongs to it; a
 * <em>fork</em> is a generation that was put aside; the <em>outbox</em> is what is sealed and not
 * confirmed yet; <em>unfinalized versions</em> are anchored in blocks that may still be reorganised
 * away.
 */
@NullMarked
package io.inft.replica.local;

import org.jspecify.annotations.NullMarked;

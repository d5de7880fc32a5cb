/**
 * From SQLite's log to the head: {@link io.inft.replica.publish.Publish} is the flow, {@link
 * io.inft.replica.publish.GenerationWriter} what it flows through, {@link
 * io.inft.replica.publish.Publisher} has it happen in time.
 *
 * <p>Words: a version is <em>staged</em> when it is durable here, <em>stored</em> when the store
 * has it, <em>anchored</em> when the registry names it, <em>final</em> when its block will not go;
 * <em>compaction</em> replaces deltas by a snapshot; <em>lag</em> is what is committed here and not
 * anchored; <em>fencing</em> keeps a writer that lost from doing harm.
 */
@NullMarked
package io.inft.replica.publish;

import org.jspecify.annotations.NullMarked;

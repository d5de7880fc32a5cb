/**
 * From SQLite's log to the head: {@link io.inft.replica.publish.GenerationWriter} stages, stores
 * and anchors versions of one generation, {@link io.inft.replica.publish.Publisher} does so in
 * time.
 *
 * <p>Words: a version is <em>staged</em> when it is durable here, <em>stored</em> when the store
 * has it, <em>anchored</em> when the registry names it, <em>final</em> when its block will not go;
 * <em>compaction</em> replaces deltas by a snapshot; <em>lag</em> is what is committed here and not
 * anchored; <em>fencing</em> keeps a writer that lost from doing harm.
 */
@NullMarked
package io.inft.replica.publish;

import org.jspecify.annotations.NullMarked;

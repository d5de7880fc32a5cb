/**
 * From the head to a database file: {@link io.inft.replica.restore.Restore} is the flow, line by
 * line.
 *
 * <p>Words: a <em>restore set</em> is the packs that together rebuild one version; the <em>tip</em>
 * is the newest version with its commit object and manifest; a <em>keyring</em> holds the data key,
 * wrapped for every slot.
 */
@NullMarked
package io.inft.replica.restore;

import org.jspecify.annotations.NullMarked;

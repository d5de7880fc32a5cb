/**
 * Makes one version out of a pinned position of SQLite's log, a step a class: {@link
 * io.inft.replica.publish.version.VersionContent} finds what changed, {@link
 * io.inft.replica.publish.version.PagePacker} packs the pages, {@link
 * io.inft.replica.publish.version.VersionSealer} seals the rest and signs, {@link
 * io.inft.replica.publish.version.OutboxWriter} keeps it on this disk. Nothing is sent from here.
 *
 * <p>Words: an <em>order</em> says what is to be made; a <em>spare snapshot</em> was made and
 * stored in the background and is listed by the next version; a <em>barrier</em> is the version
 * that such a snapshot is being made of.
 */
@NullMarked
package io.inft.replica.publish.version;

import org.jspecify.annotations.NullMarked;

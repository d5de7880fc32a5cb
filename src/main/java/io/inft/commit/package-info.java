/**
 * The commit object of one version and what rides in it: bytes, signature, restore set, event
 * batches, and whether one version follows another. What is sealed stays closed in this room.
 *
 * <p>A <b>commit object</b> is the signed record of one version. Its <b>restore set</b> lists the
 * packs that together rebuild the version, its <b>attachments</b> are sealed objects of other
 * kinds: the <b>manifest</b>, which says what the database is, and <b>event batches</b>, the parts
 * of the event log. A <b>location</b> says where the bytes of one lie. <b>Jumps</b> lead from a
 * commit object to older ones.
 */
@NullMarked
package io.inft.commit;

import org.jspecify.annotations.NullMarked;

/**
 * The commit object of one version and what rides in it: bytes, signature, restore set, event
 * batches, and whether one version follows another. What is sealed stays closed in this room.
 */
@NullMarked
package io.inft.commit;

import org.jspecify.annotations.NullMarked;

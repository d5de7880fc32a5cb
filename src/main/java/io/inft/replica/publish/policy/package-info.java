/**
 * When to publish, to try again, to look after finality, to compact and to store anew: pure
 * decisions. What is known and one reading of the clock go in as values, a decision comes out;
 * nothing here waits, asks or remembers. The threads that carry it out are in {@link
 * io.inft.replica.publish}.
 *
 * <p>Words: a version is <em>in flight</em> while it is being anchored; what is <em>noted</em> was
 * committed and is in no version; a publish is <em>asked</em> for by a caller that waits.
 */
@NullMarked
package io.inft.replica.publish.policy;

import org.jspecify.annotations.NullMarked;

/**
 * Keeps a database alive in storage that is paid for a time: what of it is needed, until when that
 * is paid, and paying again, which takes neither a key nor a right.
 *
 * <p>What a database <b>needs</b> is told by its public commit objects: those of the head are what
 * restoring takes, those of the <b>history</b> what the event log and a verification take too. A
 * <b>report</b> says what became of each object.
 */
@NullMarked
package io.inft.upkeep;

import org.jspecify.annotations.NullMarked;

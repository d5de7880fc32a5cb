/**
 * Shows to somebody without keys that one thing was in one version: makes small text files, and
 * judges them. Nothing here asks a network. The formats are described in {@code receipt.md} and
 * {@code row-proof.md}.
 *
 * <p>Words: a <em>proof</em> is such a file, that of an event a <em>receipt</em>, that of a row a
 * <em>row proof</em>; a <em>pin</em> is what its reader knows by another way, and never from the
 * proof; what follows from the pin is <em>proved</em>, the rest is <em>claimed</em>.
 */
@NullMarked
package io.inft.proof;

import org.jspecify.annotations.NullMarked;

/** Digests, addresses, signatures and bounds-checked big-endian reading and writing. */
@NullMarked
package io.inft.bytes;

import org.jspecify.annotations.NullMarked;

/**
 * Makes proofs out of versions: reads what is needed with the keys, and judges each proof as
 * whoever gets it will, before it is handed out.
 */
@NullMarked
package io.inft.replica.proving;

import org.jspecify.annotations.NullMarked;

/**
 * A database changes hands: the seller lets the buyer in and offers it, the buyer looks and
 * accepts, and begins a key epoch that the seller has no key of. Each step is a state of the
 * registry, so whoever was interrupted does the same again. The registry's rules are in {@code
 * registry.md}, what stays readable to whom in {@code hand-over.md}.
 */
@NullMarked
package io.inft.handover;

import org.jspecify.annotations.NullMarked;

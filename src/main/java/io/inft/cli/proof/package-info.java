/** Commands that make and judge proofs: {@code receipt}, {@code prove}, {@code check-proof}. */
@NullMarked
package io.inft.cli.proof;

import org.jspecify.annotations.NullMarked;

/**
 * Verifies a database's history from chain and storage and gives a typed report. It trusts neither:
 * every claim is computed again from the registry's newest words.
 */
@NullMarked
package io.inft.custody;

import org.jspecify.annotations.NullMarked;

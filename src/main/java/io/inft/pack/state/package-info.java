/**
 * The <b>state tree</b> over every page of a database, whose root names a state and nothing else.
 * The format is described in {@code state-root.md}.
 *
 * <p>A <b>leaf</b> names one page under the database's <b>state key</b>; of which <b>kind</b> it
 * is, the key says too.
 */
@NullMarked
package io.inft.pack.state;

import org.jspecify.annotations.NullMarked;

/**
 * What the stores of all frameworks share: tables of their own, made at the first write, one
 * transaction for a change and its event, and the sealing of what is to be forgotten. An
 * application names {@link io.inft.agents.rows.Sealing} and catches {@link
 * io.inft.agents.rows.StoreException}.
 */
@NullMarked
package io.inft.agents.rows;

import org.jspecify.annotations.NullMarked;

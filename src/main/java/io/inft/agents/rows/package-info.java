/**
 * What the stores of all frameworks share: tables of their own, made at the first write, and one
 * transaction for a change and its event.
 */
@NullMarked
package io.inft.agents.rows;

import org.jspecify.annotations.NullMarked;

/**
 * Registries in memory and in a folder: a replayed list of actions that behaves like the contract.
 *
 * <p>Words: an <em>action</em> is what a transaction is to the contract; an <em>entry</em> is one
 * action with its author and time, and one block; the <em>ledger</em> is the state that replaying
 * all entries gives.
 */
@NullMarked
package io.inft.registry.ledger;

import org.jspecify.annotations.NullMarked;

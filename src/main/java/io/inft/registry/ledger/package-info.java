/**
 * Registries in memory and in a folder: a replayed list of actions that behaves like the contract.
 */
@NullMarked
package io.inft.registry.ledger;

import org.jspecify.annotations.NullMarked;

/** The registry as the contract on a chain keeps it, see {@code contracts/}. */
@NullMarked
package io.inft.registry.onchain;

import org.jspecify.annotations.NullMarked;

/** Commands about the registry contract and an id's owner and grants. */
@NullMarked
package io.inft.cli.registry;

import org.jspecify.annotations.NullMarked;

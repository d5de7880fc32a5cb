package io.inft.replica.publish;

import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;

/** Moves a head: alone, or together with others. */
@FunctionalInterface
public interface Anchoring {
  Anchored anchor(DatabaseId id, Anchor anchor) throws InftException;
}

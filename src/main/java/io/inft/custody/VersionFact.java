package io.inft.custody;

import io.inft.registry.Anchored;
import java.util.List;
import java.util.Optional;

/**
 * One version as it was found.
 *
 * @param anchored the registry's record
 * @param authority by what right it was anchored, empty if that could not be told
 * @param commit whether its commit object was read and its signature is its author's; empty if it
 *     was not in the range whose objects are fetched
 * @param objects what it lists, empty if it was not fetched
 */
public record VersionFact(
    Anchored anchored,
    Optional<Authority> authority,
    Optional<Boolean> commit,
    List<ObjectFact> objects) {
  public VersionFact {
    objects = List.copyOf(objects);
  }
}

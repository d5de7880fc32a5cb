package io.inft.replica.partial;

import java.util.Optional;

/**
 * What a generation was begun from.
 *
 * @param partial if not all of it was here when it was opened
 * @param whyWhole why all of it was, for people
 */
public record BaseOfGeneration(Optional<PartialBase> partial, Optional<String> whyWhole) {
  public static BaseOfGeneration of(PartialBase partial) {
    return new BaseOfGeneration(Optional.of(partial), Optional.empty());
  }

  /** All of it was here. */
  public static BaseOfGeneration whole(String why) {
    return new BaseOfGeneration(Optional.empty(), Optional.of(why));
  }

  /** What is still to come; empty once all is here. */
  public Optional<PartialBase> missing() {
    return partial.filter(base -> !base.isWhole());
  }
}

package io.inft.pack;

import io.inft.failure.InftException;

/** The pages of the version a delta was made from. */
@FunctionalInterface
public interface BasePages {
  /** For packs without differences: there is nothing to ask for. */
  BasePages NONE =
      number -> {
        throw new IllegalArgumentException(
            "page " + number + " is a difference, its base is needed");
      };

  /** The page as it is in the from-version; not changed by the caller. */
  byte[] page(long number) throws InftException;
}

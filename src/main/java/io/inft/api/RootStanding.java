package io.inft.api;

import java.util.Optional;

/**
 * Whether and where a storage hash stands in a database's history.
 *
 * @param hash as it was given
 * @param version the version whose root or checksum it is; empty if there is none
 */
public record RootStanding(String hash, Optional<StorageMetadata> version) {
  public boolean isKnown() {
    return version.isPresent();
  }
}

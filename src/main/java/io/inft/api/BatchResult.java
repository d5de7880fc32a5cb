package io.inft.api;

import java.sql.SQLException;
import java.util.Optional;

/**
 * What came of one database of a batch: either of the two.
 *
 * @param metadata the version that holds everything that was committed
 */
public record BatchResult(
    String id, Optional<StorageMetadata> metadata, Optional<SQLException> failure) {
  public boolean isSynced() {
    return metadata.isPresent();
  }
}

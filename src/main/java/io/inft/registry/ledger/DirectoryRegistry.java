package io.inft.registry.ledger;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.registry.DatabaseId;
import io.inft.registry.HeadNews;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * A registry in a folder, which several processes may use at once: a {@link LedgerRegistry} whose
 * entries are files, one each. The registry of the embedded network; the layout is in {@code
 * registry.md}.
 */
public final class DirectoryRegistry extends LedgerRegistry {
  private DirectoryRegistry(LedgerLog log, Optional<SigningKey> key, Clock clock) {
    super(log, key, clock);
  }

  /**
   * Opens the registry in a folder that is its own; it is made when the first entry is recorded.
   *
   * @param account signs what is recorded; without it the registry is read-only
   * @throws io.inft.failure.ForeignFileException something else lies there
   * @throws io.inft.failure.CorruptObjectException an entry is damaged, forged, foreign or missing
   * @throws io.inft.failure.FormatTooNewException a later release wrote there
   */
  public static DirectoryRegistry open(Path dir, Optional<SigningKey> account, Clock clock)
      throws InftException {
    DirectoryRegistry registry =
        new DirectoryRegistry(LedgerFolder.open(dir.toAbsolutePath()), account, clock);
    registry.begin();
    return registry;
  }

  /** To look whether there is a newer entry takes less than a millisecond. */
  @Override
  public HeadNews follow(DatabaseId id) {
    return HeadNews.AT_HAND;
  }
}

package io.inft.api;

import io.inft.custody.CustodyReport;
import java.util.List;
import java.util.Optional;

/**
 * What became of a list of storage hashes: the verified history, and where each of them stands in
 * it. A list alone proves nothing, so the history is what is verified.
 */
public record CustodyOfRoots(CustodyReport report, List<RootStanding> roots) {
  public CustodyOfRoots {
    roots = List.copyOf(roots);
  }

  /** Whether the history passed and holds every hash, each after the one before it. */
  public boolean isUnbroken() {
    long last = 0;
    for (RootStanding root : roots) {
      Optional<StorageMetadata> version = root.version();
      if (version.isEmpty() || version.get().version() <= last) {
        return false;
      }
      last = version.get().version();
    }
    return report.verdict().passed();
  }
}

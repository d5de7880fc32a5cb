package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import java.util.List;

/**
 * Where a database lives, and its history around a version.
 *
 * @param historyBefore the registry's running hash before the version
 * @param version that something is shown of
 * @param later the versions after it that the proof shall lead to, oldest first
 */
public record ProofPlace(
    long chainId,
    Address registry,
    DatabaseId id,
    Digest historyBefore,
    Anchored version,
    List<Anchored> later) {
  ProofContext context() {
    return new ProofContext(
        chainId, registry, id.toString(), version.version(), version.anchor().root());
  }

  List<HistoryLink> links() {
    return later.stream().map(HistoryLink::of).toList();
  }
}

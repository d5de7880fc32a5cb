package io.inft.replica.proving;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.PastStateException;
import io.inft.proof.Proof;
import io.inft.proof.ProofCheck;
import io.inft.proof.ProofPin;
import io.inft.proof.ProofPlace;
import io.inft.proof.ProofReport;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.registry.RunningHashes;
import java.util.List;

/** Where in a database's history a proof stands, and whether it holds there. */
final class ProofPlaces {
  /** What it costs to lead on to a later version is bounded by what a proof may have. */
  private static final int MAX_LINKS = 16_384;

  private final RegistryReader registry;
  private final DatabaseId id;

  ProofPlaces(RegistryReader registry, DatabaseId id) {
    this.registry = registry;
    this.id = id;
  }

  /**
   * The head as it is now.
   *
   * @throws NotRegisteredException nothing was published yet
   */
  Head head() throws InftException {
    Head head = registry.head(id);
    if (head.newest().isEmpty()) {
      throw new NotRegisteredException(id.toString(), registry.describe());
    }
    return head;
  }

  void requireVersion(long version, long newest) throws PastStateException {
    if (version < 1 || version > newest) {
      throw new PastStateException(
          "of '" + id + "' with version " + version, "the history has versions 1 to " + newest);
    }
  }

  /**
   * The place of a version.
   *
   * @param to the proof shall lead on to this version; 0 for no further
   */
  ProofPlace of(Anchored version, long to, Head head) throws InftException {
    return new ProofPlace(
        registry.chainId(),
        registry.address(),
        id,
        before(version, head),
        version,
        later(version.version(), to, head.version()));
  }

  private List<Anchored> later(long version, long to, long newest) throws InftException {
    if (to == 0 || to == version) {
      return List.of();
    }
    requireVersion(to, newest);
    if (to < version || to - version > MAX_LINKS) {
      throw new PastStateException(
          "of '" + id + "' to lead to, version " + to,
          "the proof is of version " + version + "; it leads on to the next " + MAX_LINKS);
    }
    return registry.history(id, version + 1, to);
  }

  /** The history hash before a version. */
  private Digest before(Anchored version, Head head) throws InftException {
    if (version.version() > 1) {
      return registry
          .version(id, version.version() - 1, version.previousBlockNumber())
          .historyHash();
    }
    List<Control> first = registry.controls(id, 1, 1);
    Address firstOwner = first.isEmpty() ? head.owner() : first.get(0).actor();
    return RunningHashes.genesis(
        registry.chainId(), registry.address(), id, id.account().orElse(firstOwner));
  }

  /**
   * What is handed out holds: read back from its bytes, as whoever gets it does, by what is
   * recorded of its version and of the one that it leads to.
   *
   * @param what it was made of
   */
  void requireProves(Proof proof, ProofPlace place, String what) throws InftException {
    List<Anchored> later = place.later();
    requireProves(proof, recorded(place.version()), what);
    if (!later.isEmpty()) {
      requireProves(proof, recorded(later.get(later.size() - 1)).historyAlone(), what);
    }
  }

  private ProofPin recorded(Anchored version) {
    return ProofPin.recorded(registry.chainId(), registry.address(), id, version);
  }

  private void requireProves(Proof proof, ProofPin pin, String what) throws InftException {
    ProofReport report = ProofCheck.check(proof.toBytes(), pin);
    if (report.outcome() != ProofReport.Outcome.VALID) {
      throw new CorruptObjectException(
          what,
          0,
          "of '" + id + "' gives no proof that holds (" + report.code() + "): " + report.message());
    }
  }
}

package io.inft.replica.restore;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.PastStateException;
import io.inft.proof.EventProof;
import io.inft.proof.ProofCheck;
import io.inft.proof.ProofPin;
import io.inft.proof.ProofReport;
import io.inft.registry.Anchored;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.registry.RunningHashes;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** Makes receipts: what shows to somebody without keys that an event was in a version. */
public final class Receipts {
  /** What it costs to lead on to a later version is bounded by what a proof may have. */
  private static final int MAX_LINKS = 16_384;

  /**
   * What is wanted.
   *
   * @param event its sequence in the log, from 1
   * @param version that brought it, if the caller knows; 0 to have it found
   * @param to lead on to this version's history hash; 0 for no further than the event's own
   * @param signed whether to show the whole commit object, so that its signature can be checked
   */
  public record Order(long event, long version, long to, boolean signed) {
    /** The shortest receipt of an event. */
    public static Order of(long event) {
      return new Order(event, 0, 0, false);
    }
  }

  private final Network network;
  private final RegistryReader registry;
  private final DatabaseId id;
  private final ExecutorService workers;

  /**
   * @param workers help to read
   */
  public Receipts(Network network, DatabaseId id, ExecutorService workers) {
    this.network = network;
    this.registry = network.registry();
    this.id = id;
    this.workers = workers;
  }

  /**
   * Makes a receipt, and judges it by what the registry says before it is handed out. Restores
   * nothing.
   *
   * @throws PastStateException there is no such event or version, or it cannot be shown alone
   * @throws NotRegisteredException nothing was published yet
   */
  public EventProof make(Secret secret, Order order) throws InftException {
    Head head = registry.head(id);
    if (head.newest().isEmpty()) {
      throw new NotRegisteredException(id.toString(), registry.describe());
    }
    if (order.event() < 1) {
      throw new PastStateException(
          "of '" + id + "' with event " + order.event(), "events are counted from 1");
    }
    Digest context = DatabaseScope.contextOf(network, id);
    Commits commits = new Commits(network.store(), registry, id, context);
    Restore restore = new Restore(network.store(), context, commits, workers);
    EventFinder finder =
        new EventFinder(
            id,
            restore,
            new PastKeys(registry, id, commits, context),
            commits,
            new PackAccess(network.store(), context, commits),
            secret);
    EventFinder.Found found = finder.find(order.event(), candidates(order, head.version()));
    Anchored version = found.version();
    List<Anchored> later = later(version.version(), order.to(), head.version());
    EventProof.Place place =
        new EventProof.Place(
            registry.chainId(), registry.address(), id, before(version, head), version, later);
    EventProof proof =
        EventProof.of(place, found.commit(), found.event(), found.inclusion(), order.signed());
    requireProves(proof, later.isEmpty() ? version : later.get(later.size() - 1));
    requireProves(proof, version);
    return proof;
  }

  private List<Anchored> candidates(Order order, long newest) throws InftException {
    if (order.version() == 0) {
      return registry.history(id, 1, newest);
    }
    requireVersion(order.version(), newest);
    return List.of(registry.version(id, order.version(), 0));
  }

  private void requireVersion(long version, long newest) throws PastStateException {
    if (version < 1 || version > newest) {
      throw new PastStateException(
          "of '" + id + "' with version " + version, "the history has versions 1 to " + newest);
    }
  }

  private List<Anchored> later(long version, long to, long newest) throws InftException {
    if (to == 0 || to == version) {
      return List.of();
    }
    requireVersion(to, newest);
    if (to < version || to - version > MAX_LINKS) {
      throw new PastStateException(
          "of '" + id + "' to lead to, version " + to,
          "the event is in version " + version + "; a receipt leads on to the next " + MAX_LINKS);
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

  /** What is handed out holds: read back from its bytes, as whoever gets it does. */
  private void requireProves(EventProof proof, Anchored version) throws InftException {
    ProofPin recorded = ProofPin.recorded(registry.chainId(), registry.address(), id, version);
    ProofPin pin =
        version.version() == proof.context().version() ? recorded : recorded.historyAlone();
    ProofReport report = ProofCheck.check(proof.toBytes(), pin);
    if (report.outcome() != ProofReport.Outcome.VALID) {
      throw new CorruptObjectException(
          "event log",
          0,
          "of '"
              + id
              + "' gives no receipt that holds ("
              + report.code()
              + "): "
              + report.message());
    }
  }
}

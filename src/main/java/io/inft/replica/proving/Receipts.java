package io.inft.replica.proving;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.PastStateException;
import io.inft.proof.EventProof;
import io.inft.proof.ProofPlace;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.Network;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.PastKeys;
import io.inft.replica.restore.Restore;
import io.inft.seal.Secret;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** Makes receipts: what shows to somebody without keys that an event was in a version. */
public final class Receipts {
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
  private final ProofPlaces places;

  /**
   * @param workers help to read
   */
  public Receipts(Network network, DatabaseId id, ExecutorService workers) {
    this.network = network;
    this.registry = network.registry();
    this.id = id;
    this.workers = workers;
    this.places = new ProofPlaces(registry, id);
  }

  /**
   * Makes a receipt, and judges it by what the registry says before it is handed out. Restores
   * nothing.
   *
   * @throws PastStateException there is no such event or version, or it cannot be shown alone
   * @throws NotRegisteredException nothing was published yet
   */
  public EventProof make(Secret secret, Order order) throws InftException {
    Head head = places.head();
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
    ProofPlace place = places.of(found.version(), order.to(), head);
    EventProof proof =
        EventProof.of(place, found.commit(), found.event(), found.inclusion(), order.signed());
    places.requireProves(proof, place, "event log");
    return proof;
  }

  private List<Anchored> candidates(Order order, long newest) throws InftException {
    if (order.version() == 0) {
      return registry.history(id, 1, newest);
    }
    places.requireVersion(order.version(), newest);
    return List.of(registry.version(id, order.version(), 0));
  }
}

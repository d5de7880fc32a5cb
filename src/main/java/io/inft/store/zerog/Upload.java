package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import io.inft.store.merkle.ObjectTree;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stores one object: registers it in the Flow contract unless it is registered, hands its segments
 * to the nodes, waits until they have it. Can be killed at any step and called again: what was
 * signed is in the sender's journal, what was stored is known to the nodes, so it is paid for once.
 */
final class Upload {
  private static final int MAX_MOVES = 10;

  private final NodeNetwork network;
  private final Lookup lookup;
  private final Workers workers;
  private final NodeUpload.Outgoing object;

  Upload(
      NodeNetwork network,
      Lookup lookup,
      ZeroGSettings settings,
      Workers workers,
      Registration registration,
      ByteSource source,
      ObjectTree tree,
      TransferListener listener) {
    this.network = network;
    this.lookup = lookup;
    this.workers = workers;
    this.object =
        new NodeUpload.Outgoing(
            network.describe(),
            network::blockHash,
            settings,
            registration,
            source,
            tree,
            new UploadProgress(listener, tree.layout().sizeBytes()));
  }

  /**
   * @param isNew it is looked for nowhere, because nobody can have stored it
   */
  void run(boolean isNew) throws InftException {
    Registration registration = object.registration();
    ObjectTree tree = object.tree();
    List<StorageNode> writers = List.of();
    Submission.Place place = null;
    if (!registration.isUnderWay()) {
      writers = network.forWriting(Set.of()); // nobody to take the data: do not pay
      if (!isNew) {
        Lookup.Found found = lookup.at(writers, tree.root(), tree.layout().sizeBytes());
        place = placeOf(found, tree);
        if (place != null
            && found.isDurable(object.settings().replicas())
            && standOnTheChain(found)) {
          object.progress().end();
          return;
        }
      }
    }
    boolean isRegisteredHere = place == null;
    if (place == null) {
      place = registration.submit().place();
    }
    Set<URI> dropped = new HashSet<>();
    List<InftException> failures = new ArrayList<>();
    int moves = 0;
    while (true) {
      List<StorageNode> nodes = writers.isEmpty() ? nodes(dropped, failures) : writers;
      writers = List.of();
      NodeUpload.Problem problem = round(nodes, place);
      if (problem == null) {
        break;
      }
      if (problem.node() != null && problem.cause() != null) {
        dropped.add(problem.node().address());
        network.rest(problem.node().address());
        failures.add(problem.cause());
      } else if (++moves > MAX_MOVES) {
        throw new StoreUnavailableException(
            object.store(), "store " + tree.ref() + ": the chain keeps moving it", null);
      }
      if (isRegisteredHere) {
        place = registration.submit().place();
      }
    }
    registration.forget();
    object.progress().end();
  }

  /** Whether what the nodes say is of the chain as it is now; else it is waited for as any. */
  private boolean standOnTheChain(Lookup.Found found) throws InftException {
    try {
      for (Lookup.Holder holder : found.finalized()) {
        StorageNode.Status status = holder.node().status();
        Optional<Digest> hash = network.blockHash(status.syncedBlock());
        if (hash.isEmpty() || !hash.get().equals(status.syncedHash())) {
          return false;
        }
      }
      return true;
    } catch (RpcUnavailableException | RpcErrorException e) {
      return false; // waiting for it asks again, and says what is wrong with whom
    }
  }

  /** Where somebody registered it before, if a node remembers that and the contract knows of it. */
  private Submission.@Nullable Place placeOf(Lookup.Found found, ObjectTree tree)
      throws InftException {
    FlowContract flow = null;
    for (Lookup.Holder holder : found.holders()) {
      FileInfo info = holder.info();
      flow = flow == null ? network.contract() : flow;
      Optional<Submission.Place> confirmed =
          flow.confirmed(new Submission.Place(info.txSeq(), info.firstGlobalSegment()), tree);
      if (confirmed.isPresent()) {
        return confirmed.get();
      }
    }
    return null;
  }

  private List<StorageNode> nodes(Set<URI> dropped, List<InftException> failures)
      throws InftException {
    try {
      return network.forWriting(dropped);
    } catch (StoreUnavailableException e) {
      for (InftException failure : failures) {
        if (failure instanceof RpcErrorException refused) {
          StoreRefusedException said =
              new StoreRefusedException(
                  object.store(),
                  "store " + object.tree().ref(),
                  String.valueOf(refused.getMessage()));
          failures.forEach(said::addSuppressed);
          throw said;
        }
      }
      failures.forEach(e::addSuppressed);
      throw e;
    }
  }

  /** Null when every node has its part. */
  private NodeUpload.@Nullable Problem round(List<StorageNode> nodes, Submission.Place place)
      throws InftException {
    AtomicReference<NodeUpload.@Nullable Problem> problem = new AtomicReference<>();
    List<NodeUpload> uploads = new ArrayList<>();
    List<NodeUpload> unfinished = new ArrayList<>();
    for (StorageNode node : nodes) {
      NodeUpload upload = new NodeUpload(object, node, place, problem);
      FileInfo info = upload.awaitEntry();
      if (info == null) {
        return problem.get();
      }
      uploads.add(upload);
      if (!info.finalized()) {
        unfinished.add(upload);
      }
    }
    List<Workers.Task> tasks = new ArrayList<>();
    int sends = 0;
    int atOnce = object.settings().segmentsPerCall();
    for (NodeUpload upload : unfinished) {
      List<Integer> indices = upload.indices();
      sends += indices.size();
      for (int from = 0; from < indices.size(); from += atOnce) {
        List<Integer> group = indices.subList(from, Math.min(indices.size(), from + atOnce));
        tasks.add(() -> upload.send(group));
      }
    }
    object.progress().begin(sends);
    workers.run(object.store(), tasks);
    for (NodeUpload upload : unfinished) {
      if (problem.get() != null) {
        break;
      }
      upload.awaitFinal();
    }
    if (problem.get() == null) {
      workers.run(object.store(), uploads.stream().<Workers.Task>map(u -> u::readBack).toList());
    }
    return problem.get();
  }
}

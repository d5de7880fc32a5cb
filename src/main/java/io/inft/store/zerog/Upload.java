package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import io.inft.store.ObjectLayout;
import io.inft.store.ObjectRef;
import io.inft.store.ObjectTree;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
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
  private final ZeroGSettings settings;
  private final Workers workers;
  private final Registration registration;
  private final ByteSource source;
  private final ObjectTree tree;
  private final Progress progress;

  /** Registers the object, or says where it was registered; the same registration every time. */
  interface Registration {
    /** Whether a transaction for it was signed and its end is not recorded yet. */
    boolean isUnderWay() throws InftException;

    /** Registers it once and returns where it stands now. */
    Submission submit() throws InftException;

    /** Where it stands if that is known without sending or waiting. */
    Optional<Submission> current() throws InftException;

    /** Called when the object is stored. */
    void settle() throws InftException;
  }

  /** The file's number on the nodes, and the first segment of the flow it occupies. */
  private record Place(long txSeq, long firstGlobalSegment) {
    static Place of(Submission submission) {
      return new Place(submission.txSeq(), submission.firstGlobalSegment());
    }
  }

  /** Why a round ended early: a node failed, or the chain moved the submission. */
  private record Problem(@Nullable StorageNode node, @Nullable InftException cause) {
    static final Problem MOVED = new Problem(null, null);
  }

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
    this.settings = settings;
    this.workers = workers;
    this.registration = registration;
    this.source = source;
    this.tree = tree;
    this.progress = new Progress(listener, tree.layout().sizeBytes());
  }

  /** The registration of a single object by a transaction of its own. */
  static Registration single(
      FlowContract flow, @Nullable TransactionSender sender, ObjectTree tree) {
    ObjectRef ref = tree.ref();
    String purpose = "0G file " + ref + " in " + flow.address();
    return new Registration() {
      @Override
      public boolean isUnderWay() throws InftException {
        return sender != null && !sender.hashes(purpose).isEmpty();
      }

      @Override
      public Submission submit() throws InftException {
        if (sender == null) {
          throw new ReadOnlyException("0G Storage", "storing needs a signing key that pays");
        }
        return flow.submit(sender, purpose, List.of(tree)).get(0);
      }

      @Override
      public Optional<Submission> current() throws InftException {
        Optional<Receipt> receipt = sender == null ? Optional.empty() : sender.outcome(purpose);
        return receipt.isPresent()
            ? Optional.of(flow.submissions(receipt.get(), List.of(tree)).get(0))
            : Optional.empty();
      }

      @Override
      public void settle() throws InftException {
        if (sender != null) {
          sender.settle(purpose);
        }
      }
    };
  }

  void run() throws InftException {
    Place place = null;
    if (!registration.isUnderWay()) {
      ObjectLayout layout = tree.layout();
      Lookup.Found found = lookup.find(tree.root(), OptionalLong.of(layout.sizeBytes()));
      if (found.isDurable()) {
        progress.end();
        return;
      }
      if (!found.holders().isEmpty()) {
        FileInfo info = found.holders().get(0).info();
        place = new Place(info.txSeq(), info.firstGlobalSegment());
      }
    }
    boolean isRegisteredHere = place == null;
    if (place == null) {
      network.forWriting(Set.of()); // nobody to take the data: do not pay yet
      place = Place.of(registration.submit());
    }
    Set<URI> dropped = new HashSet<>();
    List<InftException> failures = new ArrayList<>();
    int moves = 0;
    while (true) {
      List<StorageNode> nodes = nodes(dropped, failures);
      Problem problem = round(nodes, place);
      if (problem == null) {
        break;
      }
      if (problem.node() != null && problem.cause() != null) {
        dropped.add(problem.node().address());
        failures.add(problem.cause());
      } else if (++moves > MAX_MOVES) {
        throw new StoreUnavailableException(
            network.describe(), "store " + tree.ref() + ": the chain keeps moving it", null);
      }
      if (isRegisteredHere) {
        place = Place.of(registration.submit());
      }
    }
    registration.settle();
    progress.end();
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
                  network.describe(), "store " + tree.ref(), String.valueOf(refused.getMessage()));
          failures.forEach(said::addSuppressed);
          throw said;
        }
      }
      failures.forEach(e::addSuppressed);
      throw e;
    }
  }

  /** Null when every node has its part. */
  private @Nullable Problem round(List<StorageNode> nodes, Place place) throws InftException {
    AtomicReference<@Nullable Problem> problem = new AtomicReference<>();
    List<StorageNode> unfinished = new ArrayList<>();
    for (StorageNode node : nodes) {
      FileInfo info = awaitEntry(node, place, problem);
      if (info == null) {
        return problem.get();
      }
      if (!info.finalized()) {
        unfinished.add(node);
      }
    }
    List<Workers.Task> tasks = new ArrayList<>();
    int sends = 0;
    for (StorageNode node : unfinished) {
      List<Integer> indices = indices(node, place);
      sends += indices.size();
      for (int from = 0; from < indices.size(); from += settings.segmentsPerCall()) {
        int to = Math.min(indices.size(), from + settings.segmentsPerCall());
        List<Integer> group = indices.subList(from, to);
        tasks.add(() -> send(node, place, group, problem));
      }
    }
    progress.begin(sends);
    workers.run(network.describe(), tasks);
    for (StorageNode node : unfinished) {
      if (problem.get() != null) {
        break;
      }
      awaitFinal(node, place, problem);
    }
    return problem.get();
  }

  /** Segments of the object that a node keeps, by their local numbers. */
  private List<Integer> indices(StorageNode node, Place place) {
    List<Integer> indices = new ArrayList<>();
    long first = place.firstGlobalSegment();
    long end = first + tree.layout().segments();
    for (long global = node.shard().next(first); global < end; global += node.shard().count()) {
      indices.add((int) (global - first));
    }
    return indices;
  }

  private @Nullable FileInfo awaitEntry(
      StorageNode node, Place place, AtomicReference<@Nullable Problem> problem)
      throws InftException {
    Deadline deadline = new Deadline(settings);
    while (true) {
      try {
        Optional<FileInfo> info = node.fileInfo(place.txSeq());
        if (info.isPresent() && isOurs(info.get())) {
          return info.get();
        }
      } catch (RpcUnavailableException | RpcErrorException e) {
        problem.compareAndSet(null, new Problem(node, e));
        return null;
      }
      if (hasMoved(place)) {
        problem.compareAndSet(null, Problem.MOVED);
        return null;
      }
      if (deadline.isOver()) {
        problem.compareAndSet(
            null, new Problem(node, late(node, "see submission " + place.txSeq())));
        return null;
      }
      deadline.pause(network.describe());
    }
  }

  private boolean isOurs(FileInfo info) {
    return info.root().equals(tree.root()) && info.sizeBytes() == tree.layout().sizeBytes();
  }

  private boolean hasMoved(Place place) throws InftException {
    if (!registration.isUnderWay()) {
      return false;
    }
    Optional<Submission> now = registration.current();
    return now.isEmpty() || !Place.of(now.get()).equals(place);
  }

  private StoreUnavailableException late(StorageNode node, String what) {
    return new StoreUnavailableException(
        node.describe(), what + " within " + settings.patience(), null);
  }

  private void send(
      StorageNode node,
      Place place,
      List<Integer> group,
      AtomicReference<@Nullable Problem> problem)
      throws InftException {
    Deadline deadline = new Deadline(settings);
    List<StorageNode.Segment> segments = new ArrayList<>(group.size());
    for (int index : group) {
      segments.add(segment(index));
    }
    while (problem.get() == null) {
      NodeAnswer answer = NodeAnswer.STORED;
      InftException cause;
      try {
        node.upload(place.txSeq(), tree.root(), tree.layout().sizeBytes(), segments);
        progress.sent(group.size());
        return;
      } catch (RpcErrorException e) {
        answer = NodeAnswer.of(e);
        cause = e;
      } catch (RpcUnavailableException e) {
        answer = NodeAnswer.REFUSED;
        cause = e;
      }
      boolean canSplit =
          group.size() > 1 && (answer == NodeAnswer.TOO_LARGE || answer == NodeAnswer.STORED);
      if (canSplit) {
        int half = group.size() / 2;
        send(node, place, group.subList(0, half), problem);
        send(node, place, group.subList(half, group.size()), problem);
        return;
      }
      switch (answer) {
        case STORED -> {
          progress.sent(group.size());
          return;
        }
        case BUSY, MOVED -> {
          if (answer == NodeAnswer.MOVED && hasMoved(place)) {
            problem.compareAndSet(null, Problem.MOVED);
            return;
          }
          if (deadline.isOver()) {
            problem.compareAndSet(null, new Problem(node, cause));
            return;
          }
          deadline.pause(network.describe());
        }
        case TOO_LARGE, REFUSED -> {
          problem.compareAndSet(null, new Problem(node, cause));
          return;
        }
      }
    }
  }

  private StorageNode.Segment segment(int index) throws InftException {
    ObjectLayout layout = tree.layout();
    byte[] bytes = source.read(layout.offset(index), layout.bytesIn(index));
    return new StorageNode.Segment(
        index, Arrays.copyOf(bytes, layout.transferBytes(index)), tree.proof(index));
  }

  /** A node that lost a segment is sent all of its part once more half-way. */
  private void awaitFinal(StorageNode node, Place place, AtomicReference<@Nullable Problem> problem)
      throws InftException {
    Deadline deadline = new Deadline(settings);
    boolean isRepeated = false;
    while (problem.get() == null) {
      try {
        Optional<FileInfo> info = node.fileInfo(place.txSeq());
        if (info.isPresent() && isOurs(info.get()) && info.get().finalized()) {
          return;
        }
        boolean isUnknown = info.isEmpty() || !isOurs(info.get());
        if (isUnknown && hasMoved(place)) {
          problem.compareAndSet(null, Problem.MOVED);
          return;
        }
      } catch (RpcUnavailableException | RpcErrorException e) {
        problem.compareAndSet(null, new Problem(node, e));
        return;
      }
      if (!isRepeated && deadline.isHalfOver()) {
        isRepeated = true;
        for (int index : indices(node, place)) {
          send(node, place, List.of(index), problem);
        }
      } else if (deadline.isOver()) {
        problem.compareAndSet(null, new Problem(node, late(node, "finalize " + tree.ref())));
        return;
      } else {
        deadline.pause(network.describe());
      }
    }
  }

  /** A wait with an end; the first pauses are short, because most waits are. */
  private static final class Deadline {
    private final long start = System.nanoTime();
    private final long patience;
    private final long longestPauseMillis;
    private long pauseMillis = 5;

    Deadline(ZeroGSettings settings) {
      patience = settings.patience().toNanos();
      longestPauseMillis = settings.pollInterval().toMillis();
    }

    boolean isOver() {
      return System.nanoTime() - start > patience;
    }

    boolean isHalfOver() {
      return System.nanoTime() - start > patience / 2;
    }

    void pause(String store) throws StoreUnavailableException {
      try {
        TimeUnit.MILLISECONDS.sleep(pauseMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreUnavailableException(store, "wait: interrupted", e);
      }
      pauseMillis = Math.min(2 * pauseMillis, Math.max(1, longestPauseMillis));
    }
  }

  /** Counts segments taken by nodes; never runs back when a node is replaced. */
  private static final class Progress {
    private final ReentrantLock lock = new ReentrantLock();
    private final TransferListener listener;
    private final long total;
    private long told;
    private long sends = 1;
    private long done;

    Progress(TransferListener listener, long total) {
      this.listener = listener;
      this.total = total;
    }

    void begin(int newSends) {
      lock.lock();
      try {
        sends = Math.max(1, newSends);
        done = 0;
      } finally {
        lock.unlock();
      }
    }

    void sent(int count) {
      lock.lock();
      try {
        done += count;
        // The last byte is safe when the nodes have finalized.
        long now = Math.min(total - 1, (long) (total * (done / (double) sends)));
        if (now > told) {
          told = now;
          listener.transferred(told, total);
        }
      } finally {
        lock.unlock();
      }
    }

    void end() {
      lock.lock();
      try {
        listener.transferred(total, total);
      } finally {
        lock.unlock();
      }
    }
  }
}

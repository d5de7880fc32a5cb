package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands one node its part of an object: waits until the node knows the submission, sends, waits
 * until the node has finalized. Every step ends early once any node of the round has a problem.
 */
final class NodeUpload {
  /**
   * What is stored, and how.
   *
   * @param store for messages
   * @param blocks the chain as it is now
   */
  public record Outgoing(
      String store,
      Blocks blocks,
      ZeroGSettings settings,
      Registration registration,
      ByteSource source,
      ObjectTree tree,
      UploadProgress progress) {}

  /** Hashes of the chain's blocks; empty for one that is not known here yet. */
  @FunctionalInterface
  interface Blocks {
    Optional<Digest> hash(long number) throws InftException;
  }

  /** Why a round ended early: a node failed, or the chain moved the submission. */
  record Problem(@Nullable StorageNode node, @Nullable InftException cause) {
    static final Problem MOVED = new Problem(null, null);
  }

  /** Pauses grow to half a second, so these are about two seconds. */
  private static final int LOOKS_BEFORE_SENDING_AGAIN = 10;

  /** It may have said that it is final a moment before it is ready. */
  private static final int LOOKS_AT_A_SEGMENT = 8;

  private final Outgoing object;
  private final StorageNode node;
  private final Submission.Place place;
  private final AtomicReference<@Nullable Problem> problem;

  /** Where the node stood when its block was not known here yet; of the thread that waits. */
  private StorageNode.@Nullable Status stands;

  /**
   * @param problem the round's first problem, set by whoever has it
   */
  NodeUpload(
      Outgoing object,
      StorageNode node,
      Submission.Place place,
      AtomicReference<@Nullable Problem> problem) {
    this.object = object;
    this.node = node;
    this.place = place;
    this.problem = problem;
  }

  /**
   * Waits until the node knows the submission. What it knew before anybody waited may be of a chain
   * that a reorganisation took back, under the same number: the node drops it, with what it has of
   * it, once it sees that. So it is believed only when the block it stands at is one of the chain.
   */
  @Nullable FileInfo awaitEntry() throws InftException {
    Deadline deadline = new Deadline(object.settings());
    boolean hasAppeared = false;
    while (true) {
      try {
        Optional<FileInfo> info = node.fileInfo(place.txSeq());
        boolean isKnown = info.isPresent() && isOurs(info.get());
        if (isKnown && (hasAppeared || standsOnTheChain())) {
          return info.get();
        }
        hasAppeared |= !isKnown;
      } catch (RpcUnavailableException | RpcErrorException e) {
        problem.compareAndSet(null, new Problem(node, e));
        return null;
      }
      if (hasMoved()) {
        problem.compareAndSet(null, Problem.MOVED);
        return null;
      }
      if (deadline.isOver()) {
        problem.compareAndSet(null, new Problem(node, late("see submission " + place.txSeq())));
        return null;
      }
      deadline.pause(object.store());
    }
  }

  private boolean standsOnTheChain() throws InftException {
    StorageNode.Status status = stands;
    if (status == null) {
      status = node.status();
    }
    Optional<Digest> hash = object.blocks().hash(status.syncedBlock());
    boolean isAhead = hash.isEmpty(); // of the endpoint that was asked, which will know it soon
    stands = isAhead ? status : null;
    return !isAhead && hash.get().equals(status.syncedHash());
  }

  private boolean isOurs(FileInfo info) {
    return info.root().equals(object.tree().root())
        && info.sizeBytes() == object.tree().layout().sizeBytes();
  }

  private boolean hasMoved() throws InftException {
    if (!object.registration().isUnderWay()) {
      return false;
    }
    Optional<Submission> now = object.registration().current();
    return now.isEmpty() || !now.get().place().equals(place);
  }

  private StoreUnavailableException late(String what) {
    return new StoreUnavailableException(
        node.describe(), what + " within " + object.settings().patience(), null);
  }

  void send(List<Integer> group) throws InftException {
    Deadline deadline = new Deadline(object.settings());
    List<StorageNode.Segment> segments = new ArrayList<>(group.size());
    for (int index : group) {
      segments.add(segment(index));
    }
    while (problem.get() == null) {
      NodeAnswer answer = NodeAnswer.STORED;
      InftException cause;
      try {
        node.upload(
            place.txSeq(), object.tree().root(), object.tree().layout().sizeBytes(), segments);
        object.progress().sent(group.size());
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
        send(group.subList(0, half));
        send(group.subList(half, group.size()));
        return;
      }
      switch (answer) {
        case STORED -> {
          object.progress().sent(group.size());
          return;
        }
        case BUSY, MOVED -> {
          if (answer == NodeAnswer.MOVED && hasMoved()) {
            problem.compareAndSet(null, Problem.MOVED);
            return;
          }
          if (deadline.isOver()) {
            problem.compareAndSet(null, new Problem(node, cause));
            return;
          }
          deadline.pause(object.store());
        }
        case TOO_LARGE, REFUSED -> {
          problem.compareAndSet(null, new Problem(node, cause));
          return;
        }
      }
    }
  }

  private StorageNode.Segment segment(int index) throws InftException {
    ObjectLayout layout = object.tree().layout();
    byte[] bytes = object.source().read(layout.offset(index), layout.bytesIn(index));
    return new StorageNode.Segment(
        index, Arrays.copyOf(bytes, layout.transferBytes(index)), object.tree().proof(index));
  }

  /**
   * A node keeps its record of what it received in memory until it has finalized: after a restart,
   * or when another submission of the same root came between, it has forgotten. So it is sent all
   * of its part again when it says several times that it has less than it took, and in any case
   * once half-way. Where it keeps parts in memory, as it does once one came before it knew the
   * submission, all that is sent goes there and lasts the longer: it is given as much time again to
   * forget them, and nothing meanwhile.
   */
  void awaitFinal() throws InftException {
    Deadline deadline = new Deadline(object.settings());
    boolean isRepeated = false;
    boolean isExtended = false;
    boolean isCached;
    int part = indices().size();
    int lessSeen = 0;
    int looksBeforeSending = LOOKS_BEFORE_SENDING_AGAIN;
    while (problem.get() == null) {
      try {
        Optional<FileInfo> info = node.fileInfo(place.txSeq());
        if (info.isPresent() && isOurs(info.get()) && info.get().finalized()) {
          return;
        }
        boolean isUnknown = info.isEmpty() || !isOurs(info.get());
        isCached = !isUnknown && info.get().cached();
        boolean hasLess = !isUnknown && !isCached && info.get().uploadedSegments() < part;
        lessSeen = hasLess ? lessSeen + 1 : 0;
        if (isUnknown && hasMoved()) {
          problem.compareAndSet(null, Problem.MOVED);
          return;
        }
      } catch (RpcUnavailableException | RpcErrorException e) {
        problem.compareAndSet(null, new Problem(node, e));
        return;
      }
      boolean isForgotten = lessSeen >= looksBeforeSending;
      if (isCached && !isExtended && deadline.isOver()) {
        isExtended = true;
        deadline = new Deadline(object.settings());
      } else if (isForgotten || (!isRepeated && !isCached && deadline.isHalfOver())) {
        isRepeated |= !isForgotten;
        looksBeforeSending *= 2; // it may only be slow
        lessSeen = 0;
        for (int index : indices()) {
          send(List.of(index));
        }
        deadline.pause(object.store());
      } else if (deadline.isOver()) {
        problem.compareAndSet(null, new Problem(node, late("finalize " + object.tree().ref())));
        return;
      } else {
        deadline.pause(object.store());
      }
    }
  }

  /**
   * Reads the last segment back. A node may have finalized and never be able to prove what it has:
   * it counts as one that does not have it. An object of one segment needs no proof.
   */
  void readBack() throws InftException {
    ObjectLayout layout = object.tree().layout();
    List<Integer> indices = indices();
    if (layout.segments() == 1 || indices.isEmpty()) {
      return;
    }
    int index = indices.get(indices.size() - 1);
    Deadline deadline = new Deadline(object.settings());
    for (int look = 1; problem.get() == null; look++) {
      InftException cause;
      try {
        Optional<StorageNode.Segment> served = node.segment(place.txSeq(), index);
        if (served.isPresent()) {
          served.get().verify(object.tree().root(), layout, index);
          return;
        }
        cause = new ObjectMissingException("segment " + index, node.describe());
      } catch (RpcUnavailableException
          | RpcErrorException
          | CorruptObjectException
          | SubstitutedObjectException e) {
        cause = e;
      }
      if (look == LOOKS_AT_A_SEGMENT) {
        String action = "read back segment " + index + " of " + object.tree().ref();
        problem.compareAndSet(
            null, new Problem(node, new StoreUnavailableException(node.describe(), action, cause)));
        return;
      }
      deadline.pause(object.store());
    }
  }

  /** Segments of the object that a node keeps, by their local numbers. */
  List<Integer> indices() {
    List<Integer> indices = new ArrayList<>();
    long first = place.firstGlobalSegment();
    long end = first + object.tree().layout().segments();
    for (long global = node.shard().next(first); global < end; global += node.shard().count()) {
      indices.add((int) (global - first));
    }
    return indices;
  }
}

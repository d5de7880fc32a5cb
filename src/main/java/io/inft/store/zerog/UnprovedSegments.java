package io.inft.store.zerog;

import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.SegmentSpan;
import io.inft.store.merkle.MerkleProof;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.SegmentHash;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads segments that nodes have and cannot prove. The nearest segment that somebody can prove
 * tells the hash of all that lie between; these are read without proof, and only if together they
 * give that hash each of them is the object's. If nobody proves anything the whole object must give
 * its root. Whatever nodes answer, each is asked for each segment once. Safe for many threads.
 */
final class UnprovedSegments {
  private static final String NO_PROOF = "not ready to generate proof";

  /** How often a span is read, each time from other nodes, before it counts as substituted. */
  private static final int PASSES = 3;

  /** What nodes refused or served wrong is believed to be so for so long. */
  private static final Duration ASKED_AGAIN_AFTER = Duration.ofMinutes(1);

  /** Stands for bytes that cannot be a segment. */
  private static final Digest NOTHING = Digest.ZERO;

  private static final Logger LOG = LoggerFactory.getLogger(UnprovedSegments.class);

  private final String store;
  private final ObjectRef ref;
  private final ObjectLayout layout;
  private final IntFunction<List<Lookup.Holder>> holders;

  // Mutable state, guarded by lock.
  private final ReentrantLock lock = new ReentrantLock();

  /** What was found out about segments, once and for all. */
  private final Map<Integer, Digest> roots = new HashMap<>();

  private final Set<Question> refusals = new HashSet<>();
  private final Map<Question, Digest> served = new HashMap<>();
  private long servedSince = System.nanoTime();
  private final Set<URI> outOfReach = new HashSet<>();

  /** The segment that is wanted, as it was served last. */
  private byte @Nullable [] latest;

  private record Question(URI node, int index) {}

  /**
   * @param holders of a segment, in the order they are to be asked
   */
  UnprovedSegments(String store, ObjectRef ref, IntFunction<List<Lookup.Holder>> holders) {
    this.store = store;
    this.ref = ref;
    this.layout = new ObjectLayout(ref.sizeBytes());
    this.holders = holders;
  }

  /** Whether a node said that it has the segment and no proof of it. */
  static boolean isMeant(InftException failure) {
    return failure instanceof RpcErrorException refused
        && refused.reason().toLowerCase(Locale.ROOT).contains(NO_PROOF);
  }

  /** The segment's bytes as they travel; they are the object's. */
  byte[] read(int index) throws InftException {
    try {
      if (!lock.tryLock(Workers.LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        throw new StoreUnavailableException(store, "read " + ref + ": it takes too long", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(store, "read " + ref + ": interrupted", e);
    }
    try {
      Digest root = roots.get(index);
      return root == null ? learn(index) : known(index, root);
    } finally {
      latest = null;
      lock.unlock();
    }
  }

  /** Of a segment whose root is known, from whoever has it. */
  private byte[] known(int index, Digest root) throws InftException {
    if (latest != null && SegmentHash.root(layout, index, latest).equals(root)) {
      return latest;
    }
    InftException failure = missing(index);
    for (int pass = 0; pass < holders.apply(index).size(); pass++) {
      try {
        byte[] bytes = chunks(index, pass);
        Digest found = SegmentHash.root(layout, index, bytes);
        if (found.equals(root)) {
          return bytes;
        }
        failure = substituted("segment " + index, root, found);
      } catch (InftException e) {
        failure = worse(failure, e);
      }
    }
    throw failure;
  }

  /** Finds the smallest span around a segment that somebody vouches for, and reads it. */
  private byte[] learn(int index) throws InftException {
    outOfReach.clear();
    if (System.nanoTime() - servedSince > ASKED_AGAIN_AFTER.toNanos()) {
      servedSince = System.nanoTime();
      refusals.clear();
      served.clear();
    }
    List<SegmentSpan> spans = SegmentSpan.around(layout, index);
    for (int level = 0; level + 1 < spans.size(); level++) {
      SegmentSpan span = spans.get(level);
      for (int beside : spans.get(level + 1).segments(layout)) {
        Optional<MerkleProof> proof = span.contains(beside) ? Optional.empty() : proof(beside);
        if (proof.isPresent()) {
          return read(span, span.hash(proof.get()), index);
        }
      }
    }
    return read(spans.get(spans.size() - 1), ref.root(), index);
  }

  /** A verified proof; empty if nobody has one, or has none any more. */
  private Optional<MerkleProof> proof(int index) {
    for (Lookup.Holder holder : holders.apply(index)) {
      URI node = holder.node().address();
      Question refusal = new Question(node, index);
      if (refusals.contains(refusal) || outOfReach.contains(node)) {
        continue;
      }
      try {
        Optional<StorageNode.Segment> served = holder.node().segment(holder.info().txSeq(), index);
        if (served.isPresent()) {
          served.get().verify(ref.root(), layout, index);
          return Optional.of(served.get().proof());
        }
        refusals.add(refusal);
      } catch (RpcUnavailableException e) {
        outOfReach.add(node);
      } catch (InftException e) {
        refusals.add(refusal);
      }
    }
    return Optional.empty();
  }

  private byte[] read(SegmentSpan span, Digest expected, int wanted) throws InftException {
    List<Integer> segments = span.segments(layout);
    InftException failure = null;
    int passes =
        segments.stream().mapToInt(segment -> holders.apply(segment).size()).max().orElse(0);
    for (int pass = 0; pass < Math.max(1, Math.min(PASSES, passes)); pass++) {
      Map<Integer, Digest> found = new HashMap<>();
      try {
        for (int segment : segments) {
          Digest root = roots.get(segment);
          found.put(segment, root == null ? served(segment, pass, segment == wanted) : root);
        }
        Digest hash = span.hash(layout, found);
        if (hash.equals(expected)) {
          roots.putAll(found);
          return known(wanted, Objects.requireNonNull(found.get(wanted)));
        }
        String what = "segments " + segments.get(0) + " to " + segments.get(segments.size() - 1);
        failure = worse(failure, substituted(what, expected, hash));
      } catch (InftException e) {
        failure = worse(failure, e);
      }
    }
    throw failure == null ? missing(wanted) : failure;
  }

  /** What a node's segment hashes to; asked once, and once more only after a while. */
  private Digest served(int index, int pass, boolean isWanted) throws InftException {
    List<Lookup.Holder> all = holders.apply(index);
    if (all.isEmpty()) {
      throw missing(index);
    }
    Question question = new Question(all.get(pass % all.size()).node().address(), index);
    Digest known = served.get(question);
    if (known != null) {
      return known;
    }
    Digest root = NOTHING;
    try {
      byte[] bytes = chunks(index, pass);
      root = SegmentHash.root(layout, index, bytes);
      latest = isWanted ? bytes : latest;
    } catch (SubstitutedObjectException | CorruptObjectException e) {
      LOG.debug("{} serves no segment {} of {}: {}", question.node(), index, ref, e.getMessage());
    }
    served.put(question, root);
    return root;
  }

  /** Without a proof; another holder at every pass. */
  private byte[] chunks(int index, int pass) throws InftException {
    List<Lookup.Holder> all = holders.apply(index);
    if (all.isEmpty()) {
      throw missing(index);
    }
    Lookup.Holder holder = all.get(pass % all.size());
    long first = (long) index * ObjectLayout.SEGMENT_CHUNKS;
    int expected = layout.transferBytes(index);
    Optional<byte[]> served =
        holder
            .node()
            .chunks(holder.info().txSeq(), first, first + expected / ObjectLayout.CHUNK_BYTES);
    if (served.isEmpty()) {
      throw missing(index);
    }
    if (served.get().length != expected) {
      throw new SubstitutedObjectException(
          "segment " + index + " of object " + ref,
          expected + " bytes",
          served.get().length + " bytes");
    }
    return served.get();
  }

  /** What tells of wrong bytes is told before what tells of none. */
  private static InftException worse(@Nullable InftException first, InftException second) {
    if (first instanceof SubstitutedObjectException || first instanceof CorruptObjectException) {
      first.addSuppressed(second);
      return first;
    }
    if (first != null) {
      second.addSuppressed(first);
    }
    return second;
  }

  private ObjectMissingException missing(int index) {
    return new ObjectMissingException("segment " + index + " of " + ref, store);
  }

  private SubstitutedObjectException substituted(String what, Digest expected, Digest found) {
    return new SubstitutedObjectException(
        what + " of object " + ref, "bytes hashing to " + expected, found.toString());
  }
}

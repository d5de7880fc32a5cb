package io.inft.store.zerog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads an object from the nodes that hold it, segment by segment, each with its proof against the
 * root that was asked for. Segments of one read travel side by side; while it is read in order, the
 * next ones are fetched ahead. A node that fails or lies is passed over, one that is silent is not
 * waited for: others are asked beside it, and looked for if none is known. Safe for many threads.
 */
final class ZeroGSource implements ByteSource {
  /** Segments that are fetched before they are asked for, by who reads in order. */
  static final int AHEAD = 4;

  /** A segment that takes longer is asked for elsewhere too. */
  private static final Duration SLOW = Duration.ofSeconds(4);

  /** How often a part is asked for, each time from other nodes; its segments can be proved. */
  private static final int PART_ATTEMPTS = 3;

  /** How often others are looked for, for one segment, while each look finds some. */
  private static final int MAX_SEARCHES = 4;

  /** Names a verified segment. */
  record Key(ObjectRef object, int index) {}

  /**
   * Verified segments, bounded in bytes, and those that are being fetched. Safe for many threads.
   */
  static final class SegmentCache {
    final Cache<Key, byte[]> verified;
    final ConcurrentMap<Key, CompletableFuture<byte[]>> running = new ConcurrentHashMap<>();

    SegmentCache(long maxBytes) {
      verified =
          Caffeine.newBuilder()
              .maximumWeight(Math.max(1, maxBytes))
              .weigher((Key key, byte[] segment) -> segment.length)
              .executor(Runnable::run)
              .build();
    }
  }

  private final String store;
  private final ObjectRef ref;
  private final ObjectLayout layout;

  /** Grows when others had to be looked for. */
  private final List<Lookup.Holder> holders;

  /** Nodes that served wrong bytes; asked last. */
  private final Set<URI> liars = ConcurrentHashMap.newKeySet();

  private final List<InftException> unasked;
  private final Others others;
  private final SegmentCache cache;
  private final Executor executor;
  private final Workers questions;
  private final int ahead;
  private final UnprovedSegments unproved;
  private volatile int lastRead = -1;

  /** Looks for the object on nodes that were not asked before. */
  @FunctionalInterface
  interface Others {
    Lookup.Found besides(Set<URI> known) throws InftException;
  }

  /**
   * @param executor runs what fetches a segment
   * @param questions ask the nodes meanwhile
   * @param ahead so many segments are fetched ahead of a read in order
   */
  ZeroGSource(
      String store,
      ObjectRef ref,
      Lookup.Found found,
      Others others,
      SegmentCache cache,
      Executor executor,
      Workers questions,
      int ahead) {
    this.store = store;
    this.ref = ref;
    this.layout = new ObjectLayout(ref.sizeBytes());
    this.holders = new CopyOnWriteArrayList<>(found.of(ref.sizeBytes()));
    this.unasked = found.failures();
    this.others = others;
    this.cache = cache;
    this.executor = executor;
    this.questions = questions;
    this.ahead = ahead;
    this.unproved = new UnprovedSegments(store, ref, index -> keeping(index, holders));
  }

  @Override
  public long sizeBytes() {
    return ref.sizeBytes();
  }

  private void checkRange(long offset, int length) {
    if (offset < 0 || length < 0 || offset > sizeBytes() - length) {
      throw new IllegalArgumentException(
          "range " + offset + "+" + length + " is outside " + sizeBytes() + " bytes");
    }
  }

  @Override
  public byte[] read(long offset, int length) throws InftException {
    checkRange(offset, length);
    byte[] result = new byte[length];
    if (length == 0) {
      return result;
    }
    int first = (int) (offset / ObjectLayout.SEGMENT_BYTES);
    int last = (int) ((offset + length - 1) / ObjectLayout.SEGMENT_BYTES);
    boolean isInOrder = first == lastRead || first == lastRead + 1;
    int wanted = Math.min(layout.segments() - 1, isInOrder ? last + ahead : last);
    lastRead = last;
    List<CompletableFuture<byte[]>> running = new ArrayList<>();
    for (int index = first; index <= last; index++) {
      // What is needed is asked for a few segments ahead of where the copying is.
      while (running.size() <= Math.min(wanted, index + AHEAD) - first) {
        running.add(start(first + running.size()));
      }
      byte[] segment = await(running.get(index - first));
      long segmentStart = layout.offset(index);
      int from = (int) Math.max(0, offset - segmentStart);
      int to = (int) Math.min(segment.length, offset + length - segmentStart);
      System.arraycopy(segment, from, result, (int) (segmentStart + from - offset), to - from);
      running.set(index - first, CompletableFuture.completedFuture(new byte[0])); // may be freed
    }
    return result;
  }

  private CompletableFuture<byte[]> start(int index) {
    Key key = new Key(ref, index);
    byte[] known = cache.verified.getIfPresent(key);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<byte[]> promise = new CompletableFuture<>();
    CompletableFuture<byte[]> running = cache.running.putIfAbsent(key, promise);
    if (running != null) {
      return running;
    }
    try {
      executor.execute(() -> fetch(key, promise));
    } catch (RejectedExecutionException closed) {
      cache.running.remove(key);
      promise.completeExceptionally(
          new StoreUnavailableException(store, "read " + ref + ": it is closed", closed));
    }
    return promise;
  }

  /**
   * Keeps its promise. Whoever learns the end of it and asks again is not to find it still running:
   * he would be told an old failure.
   */
  private void fetch(Key key, CompletableFuture<byte[]> promise) {
    try {
      byte[] fetched = fetch(key.index());
      cache.verified.put(key, fetched);
      cache.running.remove(key);
      promise.complete(fetched);
    } catch (InftException | RuntimeException | Error e) {
      cache.running.remove(key);
      promise.completeExceptionally(e);
    }
  }

  private byte[] await(CompletableFuture<byte[]> future) throws InftException {
    try {
      return future.get(Workers.LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(store, "read " + ref + ": interrupted", e);
    } catch (TimeoutException e) {
      throw new StoreUnavailableException(store, "read " + ref + ": it takes too long", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof InftException failure) {
        throw failure;
      }
      throw new StoreUnavailableException(store, "read " + ref, e);
    }
  }

  /** What came of asking for a segment: its bytes, none, or further nodes to ask. */
  private record Heard(Optional<byte[]> segment, Optional<Lookup.Found> more) {}

  /** Asks one holder after the other, and beside one that is slow; the first good answer counts. */
  private byte[] fetch(int index) throws InftException {
    Set<URI> asked = new HashSet<>();
    List<InftException> failures = new ArrayList<>();
    List<InftException> notAsked = new ArrayList<>(unasked);
    int missing = 0;
    int searches = 0;
    boolean isSearching = false;
    boolean isSlow = false;
    boolean isRefused = false;
    int triedWith = 0;
    try (Inquiry<Heard> inquiry = new Inquiry<>(store, questions)) {
      while (true) {
        if (inquiry.open() == 0 || isSlow) {
          isSearching &= inquiry.open() > 0;
          Optional<Lookup.Holder> next = next(index, asked);
          if (next.isPresent()) {
            asked.add(next.get().node().address());
            ask(inquiry, next.get(), index);
          } else if (isRefused && triedWith < holders.size()) {
            triedWith = holders.size();
            inquiry.ask(
                () -> new Heard(Optional.of(cut(index, unproved.read(index))), Optional.empty()));
          } else if (searches < MAX_SEARCHES && !isSearching) {
            searches++;
            isSearching = true;
            inquiry.ask(() -> new Heard(Optional.empty(), Optional.of(search())));
          } else if (inquiry.open() == 0) {
            throw failure(index, asked.size(), missing, failures, notAsked);
          }
        }
        Optional<Inquiry.Outcome<Heard>> outcome = inquiry.next(SLOW);
        isSlow = outcome.isEmpty();
        if (isSlow) {
          continue;
        }
        outcome.get().failure().ifPresent(failures::add);
        isRefused |= outcome.get().failure().filter(UnprovedSegments::isMeant).isPresent();
        if (outcome.get().answer().isPresent()) {
          Heard heard = outcome.get().answer().get();
          if (heard.segment().isPresent()) {
            return heard.segment().get();
          }
          if (heard.more().isPresent()) {
            isSearching = false;
            boolean isFruitless = heard.more().get().of(ref.sizeBytes()).isEmpty();
            searches = isFruitless ? MAX_SEARCHES : searches;
            notAsked.addAll(heard.more().get().failures());
          } else {
            missing++;
          }
        }
      }
    }
  }

  /** Adds holders that are not known yet. */
  private Lookup.Found search() throws InftException {
    Set<URI> known = new HashSet<>();
    holders.forEach(holder -> known.add(holder.node().address()));
    Lookup.Found found = others.besides(known);
    holders.addAll(found.of(ref.sizeBytes()));
    return found;
  }

  /** A holder of the segment that was not asked yet; each segment begins with another one. */
  private Optional<Lookup.Holder> next(int index, Set<URI> asked) {
    List<Lookup.Holder> keeping = keeping(index, holders);
    Collections.rotate(keeping, keeping.isEmpty() ? 0 : -(index % keeping.size()));
    return keeping.stream()
        .filter(holder -> !asked.contains(holder.node().address()))
        .min(Comparator.comparing(holder -> liars.contains(holder.node().address())));
  }

  private List<Lookup.Holder> keeping(int index, List<Lookup.Holder> all) {
    List<Lookup.Holder> keeping = new ArrayList<>();
    for (Lookup.Holder holder : all) {
      if (holder.node().shard().holds(holder.info().firstGlobalSegment() + index)) {
        keeping.add(holder);
      }
    }
    return keeping;
  }

  private void ask(Inquiry<Heard> inquiry, Lookup.Holder holder, int index)
      throws StoreUnavailableException {
    inquiry.ask(
        () -> {
          Optional<StorageNode.Segment> served =
              holder.node().segment(holder.info().txSeq(), index);
          if (served.isEmpty()) {
            return new Heard(Optional.empty(), Optional.empty());
          }
          try {
            return new Heard(Optional.of(verified(index, served.get())), Optional.empty());
          } catch (InftException lie) {
            liars.add(holder.node().address());
            throw lie;
          }
        });
  }

  /**
   * Bytes that have this SHA-256, without a proof: the sectors that hold them and no more are asked
   * for.
   */
  byte[] part(long offset, int length, Digest sha256) throws InftException {
    checkRange(offset, length);
    return new Part(offset, length, sha256).read();
  }

  /** The sectors of a part that lie in one segment, as one node serves them; or none. */
  private record Sectors(int attempt, int segment, Optional<byte[]> bytes) {}

  /**
   * Reads a part. At each attempt another node is asked for all of it, also while one is slow; the
   * first good answer counts. Used by one thread.
   */
  private final class Part {
    /** Stands for the attempt to find further holders. */
    private static final int SEARCH = -1;

    private final long offset;
    private final int length;
    private final Digest sha256;
    private final int first;
    private final int last;
    private final Map<Integer, SortedMap<Integer, byte[]>> heard = new HashMap<>();
    private final List<InftException> failures = new ArrayList<>();
    private int attempts;
    private int missing;
    private int searchedWith;

    Part(long offset, int length, Digest sha256) {
      this.offset = offset;
      this.length = length;
      this.sha256 = sha256;
      this.first = (int) (offset / ObjectLayout.SEGMENT_BYTES);
      this.last = (int) ((offset + length - 1) / ObjectLayout.SEGMENT_BYTES);
    }

    byte[] read() throws InftException {
      boolean isSlow = false;
      try (Inquiry<Sectors> inquiry = new Inquiry<>(store, questions)) {
        while (true) {
          if (inquiry.open() == 0 || isSlow) {
            askMore(inquiry);
          }
          if (inquiry.open() == 0) {
            throw failure(first, attempts * (last - first + 1), missing, failures, unasked);
          }
          Optional<Inquiry.Outcome<Sectors>> outcome = inquiry.next(SLOW);
          isSlow = outcome.isEmpty();
          outcome.flatMap(Inquiry.Outcome::failure).ifPresent(failures::add);
          Optional<byte[]> part = outcome.flatMap(Inquiry.Outcome::answer).flatMap(this::hear);
          if (part.isPresent()) {
            return part.get();
          }
        }
      }
    }

    /** The next holder, or if none is left, whether there are others. */
    private void askMore(Inquiry<Sectors> inquiry) throws StoreUnavailableException {
      int known = keeping(first, holders).size();
      if (attempts < Math.min(PART_ATTEMPTS, known)) {
        for (int index = first; index <= last; index++) {
          ask(inquiry, attempts, index);
        }
        attempts++;
      } else if (attempts == known && searchedWith < known) {
        searchedWith = known;
        inquiry.ask(
            () -> {
              search();
              return new Sectors(SEARCH, first, Optional.empty());
            });
      }
    }

    private void ask(Inquiry<Sectors> inquiry, int attempt, int index)
        throws StoreUnavailableException {
      long from = Math.max(offset, layout.offset(index));
      long to = Math.min(offset + length, layout.offset(index) + layout.bytesIn(index));
      long firstSector = from / ObjectLayout.CHUNK_BYTES;
      long endSector = (to - 1) / ObjectLayout.CHUNK_BYTES + 1;
      int expected = (int) (endSector - firstSector) * ObjectLayout.CHUNK_BYTES;
      List<Lookup.Holder> keeping = keeping(index, holders);
      inquiry.ask(
          () -> {
            if (keeping.isEmpty()) {
              return new Sectors(attempt, index, Optional.empty());
            }
            Lookup.Holder holder = keeping.get((first + attempt) % keeping.size());
            Optional<byte[]> served =
                holder.node().chunks(holder.info().txSeq(), firstSector, endSector);
            if (served.isPresent() && served.get().length != expected) {
              throw substituted(expected + " bytes", served.get().length + " bytes");
            }
            return new Sectors(attempt, index, served);
          });
    }

    /** The part, once an attempt has brought all of it and it is the one that is meant. */
    private Optional<byte[]> hear(Sectors answer) {
      if (answer.bytes().isEmpty()) {
        missing += answer.attempt() == SEARCH ? 0 : 1;
        return Optional.empty();
      }
      SortedMap<Integer, byte[]> sectors =
          heard.computeIfAbsent(answer.attempt(), one -> new TreeMap<>());
      sectors.put(answer.segment(), answer.bytes().get());
      if (sectors.size() <= last - first) {
        return Optional.empty();
      }
      ByteWriter all = new ByteWriter();
      sectors.values().forEach(all::bytes);
      int from = (int) (offset % ObjectLayout.CHUNK_BYTES);
      byte[] part = Arrays.copyOfRange(all.toBytes(), from, from + length);
      Digest found = Digest.sha256(part);
      if (found.equals(sha256)) {
        return Optional.of(part);
      }
      failures.add(substituted("bytes with SHA-256 " + sha256.hex(), found.hex()));
      return Optional.empty();
    }

    private SubstitutedObjectException substituted(String expected, String found) {
      return new SubstitutedObjectException(
          length + " bytes at " + offset + " of object " + ref, expected, found);
    }
  }

  private byte[] verified(int index, StorageNode.Segment served) throws InftException {
    served.verify(ref.root(), layout, index);
    return cut(index, served.bytes());
  }

  /** The object's own bytes; behind them there must be zeros. */
  private byte[] cut(int index, byte[] bytes) throws SubstitutedObjectException {
    String what = "segment " + index + " of object " + ref;
    int real = layout.bytesIn(index);
    for (int i = real; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        throw new SubstitutedObjectException(
            what, ref.sizeBytes() + " bytes and zeros behind them", "more bytes that are not zero");
      }
    }
    return real == bytes.length ? bytes : Arrays.copyOf(bytes, real);
  }

  private InftException failure(
      int index,
      int candidates,
      int missing,
      List<InftException> failed,
      List<InftException> notAsked) {
    InftException failure = null;
    for (InftException one : failed) {
      if (one instanceof SubstitutedObjectException) {
        failure = one;
      } else if (failure == null && one instanceof CorruptObjectException broken) {
        failure =
            new SubstitutedObjectException(
                "segment " + index + " of object " + ref, "a segment", broken.reason());
      }
    }
    List<InftException> failures = new ArrayList<>(failed);
    failures.addAll(notAsked);
    // A node that could not be asked whether it has the object may be the one that does.
    if (failure == null && missing == candidates && notAsked.isEmpty()) {
      failure = new ObjectMissingException("segment " + index + " of " + ref, store);
    }
    if (failure == null) {
      failure =
          new StoreUnavailableException(
              store,
              "read segment " + index + " of " + ref,
              failures.isEmpty() ? null : failures.get(0));
    }
    for (InftException one : failures) {
      if (one != failure && one != failure.getCause()) {
        failure.addSuppressed(one);
      }
    }
    return failure;
  }
}

package io.inft.devnet;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.zerog.ShardConfig;
import io.inft.store.zerog.Submission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files a development node knows from the chain and how much of each it has. Safe for many
 * threads.
 */
final class FileTable {
  private static final Duration KEEPS_EARLY = Duration.ofMinutes(5);

  private final ShardConfig shard;
  private final Segments segments;

  // Mutable state, guarded by lock.
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Long, Entry> entries = new TreeMap<>();

  /** Small files of which something came before the chain told of them, by root. */
  private final Map<Digest, Early> early = new HashMap<>();

  private Duration keepsEarly = KEEPS_EARLY;

  /** Segments in memory; all of one root go here while it lasts, also once the chain told of it. */
  private static final class Early {
    final Map<Integer, UploadedSegment> segments = new TreeMap<>();
    long lastNanos = System.nanoTime();
  }

  FileTable(ShardConfig shard, Segments segments) {
    this.shard = shard;
    this.segments = segments;
  }

  /** A file and which of its segments are here. */
  final class Entry {
    private final Submission submission;
    private final BitSet kept;
    private boolean pruned;

    Entry(Submission submission, BitSet kept) {
      this.submission = submission;
      this.kept = kept;
    }

    Submission submission() {
      return submission;
    }

    private ObjectLayout layout() {
      return new ObjectLayout(submission.sizeBytes());
    }

    private boolean isOurs(int index) {
      return shard.holds(submission.firstGlobalSegment() + index);
    }

    /** Whether its data was thrown away. */
    boolean isPruned() {
      lock.lock();
      try {
        return pruned;
      } finally {
        lock.unlock();
      }
    }

    /** Whether every real segment that belongs to the shard is here. */
    boolean isFinalized() {
      lock.lock();
      try {
        if (pruned) {
          return false;
        }
        for (int i = 0; i < layout().segments(); i++) {
          if (isOurs(i) && !kept.get(i)) {
            return false;
          }
        }
        return true;
      } finally {
        lock.unlock();
      }
    }

    long uploaded() {
      lock.lock();
      try {
        return isFinalized() || pruned ? layout().segments() : kept.cardinality();
      } finally {
        lock.unlock();
      }
    }
  }

  long count() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  Optional<Entry> get(long txSeq) {
    lock.lock();
    try {
      return Optional.ofNullable(entries.get(txSeq));
    } finally {
      lock.unlock();
    }
  }

  List<Entry> all(Digest root) {
    lock.lock();
    try {
      return entries.values().stream()
          .filter(entry -> entry.submission().root().equals(root))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first finalized file with this root, else the first.
   *
   * @param needAvailable it must not be pruned
   */
  Optional<Entry> find(Digest root, boolean needAvailable) {
    List<Entry> all = all(root);
    Optional<Entry> finalized = all.stream().filter(Entry::isFinalized).findFirst();
    return finalized.isPresent()
        ? finalized
        : all.stream().filter(entry -> !needAvailable || !entry.isPruned()).findFirst();
  }

  /** Throws away the data of all files with a lower number: they were paid for before. */
  void prune(long belowTxSeq) throws InftException {
    lock.lock();
    try {
      for (Entry entry : entries.headMap(belowTxSeq).values()) {
        entry.pruned = true;
        entry.kept.clear();
        segments.drop(entry.submission().txSeq(), entry.submission().root());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes a file over from the chain. */
  void add(Submission submission) throws InftException {
    lock.lock();
    try {
      Digest root = submission.root();
      BitSet kept = segments.kept(submission.txSeq(), root);
      Entry entry = new Entry(submission, kept);
      copyFromTwin(entry);
      entries.put(submission.txSeq(), entry);
      Early waiting = early(root);
      if (waiting != null && waiting.segments.size() == entry.layout().segments()) {
        early.remove(root);
        for (UploadedSegment segment : waiting.segments.values()) {
          if (segment.fileSize() == submission.sizeBytes()) {
            keep(Optional.of(entry), segment);
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A finalized file with the same root and size has the same data. As the real node does it, only
   * the first file with the root is looked at, and only if the same segments of it belong here.
   */
  private void copyFromTwin(Entry entry) throws InftException {
    Submission submission = entry.submission();
    Optional<Entry> first = all(submission.root()).stream().findFirst();
    if (first.isEmpty()) {
      return;
    }
    Submission other = first.get().submission();
    boolean fits =
        other.sizeBytes() == submission.sizeBytes()
            && first.get().isFinalized()
            && (other.firstGlobalSegment() - submission.firstGlobalSegment()) % shard.count() == 0;
    for (int i = 0; fits && i < entry.layout().segments(); i++) {
      Optional<Segments.Kept> kept = segments.get(other.txSeq(), other.root(), i);
      if (kept.isPresent() && !entry.kept.get(i)) {
        segments.keep(submission.txSeq(), submission.root(), i, kept.get());
        entry.kept.set(i);
      }
    }
  }

  /** What is in memory of a root until too long after its last segment. Called with the lock. */
  private @Nullable Early early(Digest root) {
    Early cache = early.get(root);
    if (cache != null && System.nanoTime() - cache.lastNanos > keepsEarly.toNanos()) {
      early.remove(root);
      return null;
    }
    return cache;
  }

  void keepEarlyFor(Duration time) {
    lock.lock();
    try {
      keepsEarly = time;
    } finally {
      lock.unlock();
    }
  }

  /** Segments of an unfinished file that are in memory only. */
  int cached(Entry entry) {
    lock.lock();
    try {
      Early cache = entry.isFinalized() ? null : early(entry.submission().root());
      return cache == null ? 0 : cache.segments.size();
    } finally {
      lock.unlock();
    }
  }

  /** What was received of files that are not finished; it has to be sent again. */
  void forgetUnfinished() {
    lock.lock();
    try {
      for (Entry entry : entries.values()) {
        if (!entry.isFinalized()) {
          entry.kept.clear();
        }
      }
      early.clear();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what the chain took back; the data stays and fits if the file comes again. */
  void clear() {
    lock.lock();
    try {
      entries.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps a checked segment if it belongs to the shard.
   *
   * @return false if it was here already
   */
  boolean keep(Optional<Entry> found, UploadedSegment segment) throws InftException {
    lock.lock();
    try {
      if (found.isEmpty() || early(segment.root()) != null) {
        Early cache = early.computeIfAbsent(segment.root(), root -> new Early());
        cache.lastNanos = System.nanoTime();
        return cache.segments.putIfAbsent(segment.index(), segment) == null;
      }
    } finally {
      lock.unlock();
    }
    Entry entry = found.get();
    if (!entry.isOurs(segment.index())) {
      return true;
    }
    lock.lock();
    try {
      if (entry.pruned || entry.kept.get(segment.index())) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    Submission submission = entry.submission();
    segments.keep(
        submission.txSeq(),
        submission.root(),
        segment.index(),
        new Segments.Kept(segment.bytes(), segment.proof()));
    lock.lock();
    try {
      entry.kept.set(segment.index());
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Empty if it is not here. */
  Optional<Segments.Kept> segment(Entry entry, int index) throws InftException {
    return segments.get(entry.submission().txSeq(), entry.submission().root(), index);
  }

  void tamper(Entry entry, DevNode.SegmentChange change) throws InftException {
    Submission submission = entry.submission();
    List<Integer> indices = new ArrayList<>();
    entry.kept.stream().forEach(indices::add);
    for (int index : indices) {
      Optional<Segments.Kept> kept = segment(entry, index);
      if (kept.isPresent()) {
        byte[] changed = change.apply(index, kept.get().bytes());
        segments.keep(
            submission.txSeq(),
            submission.root(),
            index,
            new Segments.Kept(changed, kept.get().proof()));
      }
    }
  }
}

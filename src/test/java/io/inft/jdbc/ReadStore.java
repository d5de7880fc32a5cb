package io.inft.jdbc;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is fetched, in whole segments as nodes prove them or the sectors of a part, and can
 * be slow, away or hang. A read of many segments has them fetched side by side, so it takes as long
 * as one. Safe for many threads.
 */
public final class ReadStore implements Store {
  private final Store real;
  private final AtomicLong segments = new AtomicLong();
  private final AtomicLong parts = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final Queue<long[]> fetches = new ConcurrentLinkedQueue<>();

  // Mutable.
  private volatile long delayMillis;
  private volatile boolean away;
  private volatile boolean hangs;

  public ReadStore(Store real) {
    this.real = real;
  }

  public void delay(long millis) {
    delayMillis = millis;
  }

  void away(boolean now) {
    away = now;
  }

  void hang(boolean now) {
    hangs = now;
  }

  /** Segments fetched since it was asked last. */
  public long takeSegments() {
    return segments.getAndSet(0);
  }

  /** Parts fetched since it was asked last. */
  public long takeParts() {
    return parts.getAndSet(0);
  }

  /**
   * How many fetches at most came one after the other since it was asked last; what is under way at
   * the same moment counts once.
   */
  public long takeRounds() {
    List<long[]> all = new ArrayList<>();
    for (long[] one = fetches.poll(); one != null; one = fetches.poll()) {
      all.add(one);
    }
    all.sort(Comparator.comparingLong(one -> one[1]));
    long rounds = 0;
    long until = Long.MIN_VALUE;
    for (long[] one : all) {
      if (one[0] >= until) {
        rounds++;
        until = one[1];
      }
    }
    return rounds;
  }

  /** Bytes moved since it was asked last. */
  public long takeBytes() {
    return bytes.getAndSet(0);
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    return new Counted(object, real.open(object));
  }

  @Override
  public ByteSource openUnproved(ObjectRef object) throws InftException {
    return new Counted(object, real.openUnproved(object));
  }

  @Override
  public byte[] readPart(ObjectRef object, long offset, int length, Digest sha256)
      throws InftException {
    if (away) {
      throw new StoreUnavailableException(describe(), "read " + object, null);
    }
    bytes.addAndGet(length);
    parts.incrementAndGet();
    long began = System.nanoTime();
    pause(object);
    fetches.add(new long[] {began, System.nanoTime()});
    return real.readPart(object, offset, length, sha256);
  }

  private void pause(ObjectRef object) throws InftException {
    try {
      if (delayMillis > 0) {
        TimeUnit.MILLISECONDS.sleep(delayMillis);
      }
      while (hangs) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(describe(), "read " + object, e);
    }
  }

  /** The segments read last are kept, as stores over a network do. */
  private final class Counted implements ByteSource {
    private final ObjectRef object;
    private final ByteSource source;
    private final java.util.BitSet had = new java.util.BitSet();

    Counted(ObjectRef object, ByteSource source) {
      this.object = object;
      this.source = source;
    }

    @Override
    public long sizeBytes() {
      return source.sizeBytes();
    }

    @Override
    public byte[] read(long offset, int length) throws InftException {
      fetch(offset, length);
      return source.read(offset, length);
    }

    private void fetch(long offset, int length) throws InftException {
      boolean fetched = false;
      boolean refused = away;
      synchronized (had) {
        int last = (int) ((offset + Math.max(1, length) - 1) / ObjectLayout.SEGMENT_BYTES);
        for (int i = (int) (offset / ObjectLayout.SEGMENT_BYTES); i <= last; i++) {
          if (!had.get(i)) {
            if (refused) {
              throw new StoreUnavailableException(describe(), "read " + object, null);
            }
            fetched = true;
            had.set(i);
            segments.incrementAndGet();
            long from = (long) i * ObjectLayout.SEGMENT_BYTES;
            bytes.addAndGet(Math.min(ObjectLayout.SEGMENT_BYTES, sizeBytes() - from));
          }
        }
      }
      if (fetched) {
        long began = System.nanoTime();
        pause(object);
        fetches.add(new long[] {began, System.nanoTime()});
      }
    }
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    return real.put(object, listener);
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    return real.contains(object);
  }

  @Override
  public String describe() {
    return real.describe();
  }

  @Override
  public void close() {
    real.close();
  }
}

package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.ObjectRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store with planned and random faults, for everybody's tests. Operations are counted from 1:
 * every put, open, contains and every read of an opened object. Safe for many threads.
 */
public final class FaultyStore implements Store {
  /** What goes wrong with one operation. */
  public enum Fault {
    /** Nothing was done, the store could not be reached. */
    UNAVAILABLE,
    /** It was done, but the answer was lost. */
    ANSWER_LOST,
    /** The store noticed that it was served other bytes. */
    SUBSTITUTED,
    /** The store did not notice: a byte is flipped in what a read delivers. */
    FLIPPED,
    /** Waits until the latch of {@link #hold} is opened, then does it. */
    HELD
  }

  private final Store real;
  private final long seed;

  // Mutable state, guarded by lock.
  private final ReentrantLock lock = new ReentrantLock();
  private final Random random;
  private final Map<Long, Fault> planned = new HashMap<>();
  private final Map<Long, CountDownLatch> latches = new HashMap<>();
  private double probability;
  private long operations;

  public FaultyStore(Store real, long seed) {
    this.real = real;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** Plans a fault for the n-th operation from the beginning. */
  public FaultyStore fault(long operation, Fault fault) {
    lock.lock();
    try {
      planned.put(operation, fault);
      return this;
    } finally {
      lock.unlock();
    }
  }

  /** Plans a fault for the operation that comes next. */
  public FaultyStore faultNext(Fault fault) {
    return fault(operations() + 1, fault);
  }

  /** Holds the n-th operation until the returned latch is counted down. */
  public CountDownLatch hold(long operation) {
    CountDownLatch latch = new CountDownLatch(1);
    lock.lock();
    try {
      planned.put(operation, Fault.HELD);
      latches.put(operation, latch);
    } finally {
      lock.unlock();
    }
    return latch;
  }

  /** From now on every operation is unavailable, or its answer lost, with this probability. */
  public FaultyStore unreliable(double newProbability) {
    lock.lock();
    try {
      probability = newProbability;
      return this;
    } finally {
      lock.unlock();
    }
  }

  public long operations() {
    lock.lock();
    try {
      return operations;
    } finally {
      lock.unlock();
    }
  }

  private interface Operation<T> {
    T run() throws InftException;
  }

  private <T> T run(String what, boolean isRead, Operation<T> operation) throws InftException {
    Fault fault;
    CountDownLatch latch;
    long number;
    lock.lock();
    try {
      number = ++operations;
      fault = planned.remove(number);
      latch = latches.remove(number);
      if (fault == null && random.nextDouble() < probability) {
        fault = random.nextBoolean() ? Fault.UNAVAILABLE : Fault.ANSWER_LOST;
      }
    } finally {
      lock.unlock();
    }
    if (fault == null) {
      return operation.run();
    }
    String where = "faulty store (seed " + seed + ", operation " + number + ")";
    switch (fault) {
      case UNAVAILABLE -> throw new StoreUnavailableException(where, what, null);
      case ANSWER_LOST -> {
        operation.run();
        throw new StoreUnavailableException(where, what, null);
      }
      case SUBSTITUTED -> throw new SubstitutedObjectException(what, "the object", where);
      case HELD -> {
        await(latch, where, what);
        return operation.run();
      }
      case FLIPPED -> {
        T result = operation.run();
        if (isRead && result instanceof byte[] bytes && bytes.length > 0) {
          bytes[(int) (seed + number & Integer.MAX_VALUE) % bytes.length] ^= 0x01;
        }
        return result;
      }
    }
    throw new IllegalStateException("a fault of no kind");
  }

  private static void await(CountDownLatch latch, String where, String what)
      throws StoreUnavailableException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(where, what, e);
    }
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    return run("put", false, () -> real.put(object, listener));
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    ByteSource source = run("open " + object, false, () -> real.open(object));
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return source.sizeBytes();
      }

      @Override
      public byte[] read(long offset, int length) throws InftException {
        return run("read " + object, true, () -> source.read(offset, length));
      }
    };
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    return run("contains " + object, false, () -> real.contains(object));
  }

  @Override
  public String describe() {
    return "faulty " + real.describe();
  }

  @Override
  public void close() {
    real.close();
  }
}

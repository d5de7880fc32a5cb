package io.inft.replica;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A store whose {@link #put} does not return while it hangs, nor {@link #open} while its reads do,
 * and that listens to no interrupt. Safe for many threads.
 */
final class HangingStore implements Store {
  /** What happens before an object is stored. */
  @FunctionalInterface
  interface Before {
    void put();
  }

  private static final Before NOTHING = () -> {};

  private final Store real;
  private volatile Before before = NOTHING;

  // Mutable, guarded by this.
  private final List<ObjectRef> stored = new ArrayList<>();
  private boolean hangs;
  private boolean readsHang;
  private int hanging;

  HangingStore(Store real) {
    this.real = real;
  }

  /** From now on, before each put. */
  void before(Before next) {
    before = next;
  }

  synchronized void hang() {
    hangs = true;
  }

  synchronized void hangReads() {
    readsHang = true;
  }

  synchronized void goOn() {
    hangs = false;
    readsHang = false;
    notifyAll();
  }

  /** Waits until somebody hangs in here. */
  synchronized void awaitHanging() throws InterruptedException {
    while (hanging == 0) {
      wait(10_000);
    }
  }

  private synchronized boolean areReadsHanging() {
    return readsHang;
  }

  synchronized List<ObjectRef> stored() {
    return List.copyOf(stored);
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    before.put();
    hang(() -> hangs);
    ObjectRef ref = real.put(object, listener);
    synchronized (this) {
      stored.add(ref);
    }
    return ref;
  }

  private synchronized void hang(BooleanSupplier whileSo) {
    boolean interrupted = false;
    hanging++;
    notifyAll();
    while (whileSo.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // deaf, as a call to a system that is stuck
      }
    }
    hanging--;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    if (areReadsHanging()) {
      hang(this::areReadsHanging);
    }
    return real.open(object);
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

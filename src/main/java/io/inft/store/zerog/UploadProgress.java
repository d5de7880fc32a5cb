package io.inft.store.zerog;

import io.inft.bytes.TransferListener;
import java.util.concurrent.locks.ReentrantLock;

/** Counts segments taken by nodes; never runs back when a node is replaced. */
final class UploadProgress {
  private final ReentrantLock lock = new ReentrantLock();
  private final TransferListener listener;
  private final long total;
  private long told;
  private long sends = 1;
  private long done;

  UploadProgress(TransferListener listener, long total) {
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

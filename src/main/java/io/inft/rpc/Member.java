package io.inft.rpc;

import io.inft.bytes.Trust;
import io.inft.failure.ForeignText;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One endpoint of a {@link Quorum}, its threads, and how it stands. Safe for many threads. */
final class Member {
  /** More questions than these wait; one that hangs holds up nobody but itself. */
  private static final int THREADS = 8;

  private static final int IDLE_SECONDS = 5;

  final JsonRpc rpc;
  final ThreadPoolExecutor threads;

  /** Whether it came too late the last time; then nobody waits for it. */
  volatile boolean isSlow;

  volatile String standing = Trust.Endpoint.AGREES;
  private final AtomicLong dissents = new AtomicLong();

  Member(JsonRpc rpc) {
    this.rpc = rpc;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            runnable -> {
              Thread thread = new Thread(runnable, "inft-rpc-" + rpc.describe());
              thread.setDaemon(true);
              return thread;
            });
    this.threads.allowCoreThreadTimeOut(true);
  }

  String name() {
    return rpc.describe();
  }

  /** It answered; what it differed about before is not forgotten. */
  void answered() {
    if (dissents.get() == 0) {
      standing = Trust.Endpoint.AGREES;
    }
  }

  /** Whether others are asked before it. */
  boolean isDoubtful() {
    return isSlow || !standing.equals(Trust.Endpoint.AGREES);
  }

  void silent(String about, String reason) {
    if (dissents.get() == 0) {
      standing = ForeignText.quoted((about.isEmpty() ? "" : about + ": ") + reason);
    }
  }

  void dissented(String how) {
    dissents.incrementAndGet();
    standing = how;
  }

  Trust.Endpoint toTrust() {
    return new Trust.Endpoint(name(), standing, dissents.get());
  }
}

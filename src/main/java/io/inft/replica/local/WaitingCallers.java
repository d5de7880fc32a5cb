package io.inft.replica.local;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/**
 * The callers that wait for versions, each woken when it is its turn: a thousand that wait for one
 * version must not all look up whenever one of them asks for it. Not thread-safe: its owner guards
 * it, and nobody parks with that lock in hand.
 */
public final class WaitingCallers {
  private final Map<Thread, Long> tickets = new HashMap<>();

  /** The thread that calls this parks next, unless it is woken before. */
  public void enter(long ticket) {
    tickets.put(Thread.currentThread(), ticket);
  }

  /** The thread that calls this waits no longer. */
  public void leave() {
    tickets.remove(Thread.currentThread());
  }

  /** Wakes those whose tickets are covered. */
  public void wake(LongPredicate covered) {
    Iterator<Map.Entry<Thread, Long>> waiting = tickets.entrySet().iterator();
    while (waiting.hasNext()) {
      Map.Entry<Thread, Long> one = waiting.next();
      if (covered.test(one.getValue())) {
        waiting.remove();
        LockSupport.unpark(one.getKey());
      }
    }
  }

  /** Wakes everybody: there is something else to be told. */
  public void wakeAll() {
    tickets.keySet().forEach(LockSupport::unpark);
  }
}

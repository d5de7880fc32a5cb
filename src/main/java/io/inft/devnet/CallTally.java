package io.inft.devnet;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the calls a development server got, by method. Safe for many threads. */
public final class CallTally {
  private final Map<String, AtomicLong> calls = new ConcurrentHashMap<>();

  CallTally() {}

  void count(String method) {
    calls.computeIfAbsent(method, unused -> new AtomicLong()).incrementAndGet();
  }

  /** All calls of methods whose name contains this; an empty text counts every call. */
  public long of(String method) {
    return calls.entrySet().stream()
        .filter(one -> one.getKey().contains(method))
        .mapToLong(one -> one.getValue().get())
        .sum();
  }
}

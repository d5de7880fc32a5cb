package io.inft.lazy;

import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Brings pages out of a byte array, and misbehaves when told to. */
final class TestSupplier implements PageSupplier {
  final List<PageRequest> requests = Collections.synchronizedList(new ArrayList<>());
  final Map<Long, AtomicInteger> brought = new ConcurrentHashMap<>();

  private final SourceDatabase source;
  private final int spanPages;

  // Mutable.
  volatile InftException failure;
  volatile RuntimeException bug;
  volatile CountDownLatch hang;
  volatile long delayMillis;
  volatile boolean bringsNothing;

  TestSupplier(SourceDatabase source, int spanPages) {
    this.source = source;
    this.spanPages = spanPages;
  }

  @Override
  public PageSpan span(long page) {
    long first = (page - 1) / spanPages * spanPages + 1;
    return new PageSpan(first, Math.min(source.pages(), first + spanPages - 1));
  }

  @Override
  public void supply(PageRequest request, PageSink sink) throws InftException {
    requests.add(request);
    pause();
    if (failure != null) {
      throw failure;
    }
    if (bug != null) {
      throw bug;
    }
    if (bringsNothing) {
      return;
    }
    for (long page = request.span().first(); page <= request.span().last(); page++) {
      brought.computeIfAbsent(page, number -> new AtomicInteger()).incrementAndGet();
      sink.page(page, source.bytes, (int) ((page - 1) * source.pageSize));
    }
  }

  private void pause() {
    CountDownLatch latch = hang;
    try {
      if (latch != null) {
        latch.await(60, TimeUnit.SECONDS);
      }
      if (delayMillis > 0) {
        TimeUnit.MILLISECONDS.sleep(delayMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  long pagesBrought() {
    return brought.size();
  }
}

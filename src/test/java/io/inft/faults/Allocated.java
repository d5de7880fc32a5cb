package io.inft.faults;

import com.sun.management.ThreadMXBean;
import io.inft.failure.InftException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Counts what a step takes from the heap: the measure of a cost that no busy machine changes. */
public final class Allocated {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocated() {}

  /** Something that may be refused. */
  public interface Step {
    void run() throws Exception;
  }

  /**
   * What this thread allocates for a step, in bytes. The step may be refused with a failure of
   * ours, and with nothing else.
   */
  public static long by(Step step) {
    long id = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(id);
    attempt(step);
    return THREADS.getThreadAllocatedBytes(id) - before;
  }

  /** The same of all threads together; those that end meanwhile are not counted. */
  public static long byAllThreads(Step step) {
    long before = all();
    attempt(step);
    return all() - before;
  }

  private static long all() {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (InftException refused) {
      // as it should be
    } catch (Exception e) {
      throw new AssertionError("refused untyped", e);
    }
  }
}

package io.inft.lazy;

/**
 * Whether a thread has stack left for SQLite and for Java below it. A callback that finds none is
 * not run, and what called it answers "success" in its place: SQLite would go on with a page that
 * nobody read. So a thread that is about to run out of stack does not enter SQLite.
 */
final class StackRoom {
  /** Each takes 64 bytes at least and, before it is compiled, some 250. */
  private static final int FRAMES = 1200;

  private StackRoom() {}

  /**
   * Returns if there is room. Nothing is made of the error: what is linked for a message now, with
   * no stack, would stay broken for the whole process.
   *
   * @throws StackOverflowError if there is not
   */
  static void require() {
    if (frames(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8) < FRAMES) {
      throw new IllegalStateException("frames do not add up");
    }
  }

  /** Parameters that do not fit into registers lie on the stack. */
  private static long frames(
      int n, long a, long b, long c, long d, long e, long f, long g, long h) {
    return n == 0 ? a + h : frames(n - 1, b, c, d, e, f, g, h, a) + 1;
  }
}

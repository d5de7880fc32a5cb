package io.inft.proof.tables;

import io.inft.failure.InftException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Says on each page of a tree where to go: to the first cell that is not before what is sought. */
interface Turns {
  /** How a cell's key compares with what is sought; looks at it without taking its pages. */
  @FunctionalInterface
  interface Comparison {
    int of(int cell) throws InftException;
  }

  /**
   * @param cells how many there are; the answer is one of them, or their number
   */
  int next(int cells, Comparison comparison) throws InftException;

  /** Looks itself, and writes down where it went. */
  static Turns looking(List<Integer> went) {
    return (cells, comparison) -> {
      int low = 0;
      int high = cells;
      while (low < high) {
        int middle = (low + high) / 2;
        if (comparison.of(middle) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      went.add(low);
      return low;
    };
  }

  /** Goes where it is told to; others see whether that was right. */
  static Given given(List<Integer> turns) {
    return new Given(new ArrayList<>(turns).iterator());
  }

  /** As {@link #given} makes them. */
  record Given(Iterator<Integer> left) implements Turns {
    @Override
    public int next(int cells, Comparison comparison) throws InftException {
      int turn = left.hasNext() ? left.next() : -1;
      if (turn < 0 || turn > cells) {
        throw ShownDatabase.corrupt("has no turn " + turn + " on a page of " + cells + " cells");
      }
      return turn;
    }

    void requireTaken() throws InftException {
      if (left.hasNext()) {
        throw ShownDatabase.corrupt("has no page for a further turn");
      }
    }
  }
}

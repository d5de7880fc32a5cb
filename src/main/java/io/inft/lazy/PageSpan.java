package io.inft.lazy;

/**
 * Pages side by side.
 *
 * @param first number of the first one, from 1
 * @param last number of the last one, included
 */
public record PageSpan(long first, long last) {
  public PageSpan {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("pages " + first + " to " + last);
    }
  }

  boolean has(long page) {
    return first <= page && page <= last;
  }
}

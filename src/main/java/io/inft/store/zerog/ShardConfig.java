package io.inft.store.zerog;

/**
 * Which segments of the flow a node keeps: global segment g belongs to it iff {@code g mod count ==
 * id}.
 *
 * @param id from 0 to count - 1
 * @param count a power of two
 */
public record ShardConfig(long id, long count) {
  private static final long MAX_COUNT = 1 << 16;

  public ShardConfig {
    if (!isValid(id, count)) {
      throw new IllegalArgumentException("no shard: " + id + "/" + count);
    }
  }

  static boolean isValid(long id, long count) {
    return count >= 1 && count <= MAX_COUNT && Long.bitCount(count) == 1 && id >= 0 && id < count;
  }

  public boolean holds(long globalSegment) {
    return globalSegment % count == id;
  }

  /** The first segment from {@code globalSegment} on that it keeps. */
  public long next(long globalSegment) {
    return (globalSegment + count - 1 - id) / count * count + id;
  }

  @Override
  public String toString() {
    return id + "/" + count;
  }
}

package io.inft.replica.restore;

import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;

/** A source of which a part was fetched at once and is kept. Safe for many threads. */
final class HeldRange implements ByteSource {
  private final ByteSource whole;
  private final long from;
  private final byte[] held;

  private HeldRange(ByteSource whole, long from, byte[] held) {
    this.whole = whole;
    this.from = from;
    this.held = held;
  }

  static HeldRange of(ByteSource whole, long from, long to) throws InftException {
    return of(whole, from, whole.read(from, Math.toIntExact(to - from)));
  }

  /**
   * @param held the bytes from there on; not copied
   */
  static HeldRange of(ByteSource whole, long from, byte[] held) {
    return new HeldRange(whole, from, held);
  }

  @Override
  public long sizeBytes() {
    return whole.sizeBytes();
  }

  private boolean holds(long offset, int length) {
    return offset >= from && offset + length <= from + held.length;
  }

  @Override
  public byte[] read(long offset, int length) throws InftException {
    if (!holds(offset, length)) {
      return whole.read(offset, length);
    }
    byte[] part = new byte[length];
    System.arraycopy(held, (int) (offset - from), part, 0, length);
    return part;
  }

  @Override
  public void read(long offset, byte[] target, int at, int length) throws InftException {
    if (holds(offset, length)) {
      System.arraycopy(held, (int) (offset - from), target, at, length);
    } else {
      whole.read(offset, target, at, length);
    }
  }

  @Override
  public ByteSource sequential() {
    return new HeldRange(whole.sequential(), from, held);
  }
}
